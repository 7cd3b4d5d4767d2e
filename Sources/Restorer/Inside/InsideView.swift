// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// What a server on the restored files says of what is inside, beside what lies in its directories: values to judge.
struct InsideView: Sendable, Equatable {
    struct Database: Sendable, Equatable {
        var identifier: UInt32
        var name: ObjectName
        var allowsConnections: Bool
        /// Whether DROP DATABASE has marked it.
        var isInvalid: Bool
        /// Whether its directory is there, with `PG_VERSION` in it.
        var hasFiles: Bool
        /// The version of its collation when it was made, and here; nil where there is none.
        var recordedCollation: String?
        var collationHere: String?
        var admission = Admission.unasked
    }

    enum Admission: Sendable, Equatable {
        case unasked
        case admitted
        /// In PostgreSQL's words.
        case refused(String)
        /// It is not known, for this reason.
        case unknown(String)
    }

    struct Tablespace: Sendable, Equatable {
        var identifier: UInt32
        var name: ObjectName
        var hasDirectory: Bool
    }

    /// Collations that columns of a database use, of another version here.
    struct ChangedCollations: Sendable, Equatable {
        var database: ObjectName
        var names: [ObjectName]
    }

    /// A library that is not on the machine, and who names it.
    struct MissingLibrary: Sendable, Equatable {
        var path: ObjectName
        var user: String
    }

    /// A locale that the machine lacks.
    struct MissingLocale: Sendable, Equatable {
        var setting: String
        var value: ObjectName
    }

    var databases: [Database] = []
    var tablespaces: [Tablespace] = []
    var collations: [ChangedCollations] = []
    var libraries: [MissingLibrary] = []
    var locales: [MissingLocale] = []
    /// Why not all could be looked at; empty where it could.
    var troubles: [String] = []
}
