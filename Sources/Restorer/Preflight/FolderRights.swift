// SPDX-License-Identifier: Apache-2.0
public import Files
public import Glibc
public import PrivatePostgres

/// Who may rename what stands in a directory, and so put something else in its place.
public struct FolderRights: Equatable, Sendable {
    var owner: uid_t
    var group: gid_t
    /// The permission bits.
    var mode: mode_t

    /// Who is trusted with a restore: root, who runs it and whose the files become, with their groups.
    public struct Trusted: Sendable {
        var users: Set<uid_t>
        var groups: Set<gid_t>

        /// With `owner` for whose the files become.
        public init(_ owner: ServerOwner, runner: uid_t = geteuid(), group: gid_t = getegid()) {
            (users, groups) = ([0, runner, owner.user], [0, group, owner.group])
        }
    }

    /// Somebody who is not trusted and may; nil when there is nobody.
    ///
    /// In a sticky directory, such as `/tmp`, each renames what is his own; its owner renames all.
    public func stranger(to trusted: Trusted) -> String? {
        guard trusted.users.contains(owner) else { return "user \(owner), whose it is," }
        guard mode & S_ISVTX == 0 else { return nil }
        if mode & S_IWOTH != 0 { return "everybody" }
        if mode & S_IWGRP != 0, !trusted.groups.contains(group) { return "group \(group)" }
        return nil
    }
}

extension FolderRights {
    /// Those that a directory gives.
    public init(_ status: FileStatus) { (owner, group, mode) = (status.owner, status.group, status.mode) }
}
