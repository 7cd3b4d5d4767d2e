// SPDX-License-Identifier: Apache-2.0

/// Who may change the backups of a directory.
public struct DirectoryPosture: Sendable, Equatable, Codable {
    /// Of the store itself.
    public var store: FolderRights
    /// Of the newest backup's folder, where that is another one.
    public var newestBackup: FolderRights?
    /// Whether we are root, to whom no permission says no.
    public var isRoot: Bool

    /// Without `newestBackup` there is none, its folder is the store itself, or its name is not UTF-8.
    public init(store: FolderRights, newestBackup: FolderRights?, isRoot: Bool) {
        (self.store, self.newestBackup, self.isRoot) = (store, newestBackup, isRoot)
    }
}

/// Whose a folder is, and who may write in it.
public struct FolderRights: Sendable, Equatable, Codable {
    /// Escaped.
    public var path: String
    /// The number of the user it belongs to.
    public var owner: UInt32
    /// The permission bits.
    public var mode: UInt32
    /// Whether this process may write there; a file system that is mounted read-only says no, too.
    public var isWritableByUs: Told<Bool>

    /// Owner and mode are those of the folder that the path leads to, through symbolic links.
    public init(path: String, owner: UInt32, mode: UInt32, isWritableByUs: Told<Bool>) {
        (self.path, self.owner, self.mode) = (path, owner, mode)
        self.isWritableByUs = isWritableByUs
    }

    /// Whether anybody on the machine may write there.
    public var isWritableByAll: Bool { mode & 0o002 != 0 }
}
