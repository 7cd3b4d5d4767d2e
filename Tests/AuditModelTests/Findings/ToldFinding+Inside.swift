// SPDX-License-Identifier: Apache-2.0
import AuditModel

extension ToldFinding {
    static let inside: [ToldFinding] = [
        .init(
            Finding(.inside(.lostDatabase("shop", identifier: 16384))), .databaseUnreachable,
            "database 'shop' is a row without its directory: nobody can connect to it",
            "the directory of database 16384", "nothing"),
        .init(
            Finding(.inside(.invalidDatabase("shop", identifier: 16384))), .databaseUnreachable,
            "database 'shop' is invalid, for a DROP DATABASE of it was begun: nobody can connect to it"),
        .init(
            Finding(.inside(.closedDatabase("sh\u{1B}op", words: "no"))), .databaseUnreachable,
            "database 'sh\\x1Bop' takes no connection (PostgreSQL: no)"),
        .init(
            Finding(.inside(.lostTablespace("fast", identifier: 7))), .tablespaceUnreachable,
            "tablespace 'fast' (7) is a row without its directory", "pg_tblspc/7", "nothing"),
        .init(
            Finding(.inside(.databaseCollations(Sample(["a", "b"]), recorded: "2.28", here: "2.36"))),
            .collationChanged, .warning,
            "databases 'a', 'b' were sorted by version 2.28 of their collation, here it is 2.36: indexes on text may not find what is there; REINDEX, then ALTER DATABASE … REFRESH COLLATION VERSION",
            "2.28", "2.36"),
        .init(
            Finding(.inside(.collations(Sample(["de"]), in: "shop"))), .collationChanged, .warning,
            "collations 'de' of database 'shop' are of another version here: indexes by them may not find what is there; REINDEX, then ALTER COLLATION … REFRESH VERSION"
        ),
        .init(
            Finding(
                .inside(.library("$libdir/postgis-3", neededBy: Sample(["database 'a'", "database 'b'"])))),
            .libraryMissing, .warning,
            "library '$libdir/postgis-3' is not on this machine, and database 'a', database 'b' needs it: install it before the first start"
        ),
        .init(
            Finding(.inside(.locale(setting: "lc_messages", "de_DE.UTF-8"))), .localeMissing, .warning,
            "lc_messages is 'de_DE.UTF-8', a locale that this machine lacks: the server will not start before it is installed or the setting changed"
        ),
        .init(
            Finding(.inside(.endedEarlier(position: "0/3000060", dropped: Sample(["shop"])))), .endedEarlier,
            .warning,
            "recovery ended at 0/3000060, for the goal lies inside a DROP of 'shop', whose files were already gone there: no transaction was committed between the two, so all that was committed by the goal is in the copy"
        ),
        .init(
            Finding(.inside(.unlooked(reason: "there is no psql"))), .insideUnseen, .warning,
            "not everything inside was looked at: there is no psql"),
        .init(
            Finding(.inside(.unstarted)), .insideUnseen, .note,
            "nobody has looked inside, for no server was started: whether every database takes a connection, the first start shows"
        ),
    ]
}
