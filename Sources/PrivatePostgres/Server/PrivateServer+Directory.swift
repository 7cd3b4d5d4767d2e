// SPDX-License-Identifier: Apache-2.0

/// What a private server needs in the data directory, and leaves there.
extension PrivateServer {
    /// Brings a data directory back to what it was written as, after a run of this was killed.
    ///
    /// `LeftoverServer.stop` comes first.
    public static func repair(_ dataDirectory: String, owner: ServerOwner) throws(PrivatePostgresError) {
        let data = try OwnedFolder(dataDirectory, owner: owner)
        try KeptSettings.putBack(in: data, keepingNew: false)
        for name in leftovers { try data.remove(name) }
    }

    /// What a server leaves in its directory and no backup holds.
    ///
    /// `postmaster.opts` would tell `pg_ctl restart` to use our settings.
    private static let leftovers = ["postmaster.pid", "postmaster.opts"]
    private static let files = [
        PrivateSettings.file, "pg_backctl-hba.conf", "pg_backctl-ident.conf", "pg_backctl-server.log",
    ]

    /// All that it may write to, but for its socket.
    var writable: [String] {
        [dataDirectory, scratch] + tablespaces + [walDirectory].compactMap(\.self)
    }

    func prepare(_ data: borrowing OwnedFolder) throws(PrivatePostgresError) {
        for name in Self.leftovers + ["standby.signal", "recovery.done"] { try data.remove(name) }
        try KeptSettings.putAway(in: data)
        if !isRecovered { try data.write([], to: "recovery.signal") }
    }

    func clean(
        _ data: borrowing OwnedFolder, _ scratch: borrowing OwnedFolder, keepingNew: Bool
    ) throws(PrivatePostgresError) {
        try KeptSettings.putBack(in: data, keepingNew: keepingNew)
        for name in Self.leftovers { try data.remove(name) }
        for name in Self.files { try scratch.remove(name) }
    }
}
