// SPDX-License-Identifier: Apache-2.0
public import Glibc

/// Who the server runs as and whose files the data directory holds.
public struct ServerOwner: Sendable, Equatable {
    /// The user's number.
    public let user: uid_t
    /// The group's number.
    public let group: gid_t
    /// Nil where the system has no name for the number.
    public let name: String?

    /// Somebody by numbers, whether the system knows them or not.
    public init(user: uid_t, group: gid_t, name: String?) {
        (self.user, self.group, self.name) = (user, group, name)
    }

    /// Whether that is somebody else than who runs this process.
    public var isOther: Bool { user != geteuid() }

    /// Who `--owner` means: a name, or `UID[:GID]`; nil when it was not given.
    ///
    /// As root nobody is asked for means the user `postgres`. PostgreSQL never runs as root, and nobody but
    /// root can start it as somebody else.
    public static func find(_ text: String?) throws(PrivatePostgresError) -> ServerOwner {
        try choose(text, effectiveUser: geteuid(), accounts: .system)
    }
}

extension ServerOwner {
    static func choose(
        _ text: String?, effectiveUser: uid_t, accounts: Accounts
    ) throws(PrivatePostgresError) -> ServerOwner {
        guard let text else { return try standard(effectiveUser, accounts) }
        let owner = try named(text, accounts)
        guard owner.user != 0 else {
            throw .usage(
                "PostgreSQL does not run as root",
                hint: "name the user that the server will run as after --owner.")
        }
        guard effectiveUser == 0 || owner.user == effectiveUser else {
            throw .usage(
                "only root can restore for another user ('\(text)')",
                hint: "run this as root or as that user, or leave out --owner.")
        }
        return owner
    }

    private static func standard(
        _ effectiveUser: uid_t, _ accounts: Accounts
    ) throws(PrivatePostgresError) -> ServerOwner {
        guard effectiveUser == 0 else {
            let entry = accounts.byUser(effectiveUser)
            return ServerOwner(user: effectiveUser, group: entry?.group ?? getegid(), name: entry?.name)
        }
        guard let entry = accounts.byName("postgres"), entry.user != 0 else {
            throw .argumentMissing(
                "--owner", hint: "PostgreSQL does not run as root; who should own the data directory?")
        }
        return ServerOwner(user: entry.user, group: entry.group, name: entry.name)
    }

    private static func named(_ text: String, _ accounts: Accounts) throws(PrivatePostgresError)
        -> ServerOwner
    {
        if let entry = accounts.byName(text) {
            return ServerOwner(user: entry.user, group: entry.group, name: entry.name)
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in
            part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? uid_t(part) : nil
        }
        // The highest number means "leave it as it is" to chown.
        guard (1...2).contains(parts.count), numbers.count == parts.count, !numbers.contains(.max) else {
            throw .usage(
                "there is no user '\(text)'", hint: "give a name of this machine, or numbers: UID or UID:GID."
            )
        }
        let entry = accounts.byUser(numbers[0])
        guard let group = numbers.count == 2 ? numbers[1] : entry?.group else {
            throw .usage(
                "user \(numbers[0]) has no group on this machine", hint: "give its number, too: UID:GID.")
        }
        return ServerOwner(user: numbers[0], group: group, name: entry?.name)
    }

}

extension ServerOwner: CustomStringConvertible {
    /// What `--owner` takes for it: the name alone, else the numbers.
    public var argument: String { name ?? "\(user):\(group)" }

    /// As messages name it.
    public var description: String { name.map { "'\($0)'" } ?? "user \(user):\(group)" }
}
