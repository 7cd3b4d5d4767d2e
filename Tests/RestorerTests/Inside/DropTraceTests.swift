// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import BackupFormats
@testable import Restorer

@Suite struct `A drop in WAL` {
    private enum Record {
        case commit(UInt64), mark(UInt32?, UInt64), drop(UInt32, UInt64), tablespace(UInt32, UInt64)
    }

    private enum Unfinishing: CaseIterable { case prepared, rolledBack, cut }

    /// What nobody may take for nothing: it is in force at the goal and not at the beginning of the drop, or may be a commit.
    @Test(arguments: Unfinishing.allCases)
    private func `may lose what was prepared, rolled back or cannot be read`(what: Unfinishing) {
        var first = Self.log([.commit(10)])
        switch what {
        case .prepared: first.note(.prepared(transaction: 2), at: LogSequenceNumber(15))
        case .rolledBack:
            first.note(
                .rolledBack(transaction: 2, at: Timestamp(seconds: 1)), at: LogSequenceNumber(15))
        case .cut: first.cut = CutWALRecord((manager: 1, info: 0))
        }
        let logs = [first, Self.log([.mark(5, 20), .drop(5, 40)])]
        #expect(
            DropTrace.find(.database(5), in: logs, before: LogSequenceNumber(1000)) == Self.back(10))
        // What is cut behind the end, or is a record of another kind, hides nothing.
        first = Self.log([.commit(10)])
        first.cut = CutWALRecord((manager: 10, info: 0))
        var last = Self.log([.mark(5, 20), .drop(5, 40)])
        last.cut = CutWALRecord(nil)
        #expect(
            DropTrace.find(.database(5), in: [first, last], before: LogSequenceNumber(1000))
                == Self.back(10, losesNothing: true))
    }

    private static func log(_ records: [Record]) -> WALEventLog {
        var log = WALEventLog()
        for record in records {
            switch record {
            case .commit(let position):
                log.note(
                    .committed(transaction: 1, at: Timestamp(seconds: 1)), at: LogSequenceNumber(position))
            case .mark(let database, let position):
                log.note(.databaseInvalidated(database), at: LogSequenceNumber(position))
            case .tablespace(let tablespace, let position):
                log.note(.tablespaceDropped(tablespace), at: LogSequenceNumber(position))
            case .drop(let database, let position):
                log.note(.databaseDropped(database, tablespaces: [1663]), at: LogSequenceNumber(position))
            }
        }
        return log
    }

    private static func find(
        _ logs: [[Record]], end: UInt64 = 1000, _ dropped: Dropped = .database(5)
    ) -> DropTrace {
        DropTrace.find(dropped, in: logs.map(log), before: LogSequenceNumber(end))
    }

    private static func back(_ position: UInt64, losesNothing: Bool = false) -> DropTrace {
        .found(DropWayBack(position: LogSequenceNumber(position), losesNothing: losesNothing))
    }

    @Test func `loses nothing where no transaction was committed since it was begun`() {
        let alone: [Record] = [.commit(10), .mark(5, 20), .drop(5, 40), .commit(50)]
        #expect(Self.find([alone], end: 50) == Self.back(10, losesNothing: true))
        #expect(Self.find([alone], end: 60) == Self.back(10))
        #expect(
            Self.find([[.commit(10), .mark(5, 20)], [.drop(5, 40)]]) == Self.back(10, losesNothing: true))
        #expect(Self.find([[.commit(10), .mark(5, 20)], [.commit(30), .drop(5, 40)]]) == Self.back(10))
        #expect(
            Self.find([[.commit(10), .mark(5, 20)], [], [.commit(70)]], end: 60)
                == Self.back(10, losesNothing: true))
    }

    @Test func `begins with the mark on its row, and the last commit before that is the way back`() {
        #expect(
            Self.find([[.commit(10), .mark(5, 20), .commit(30), .drop(5, 40), .commit(50)]])
                == Self.back(10))
        // As after a checkpoint, when the record holds the page and not the row.
        #expect(
            Self.find([[.commit(10), .mark(nil, 20), .commit(30), .drop(5, 40)]])
                == Self.back(10))
        // VACUUM changes rows in their place, too, and a page may hide which.
        #expect(
            Self.find([[.commit(10), .mark(5, 20), .commit(30), .mark(nil, 35), .drop(5, 40)]])
                == Self.back(10))
        // Of another database.
        #expect(
            Self.find([[.commit(10), .mark(6, 20), .commit(30), .drop(5, 40)]])
                == Self.back(30, losesNothing: true))
        // Before 15.4 nothing marks it; and one that was only marked is lost, too.
        #expect(Self.find([[.commit(10), .drop(5, 40)]]) == Self.back(10, losesNothing: true))
        #expect(Self.find([[.commit(10), .mark(5, 20)]]) == Self.back(10, losesNothing: true))
    }

    @Test func `of a tablespace marks nothing`() {
        let log: [Record] = [
            .commit(10), .mark(nil, 20), .commit(30), .tablespace(5, 40), .tablespace(6, 50),
        ]
        #expect(Self.find([log], .tablespace(5)) == Self.back(30, losesNothing: true))
        #expect(Self.find([log]) == .unseen)
    }

    @Test func `goes over segments`() {
        let logs: [[Record]] = [[.commit(10)], [.mark(5, 20)], [.commit(30), .drop(5, 40)]]
        #expect(Self.find(logs) == Self.back(10))
        #expect(Self.find(Array(logs[1...])) == .noCommitYet)
        #expect(Self.find(Array(logs[2...])) == Self.back(30, losesNothing: true))
    }

    @Test func `counts when it was replayed, and only then`() {
        #expect(Self.find([[.commit(10), .drop(5, 40)]], end: 40) == .unseen)
        #expect(Self.find([[.commit(10), .mark(nil, 20), .drop(6, 40)]]) == .unseen)
        // Its number was given again: the last one counts.
        #expect(
            Self.find([[.commit(10), .drop(5, 20), .commit(30), .drop(5, 40)]])
                == Self.back(30, losesNothing: true))
    }
}

