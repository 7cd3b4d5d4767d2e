// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Testing

@testable import Restorer

@Suite struct `What is inside of a restored cluster` {
    private typealias Database = InsideView.Database

    private static func database(
        _ name: ObjectName, _ admission: InsideView.Admission = .admitted,
        change: (inout Database) -> Void = { _ in }
    ) -> Database {
        var database = Database(
            identifier: 5, name: name, allowsConnections: true, isInvalid: false, hasFiles: true,
            admission: admission)
        change(&database)
        return database
    }

    private static func facts(_ view: InsideView) -> [Finding.InsideFact] {
        InsideJudgement(view).findings.compactMap {
            if case .inside(let fact) = $0.fact { fact } else { nil }
        }
    }

    @Test func `is sound without a word`() {
        let template = Self.database("template0", .unasked) {
            ($0.allowsConnections, $0.recordedCollation, $0.collationHere) = (false, "2.36", "2.36")
        }
        let view = InsideView(
            databases: [Self.database("postgres"), template],
            tablespaces: [.init(identifier: 7, name: "fast", hasDirectory: true)],
            collations: [.init(database: "postgres", names: [])])
        #expect(Self.facts(view).isEmpty)
        #expect(InsideReport(view).databases == 1)
    }

    @Test func `lacks a database without its directory, whatever else is with it`() {
        let lost = Self.database("shop", .unasked) { ($0.hasFiles, $0.isInvalid) = (false, true) }
        // Nobody may connect to a template, and its files must be there all the same.
        let template = Self.database("template0", .unasked) {
            ($0.hasFiles, $0.allowsConnections, $0.identifier) = (false, false, 4)
        }
        #expect(
            Self.facts(InsideView(databases: [lost, template])) == [
                .lostDatabase("shop", identifier: 5), .lostDatabase("template0", identifier: 4),
            ])
    }

    @Test func `lacks what is invalid, closed, or a tablespace without its directory`() {
        let invalid = Self.database("shop", .unasked) { $0.isInvalid = true }
        let view = InsideView(
            databases: [invalid, Self.database("deutsch", .refused("database locale is incompatible"))],
            tablespaces: [.init(identifier: 7, name: "fast", hasDirectory: false)])
        let report = InsideReport(view)
        #expect(
            Self.facts(view) == [
                .invalidDatabase("shop", identifier: 5),
                .closedDatabase("deutsch", words: "database locale is incompatible"),
                .lostTablespace("fast", identifier: 7),
            ])
        #expect(report.findings.allSatisfy { $0.severity == .error })
        let accepted = report.accepting(["shop", "fast"])
        #expect(accepted.findings.map(\.severity) == [.warning, .error, .warning])
        #expect(report.accepting(["sho", ""]) == report)
    }

    @Test func `worries by versions of collations that differ`() {
        func sorted(_ name: ObjectName, _ recorded: String?, _ here: String?) -> Database {
            Self.database(name) { ($0.recordedCollation, $0.collationHere) = (recorded, here) }
        }
        let view = InsideView(
            databases: [
                sorted("a", "2.28", "2.36"), sorted("b", "2.36", "2.36"), sorted("c", "2.28", "2.36"),
                sorted("d", nil, "2.36"), sorted("e", "153.14", nil),
            ], collations: [.init(database: "b", names: ["de"])])
        #expect(
            Self.facts(view) == [
                .databaseCollations(Sample(["a", "c"]), recorded: "2.28", here: "2.36"),
                .collations(Sample(["de"]), in: "b"),
            ])
    }

    @Test func `worries by libraries and locales that are missing, each told once`() {
        let view = InsideView(
            libraries: [
                .init(path: "pg_cron", user: "shared_preload_libraries"),
                .init(path: "$libdir/postgis-3", user: "database 'a'"),
                .init(path: "$libdir/postgis-3", user: "database 'b'"),
            ], locales: [.init(setting: "lc_messages", value: "de_DE.UTF-8")])
        #expect(
            Self.facts(view) == [
                .library("$libdir/postgis-3", neededBy: Sample(["database 'a'", "database 'b'"])),
                .library("pg_cron", neededBy: Sample(["shared_preload_libraries"])),
                .locale(setting: "lc_messages", "de_DE.UTF-8"),
            ])
    }

    @Test func `that nobody could look at is told in one sentence`() {
        let unknown = (1...5).map { Self.database(ObjectName("d\($0)"), .unknown("no time")) }
        #expect(
            Self.facts(InsideView(databases: unknown, troubles: ["gone"])) == [
                .unlooked(
                    reason: "gone; database 'd1': no time; database 'd2': no time; and 3 more")
            ])
    }
}

@Suite struct `What somebody can do about what is out of reach` {
    private static func hints(
        _ facts: [Finding.InsideFact], _ wayBack: DropSearch.Answer = .notThere, end: LogSequenceNumber? = nil
    ) -> [String] {
        WaysOut(facts.map { Finding(.inside($0)) }, wayBack: wayBack, end: end, staging: "/s").hints
    }

    @Test func `is another goal, an older backup, or to take it as it is`() {
        let lost = Finding.InsideFact.lostDatabase("shop", identifier: 5)
        let back = Self.hints(
            [lost], .found(.init(position: LogSequenceNumber(0x3000060), losesNothing: false)),
            end: LogSequenceNumber(0x2000100))
        #expect(back.first?.contains("--to-lsn 0/3000060 gives it back") == true)
        #expect(
            back.last?.contains("'/s'") == true && back.last?.contains("--accept-unreachable 'shop'") == true)
        let before = Self.hints(
            [lost], .found(.init(position: LogSequenceNumber(0x1000060), losesNothing: false)),
            end: LogSequenceNumber(0x2000100))
        #expect(before.first?.contains("older backup") == true && before.first?.contains("--to-lsn") == false)
        #expect(Self.hints([lost]).first?.contains("no DROP of it was found") == true)
        // What could not be read is no reason to turn to an older backup.
        let unread = Self.hints([lost], .unread("gone")).first
        #expect(unread?.contains("gone") == true && unread?.contains("older backup") == false)
        let found = DropSearch.Answer.found(.init(position: LogSequenceNumber(7), losesNothing: false))
        #expect(
            DropSearch.Answer.first(of: [
                found, .notThere, .found(.init(position: LogSequenceNumber(5), losesNothing: false)),
            ])
                == .found(.init(position: LogSequenceNumber(5), losesNothing: false)))
        #expect(DropSearch.Answer.first(of: [found, .unread("gone")]) == .unread("gone"))
        let closed = Finding.InsideFact.closedDatabase("de", words: "database locale is incompatible")
        #expect(Self.hints([closed]).first?.contains("localedef") == true)
        #expect(Self.hints([.closedDatabase("de", words: "too many")]).count == 1)
    }
}
