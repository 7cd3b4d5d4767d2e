// SPDX-License-Identifier: Apache-2.0
import AuditModel
import ObjectStore

/// Where in an archive a file of WAL stands.
struct WALLayout: Hashable, Sendable {
    /// Empty, or ending in a slash.
    var folder: ObjectName
    /// Whether each 4 GiB of WAL have a folder of their own, named by the first 16 digits.
    var isGrouped: Bool

    /// As `cp` makes it, and as pgBackRest and Barman do.
    static let usual = [WALLayout(folder: "", isGrouped: false), WALLayout(folder: "", isGrouped: true)]
    /// Below the folders that Barman and WAL-G keep beside their backups.
    static let nested = [
        WALLayout(folder: "wals/", isGrouped: true), WALLayout(folder: "wal_005/", isGrouped: false),
    ]

    /// What the names of all objects begin with that can be this file.
    func place(of file: ArchivedWALFile) -> ObjectName {
        guard isGrouped, let group = file.group else { return folder + ObjectName("\(file)") }
        return folder + ObjectName("\(group)/\(file)")
    }

    /// What the names of all objects begin with that are this file while a program hides it.
    func hiddenPlace(of file: ArchivedWALFile) -> ObjectName {
        guard isGrouped, let group = file.group else { return folder + ObjectName(".\(file)") }
        return folder + ObjectName("\(group)/.\(file)")
    }
}
