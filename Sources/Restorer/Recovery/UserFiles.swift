// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import Glibc
import PrivatePostgres

/// Files of the user's that take the place of the backup's.
struct UserFiles {
    private static let limit = 1 << 20

    private let request: RestoreRequest

    init(_ request: RestoreRequest) { self.request = request }

    /// Replaces `postgresql.auto.conf`, where that was asked for, before the private server is started.
    ///
    /// That server sets the file aside, whoever wrote it, and what scripts set by ALTER SYSTEM is put behind it
    /// afterwards. Where recovery is left to the first start, the settings of recovery are.
    func putSettings(into data: String) throws(RestoreError) {
        guard let path = request.settingsFile else { return }
        let settings = try Self.read(path)
        try RestoreError.translating { () throws(PrivatePostgresError) in
            try OwnedFolder(data, owner: request.owner).write(settings, to: DataDirectory.settingsFile)
        }
    }

    /// Replaces `pg_hba.conf`, where that was asked for, and removes the signals of a recovery that is over.
    func putRest(into data: String) throws(RestoreError) {
        let access = try request.accessFile.map { (path) throws(RestoreError) in try Self.read(path) }
        try RestoreError.translating { () throws(PrivatePostgresError) in
            let folder = try OwnedFolder(data, owner: request.owner)
            if let access { try folder.write(access, to: "pg_hba.conf") }
            guard request.startsServer else { return }
            for name in ["standby.signal", "recovery.signal"] { try folder.remove(name) }
        }
    }

    static func read(_ path: String) throws(RestoreError) -> [UInt8] {
        let content: [UInt8]?
        do throws(SystemError) { content = try FileDescriptor(file: path).content(limit: limit) } catch {
            if error.isAbsence { throw .configurationMissing(path) }
            guard error.code == EACCES else { throw .failed("reading", path, error) }
            content = nil
        }
        guard let bytes = content else {
            throw .usage(
                "'\(ObjectName(path))' is no file of settings",
                hint: "a regular file of at most \(limit >> 10) KiB that this user may read is wanted.")
        }
        return bytes
    }
}
