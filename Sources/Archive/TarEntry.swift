// SPDX-License-Identifier: Apache-2.0

/// A file, directory or symbolic link as it is to stand in a tar archive.
public struct TarEntry: Sendable, Equatable {
    /// What is written; what a kind needs to be told comes with it.
    public enum Kind: Sendable, Equatable {
        /// So many bytes follow.
        case file(size: UInt64)
        case directory
        /// A symbolic link, and where it leads.
        case link(to: [UInt8])
    }

    /// Relative, without an empty part, `.` or `..`; `.` alone is the folder that is unpacked into.
    public var path: [UInt8]
    /// What it is.
    public var kind: Kind
    /// The permission bits.
    public var mode: UInt32
    /// The number of the user whom it belongs to.
    public var owner: UInt32
    /// The number of its group.
    public var group: UInt32
    /// In seconds since 1970, not before.
    public var modified: UInt64

    /// It belongs to root and is of 1970 unless that is told; what cannot be written shows only when it is written.
    public init(
        path: [UInt8], kind: Kind, mode: UInt32, owner: UInt32 = 0, group: UInt32 = 0, modified: UInt64 = 0
    ) {
        (self.path, self.kind, self.mode) = (path, kind, mode)
        (self.owner, self.group, self.modified) = (owner, group, modified)
    }

    /// A member that was read, to be written for somebody else.
    public init(_ member: TarMember, owner: UInt32, group: UInt32, modified: UInt64 = 0) {
        let kind: Kind = member.kind == .file ? .file(size: member.size) : .directory
        self.init(
            path: member.path, kind: kind, mode: member.mode, owner: owner, group: group, modified: modified)
    }
}

/// Why something cannot be written into a tar archive as it was asked for.
public struct TarEntryFault: Error, Equatable, Sendable {
    /// The path that was given.
    public let path: [UInt8]
    /// What is wrong with it, in words.
    public let reason: String

    init(_ path: [UInt8], _ reason: String) { (self.path, self.reason) = (path, reason) }
}
