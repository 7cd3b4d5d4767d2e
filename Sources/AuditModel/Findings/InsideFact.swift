// SPDX-License-Identifier: Apache-2.0

extension Finding {
    /// What a restored cluster lacks, or what of it worries, as its own server says before it is put in its place.
    public enum InsideFact: Sendable, Equatable, Codable {
        /// A database has a row and no directory, or one without `PG_VERSION`.
        case lostDatabase(ObjectName, identifier: UInt32)
        /// DROP DATABASE was begun and has not come to its end: PostgreSQL lets nobody in any more.
        case invalidDatabase(ObjectName, identifier: UInt32)
        /// A database lets nobody in, in PostgreSQL's words.
        case closedDatabase(ObjectName, words: String)
        /// A tablespace has a row and no directory.
        case lostTablespace(ObjectName, identifier: UInt32)
        /// Databases whose text was sorted by another version of what sorts it here.
        case databaseCollations(Sample<ObjectName>, recorded: String, here: String)
        /// The same of collations that columns of a database use.
        case collations(Sample<ObjectName>, in: ObjectName)
        /// A library that a setting or the functions of databases name is not here.
        case library(ObjectName, neededBy: Sample<String>)
        /// A setting names a locale that this host lacks.
        case locale(setting: String, ObjectName)
        /// Recovery ended at this position in WAL, before the goal, so that what was being dropped at the goal is whole.
        case endedEarlier(position: String, dropped: Sample<ObjectName>)
        /// It could not all be looked at.
        case unlooked(reason: String)
        /// No server was started, so nobody has looked.
        case unstarted

        var code: FindingCode {
            switch self {
            case .lostDatabase, .invalidDatabase, .closedDatabase: .databaseUnreachable
            case .lostTablespace: .tablespaceUnreachable
            case .databaseCollations, .collations: .collationChanged
            case .library: .libraryMissing
            case .locale: .localeMissing
            case .endedEarlier: .endedEarlier
            case .unlooked, .unstarted: .insideUnseen
            }
        }

        var severity: Severity {
            switch self {
            case .lostDatabase, .invalidDatabase, .closedDatabase, .lostTablespace: .error
            case .databaseCollations, .collations, .library, .locale, .endedEarlier, .unlooked:
                .warning
            case .unstarted: .note
            }
        }

        /// The database or tablespace that nobody reaches; nil for what only worries.
        public var unreachable: ObjectName? {
            switch self {
            case .lostDatabase(let name, _), .invalidDatabase(let name, _), .closedDatabase(let name, _),
                .lostTablespace(let name, _):
                name
            default: nil
            }
        }
    }
}