@Suite struct `What settings need of the machine` {
    private static func settings(_ text: String) throws -> StartSettings {
        StartSettings(try ServerConfiguration(OneFile(text: text)))
    }

    private struct OneFile: ServerConfiguration.Files {
        var text: String
        func content(of path: String) -> [UInt8]? { path == "postgresql.conf" ? Array(text.utf8) : nil }
        func names(in path: String) -> [String]? { nil }
    }

    @Test func `are libraries and locales`() throws {
        let settings = try Self.settings(
            """
            shared_preload_libraries = 'pg_stat_statements, "pg_cron",'
            local_preload_libraries = 'mine, $libdir/plugins/yours'
            lc_messages = 'de_DE.UTF-8'
            lc_time = ''
            dynamic_library_path = '/opt/lib:relative:$libdir'
            """)
        #expect(
            settings.libraries.map(\.name) == [
                "pg_stat_statements", "pg_cron", "$libdir/plugins/mine", "$libdir/plugins/yours",
            ])
        #expect(settings.locales == [.init(setting: "lc_messages", value: "de_DE.UTF-8")])
        #expect(settings.folders == ["/opt/lib", "$libdir"])
        #expect(try Self.settings("").folders == ["$libdir"])
        #expect(try Self.settings("dynamic_library_path = '/opt'").folders == ["/opt", "$libdir"])
    }

    @Test func `go into statements as digits only, and names come back so`() {
        let name = #"a'b\c"; DROP"#
        #expect(!InsideStatements.missing([name], in: ["$libdir", name]).contains("DROP"))
        #expect(!InsideStatements.trying(locale: name).contains("DROP"))
        #expect(InsideStatements.name("00ff41") == ObjectName(bytes: [0, 255, 0x41]))
        #expect(InsideStatements.name("0") == nil && InsideStatements.name("zz") == nil)
        #expect(InsideStatements.name("+1") == nil && InsideStatements.name(nil) == nil)
    }
}
