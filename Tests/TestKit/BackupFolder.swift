// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Foundation

extension BackupSet {
    /// Writes the backup into a directory, the sum file last, all files as old as the backup.
    public func write(to tree: FileTree, withSums: Bool = true) throws {
        for (object, bytes) in objects { try tree.write(name(object), bytes) }
        if withSums {
            try tree.write(name("backup.sha256.info"), infoFile)
            try tree.write(name("backup.sha256"), sumFile)
        }
        let names = objects.keys + (withSums ? ["backup.sha256.info", "backup.sha256"] : [])
        for object in names { try tree.age(name(object)) }
    }
}

extension FileTree {
    /// The time that files of a test's backups have: 2025-10-27T14:30:00Z.
    private static let past = 1_761_575_400

    /// Sets a file's times to those of a test's backups.
    public func age(_ name: ObjectName) throws {
        let time = timespec(tv_sec: Self.past, tv_nsec: 0)
        guard utimensat(AT_FDCWD, cString(name), [time, time], 0) == 0 else {
            throw POSIXError(.init(rawValue: errno) ?? .EIO)
        }
    }

    /// Flips one bit of a file and puts its times back, as a disk that rots would.
    public func rot(_ name: ObjectName, at offset: Int) throws {
        let file = open(cString(name), O_RDWR | O_CLOEXEC)
        guard file >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        defer { close(file) }
        var status = stat()
        var byte: UInt8 = 0
        guard fstat(file, &status) == 0, pread(file, &byte, 1, offset) == 1 else {
            throw POSIXError(.init(rawValue: errno) ?? .EIO)
        }
        byte ^= 1
        guard pwrite(file, &byte, 1, offset) == 1, futimens(file, [status.st_atim, status.st_mtim]) == 0
        else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    }
}
