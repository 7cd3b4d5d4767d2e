// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import TestKit

/// A directory with backups, and a program with a home of its own to verify it.
struct LocalStore {
    let tree: FileTree
    var binary: Binary

    /// What the one backup of most tests is called.
    static let label = "20251027T143000"
    static let base = ObjectName("\(label)/base.tar.gz")

    /// With one backup, unless told otherwise.
    init(_ backup: BackupSet? = .tar(), withSums: Bool = true) throws {
        (tree, binary) = (try FileTree(), try Binary())
        try backup?.write(to: tree, withSums: withSums)
    }

    /// A store whose verification takes ten minutes at the rate of `slowly`.
    static func slow() throws -> LocalStore { try LocalStore(.tar(base: 6_000_000)) }

    static let slowly = ["--limit-rate", "10k"]

    var path: String { tree.path }

    /// Verifies the whole store, whose archives hold nothing that could be inspected.
    @discardableResult
    func verify(_ options: String...) async throws -> BinaryRun {
        let level = options.contains("--level") ? [] : ["--level", "checksummed"]
        return try await binary.run(["verify", path] + level + options)
    }

    /// Puts other data in the place of the backup's, with a sum file that agrees.
    func tamper() throws {
        var backup = BackupSet.tar()
        backup.objects["base.tar.gz"]?[7] ^= 0x40
        try tree.write(Self.base, backup.objects["base.tar.gz"] ?? [])
        try tree.write(backup.name("backup.sha256"), backup.sumFile)
    }

    /// Writes `bytes` over an object.
    func overwrite(_ name: ObjectName, at index: Int = 0) throws {
        var backup = BackupSet.tar()
        backup.objects["base.tar.gz"]?[index] ^= 1
        try tree.write(name, backup.objects["base.tar.gz"] ?? [])
    }

    /// `text` without what differs from run to run: paths, times, rates, durations.
    func normalized(_ text: String) -> String {
        text.replacing(binary.home.path, with: "HOME").replacing(path, with: "STORE")
            .replacing(/\d+(\.\d+)? (B|kB|MB|GB)\/s/, with: "RATE")
            .replacing(/\b\d+ (ms|s)\b/, with: "TIME")
            .replacing(/"(seconds|started)" : ("[^"]*"|[0-9.]+)/) { "\"\($0.1)\" : 0" }
            .replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/, with: "INSTANT")
            .replacing(/, \d+ jobs?\n/, with: ", N jobs\n")
            .replacing(/[ ]+(RATE|TIME)/) { " \($0.1)" }
            .replacing(/[ ]+\n/, with: "\n")
    }
}
