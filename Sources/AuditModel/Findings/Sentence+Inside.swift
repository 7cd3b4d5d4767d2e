// SPDX-License-Identifier: Apache-2.0

extension Finding {
    func sentence(_ fact: InsideFact) -> Sentence {
        switch fact {
        case .lostDatabase(let name, let identifier):
            Sentence(
                "database '\(name)' is a row without its directory: nobody can connect to it",
                expected: "the directory of database \(identifier)", found: "nothing")
        case .invalidDatabase(let name, _):
            Sentence(
                "database '\(name)' is invalid, for a DROP DATABASE of it was begun: nobody can connect to it"
            )
        case .closedDatabase(let name, let words):
            Sentence("database '\(name)' takes no connection (PostgreSQL: \(words))")
        case .lostTablespace(let name, let identifier):
            Sentence(
                "tablespace '\(name)' (\(identifier)) is a row without its directory",
                expected: "pg_tblspc/\(identifier)", found: "nothing")
        case .databaseCollations(let names, let recorded, let here):
            Sentence(
                "databases \(Self.quoted(names)) were sorted by version \(recorded) of their collation, here it is \(here): indexes on text may not find what is there; REINDEX, then ALTER DATABASE … REFRESH COLLATION VERSION",
                expected: recorded, found: here)
        case .collations(let names, let database):
            Sentence(
                "collations \(Self.quoted(names)) of database '\(database)' are of another version here: indexes by them may not find what is there; REINDEX, then ALTER COLLATION … REFRESH VERSION"
            )
        case .library(let path, let users):
            Sentence(
                "library '\(path)' is not on this machine, and \(users.listed) needs it: install it before the first start"
            )
        case .locale(let setting, let value):
            Sentence(
                "\(setting) is '\(value)', a locale that this machine lacks: the server will not start before it is installed or the setting changed"
            )
        case .endedEarlier(let position, let names):
            Sentence(
                "recovery ended at \(position), for the goal lies inside a DROP of \(Self.quoted(names)), whose files were already gone there: no transaction was committed between the two, so all that was committed by the goal is in the copy"
            )
        case .unlooked(let reason): Sentence("not everything inside was looked at: \(reason)")
        case .unstarted:
            Sentence(
                "nobody has looked inside, for no server was started: whether every database takes a connection, the first start shows"
            )
        }
    }

    private static func quoted(_ names: Sample<ObjectName>) -> String { names.map { "'\($0)'" }.listed }
}
