// SPDX-License-Identifier: Apache-2.0

/// What holds for a connection from its beginning on, before any statement.
public struct SessionSettings: Sendable, Equatable {
    /// Where names without a schema are looked for.
    public var searchPath = "pg_catalog"
    /// As whom statements run, by SET ROLE; nil for who connects.
    public var role: String?
    /// Whether transactions may only read.
    public var readsOnly = true
    /// How long is waited for a lock; nil for as long as a statement may take.
    public var lockPatience: Duration?
    /// In which encoding text comes and goes; `SQL_ASCII` is as the database has it, without a look at it.
    public var clientEncoding = "UTF8"
    /// Whether who connects is a superuser, who alone may have it that no library is loaded that a database or a role wants in
    /// each of its sessions, and that PostgreSQL speaks English, whatever they want: its words are read.
    public var isSuperuser = false
    /// More of them, such as `session_replication_role`.
    public var others: [String: String] = [:]

    /// Transactions that only read, in UTF-8, as who connects; names are looked for in `pg_catalog` alone.
    public init() {}

    func settings(_ timeout: Duration) -> [(String, String)] {
        let usual = [
            ("search_path", searchPath), ("statement_timeout", Self.milliseconds(timeout)),
            ("lock_timeout", Self.milliseconds(lockPatience ?? timeout)),
            ("standard_conforming_strings", "on"),
            ("default_transaction_read_only", readsOnly ? "on" : "off"),
        ]
        return usual + (isSuperuser ? Self.ofSuperusers : []) + others.sorted { $0.key < $1.key }
            + (role.map { [("role", $0)] } ?? [])
    }

    private static let ofSuperusers = [
        ("session_preload_libraries", ""), ("local_preload_libraries", ""), ("lc_messages", "C"),
    ]

    private static func milliseconds(_ time: Duration) -> String {
        let (seconds, attoseconds) = time.components
        return "\(max(1, min(seconds, 1_000_000) * 1000 + attoseconds / 1_000_000_000_000_000))"
    }

    /// As libpq's `options` has them: a backslash before what would end a value (`pg_split_opts`).
    static func options(_ settings: [(String, String)]) -> String {
        settings.map { name, value in
            let escaped = value.flatMap { $0.isWhitespace || $0 == "\\" ? ["\\", $0] : [$0] }
            return "-c \(name)=\(String(escaped))"
        }.joined(separator: " ")
    }
}
