// SPDX-License-Identifier: Apache-2.0
public import Glibc

/// Somebody of this machine, for programs that refuse to run as root.
public struct SystemUser: Sendable {
    public let id: uid_t
    public let group: gid_t

    /// Who PostgreSQL runs as: nil, for oneself, unless that is root.
    static let forPostgres: SystemUser? = {
        guard geteuid() == 0, let entry = getpwnam("postgres") else { return nil }
        return SystemUser(id: entry.pointee.pw_uid, group: entry.pointee.pw_gid)
    }()

    func own(_ path: String) throws {
        guard chown(path, id, group) == 0 else {
            throw ProgramFailed(command: "chown \(path)", status: "errno \(errno)", output: "")
        }
    }

    /// Whether somebody else than the owner can get to what is at `path`.
    static func canEveryoneReach(_ path: String) -> Bool {
        let parts = path.split(separator: "/")
        return (0...parts.count).allSatisfy { count in
            var status = stat()
            let part = "/" + parts.prefix(count).joined(separator: "/")
            return stat(part, &status) == 0 && status.st_mode & S_IXOTH != 0
        }
    }
}
