// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// Files of the user's that take the place of the backup's.
struct UserFiles {
    private static let limit = 1 << 20

    private let request: RestoreRequest

    init(_ request: RestoreRequest) { self.request = request }

    /// Replaces `postgresql.auto.conf` and `pg_hba.conf`, where that was asked for.
    ///
    /// Where recovery is left to the first start, its settings were already put behind those of the file.
    func put(into data: String) throws(RestoreError) {
        let folder = try OwnedFolder(data, owner: request.owner)
        if let path = request.settingsFile, request.startsServer {
            try folder.write(Self.read(path), to: "postgresql.auto.conf")
        }
        if let path = request.accessFile { try folder.write(Self.read(path), to: "pg_hba.conf") }
        guard request.startsServer else { return }
        for name in ["standby.signal", "recovery.signal"] { try folder.remove(name) }
    }

    static func read(_ path: String) throws(RestoreError) -> [UInt8] {
        guard let bytes = SmallFile.read(path, limit: limit) else { throw .configurationMissing(path) }
        return bytes
    }
}
