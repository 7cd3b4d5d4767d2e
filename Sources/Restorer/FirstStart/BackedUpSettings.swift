// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats

/// The files of settings that a backup holds, as far as they are known before it is restored.
///
/// Nothing here is proven: it serves for the plan, and is read again from what was written.
struct BackedUpSettings: Sendable, Equatable {
    /// In bytes: no larger file is read for a plan.
    static let fileLimit: UInt64 = 1 << 20
    /// In bytes, of all of them.
    static let limit: UInt64 = 16 << 20

    /// By their paths in the data directory.
    private(set) var files: [ObjectName: [UInt8]] = [:]
    /// The paths of all that the backup holds; nil where nothing says which these are.
    var paths: Set<ObjectName>?

    mutating func add(_ found: [ObjectName: [UInt8]]) {
        files.merge(found.filter { Self.isSettings($0.key) }) { _, last in last }
    }

    static func isSettings(_ path: ObjectName) -> Bool { path.hasSuffix(ending) }

    static let ending = ".conf"

    /// Thrown where only the restored files will tell.
    struct Unread: Error {}
}

extension BackedUpSettings: ServerConfiguration.Files {
    func content(of path: String) throws -> [UInt8]? {
        let path = ObjectName(path)
        if let bytes = files[path] { return bytes }
        guard let paths, Self.isSettings(path), !paths.contains(path) else { throw Unread() }
        return nil
    }

    /// Neither manifests nor listings have directories: one without a file in it may be there all the same.
    func names(in path: String) throws -> [String]? {
        guard let paths else { throw Unread() }
        let folder = ObjectName(path + "/")
        let names = paths.filter { $0.folder == folder }.map {
            String(decoding: $0.lastComponent.bytes, as: UTF8.self)
        }
        guard !names.isEmpty else { throw Unread() }
        return names
    }
}
