// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Synchronization
import Testing

@testable import Operations

@Suite struct `The word of a process in a container` {
    private static let end = ToldChecks.end

    private final class Goals: Sendable {
        let list = Mutex<[String]>([])
    }

    private static func watch(_ goals: Goals = Goals()) -> InsideWatch {
        InsideWatch(
            Watcher(), PinnedBackups([], inStoreAt: "memory:///store", .none),
            ToldTrial(of: ToldChecks.asked()), TrialDeadline(of: .seconds(3600))
        ) { goal in
            goals.list.withLock { $0.append(goal) }
        }
    }

    private static func name(_ outcome: InsideWatch.Outcome) -> String {
        switch outcome {
        case .none: "none"
        case .refused: "refused"
        case .ended: "ended"
        case .contradicted: "contradicted"
        case .misbehaved: "misbehaved"
        case .failed: "failed"
        }
    }

    @Test func `is heard from the plan to the end`() {
        let goals = Goals()
        let watch = Self.watch(goals)
        let events: [InsideEvent] = [
            .planned(goal: "the end\u{1B}[2J", bytes: 7), .began(.stream, bytes: 7),
            .reading(label: "x", bytes: .max), .advanced(backup: 0, bytes: .max),
            .advanced(backup: 0, bytes: .max), .recovered(start: 9, replayed: 2, end: 1), .copied(.max),
            .looked(2, of: 1), .asking("a"), .noted("b"),
        ]
        for event in events { #expect(watch.hear(event.message)) }
        #expect(goals.list.withLock { $0 } == ["the end?[2J"])
        #expect(!watch.hear(InsideEvent.ended(Self.end, nil).message))
        #expect(Self.name(watch.outcome) == "ended")
        // Who has ended says nothing more.
        #expect(!watch.hear(InsideEvent.refused(ToldError(OperationError.noPlaceForHistory)).message))
        #expect(Self.name(watch.outcome) == "ended")
    }

    @Test func `that names no goal is not believed`() {
        let watch = Self.watch()
        #expect(!watch.hear(InsideEvent.planned(goal: "", bytes: 0).message))
    }

    private static let seen = SeenBaseline(
        Baseline(
            databases: [5: "shop", 6: ObjectName(String(repeating: "x", count: 200))], found: -1,
            end: ClusterPosition(timeline: 1, position: 9), moment: Timestamp(seconds: 0)),
        ClusterLineage(end: ClusterPosition(timeline: 1, position: 9)), ofCluster: 7, seconds: 1)

    @Test func `of catalogues is taken in parts, without what they cannot hold`() {
        func relation(_ identifier: UInt32, _ name: ObjectName) -> KnownRelation {
            KnownRelation(
                .init(
                    database: 5, identifier: identifier, schema: "public", name: name, kind: .table,
                    tablespace: 1663, fileNode: 1), bytes: 0)
        }
        let watch = Self.watch()
        let good = relation(16_400, "orders")
        let bad = [
            relation(0, "orders"), relation(1, ""),
            relation(1, ObjectName(String(repeating: "x", count: 129))),
        ]
        let events: [InsideEvent] = [
            .planned(goal: "the end", bytes: 0), .seen(Self.seen), .relations([good]), .relations(bad),
        ]
        for event in events { #expect(watch.hear(event.message)) }
        #expect(watch.seen?.baseline.relations == [good] && watch.seen?.baseline.found == 1)
        #expect(watch.seen?.baseline.databases == [5: "shop"])
    }

    private static var unasked: TrialEnd {
        var end = end
        end.checks = []
        return end
    }

    private static let wrong: [(String, [InsideEvent])] = [
        ("an end before the plan", [.ended(end, nil)]), ("progress before the plan", [.copied(1)]),
        ("two plans", [.planned(goal: "", bytes: 0), .planned(goal: "", bytes: 0)]),
        ("a backup that nobody reads", [.planned(goal: "", bytes: 0), .advanced(backup: 0, bytes: 1)]),
        (
            "notes without end",
            [.planned(goal: "", bytes: 0)] + [InsideEvent](repeating: .noted("n"), count: 1001)
        ),
        ("an end without what was asked", [.planned(goal: "", bytes: 0), .ended(unasked, nil)]),
        ("relations of nothing", [.planned(goal: "", bytes: 0), .relations([])]),
        ("catalogues twice", [.planned(goal: "", bytes: 0), .seen(seen), .seen(seen)]),
        ("a backup before the first", [.planned(goal: "", bytes: 0), .advanced(backup: -1, bytes: 1)]),
    ]

    @Test(arguments: wrong) func `is not taken when it may not be said`(
        _ name: String, _ events: [InsideEvent]
    ) {
        let watch = Self.watch()
        for event in events { _ = watch.hear(event.message) }
        #expect(Self.name(watch.outcome) == "misbehaved", "\(name)")
    }

    @Test func `is not taken when it is none`() {
        let long = Array(#""began""#.utf8) + [UInt8](repeating: 0x20, count: InsideEvent.longest)
        for message in [[], long, Array("{}".utf8), Array(#"{"began":{"_0":"lunch"}}"#.utf8)] {
            let watch = Self.watch()
            #expect(!watch.hear(message))
            #expect(Self.name(watch.outcome) == "misbehaved")
        }
    }

    @Test func `is made plain`() throws {
        var end = Self.end
        end.failure = "a\u{202E}b\nc"
        end.checks = [CheckResult("n\u{1B}", .user, .passed, words: String(repeating: "x", count: 100_000))]
        end.isolation = ["\u{7}"]
        end.findings = [Finding](
            repeating: Finding(.presence(.missingFromSumFile(line: 3)), object: "a"), count: 10_001)
        end.phases = [RestorePhase(.stream, seconds: 1e300), RestorePhase(.stream, seconds: 1e300)]
        end.secondsToAnswer = -1e300
        end.neutralised = [String](repeating: "a", count: 1_000_000)
        let plain = end.plain
        #expect(plain.failure == "a?b?c" && plain.isolation == ["?"])
        #expect(plain.findings.count == 10_000 && plain.neutralised.count == 1000)
        #expect(plain.phases.map(\.seconds) == [2e9] && plain.secondsToAnswer == 0)
        #expect(plain.checks[0].name == "n?" && plain.checks[0].words.count == 4000)
        // Nothing that a trial cannot come to.
        (end.level, end.exitStatus) = (.listed, 0)
        #expect(end.plain.level == nil && end.plain.exitStatus == ExitStatus.unknown.rawValue)
        end.exitStatus = 77
        #expect(end.plain.exitStatus == ExitStatus.unknown.rawValue)
    }

    @Test func `keeps what a finding is`() throws {
        var end = Self.end
        let object = ObjectName("20261127T143000/base.tar")
        end.findings = [Finding(.presence(.missingFromSumFile(line: 3)), object: object)]
        guard case .ended(let back, _)? = InsideEvent(InsideEvent.ended(end, nil).message) else {
            Issue.record("it does not come back")
            return
        }
        #expect(back.findings == end.findings)
    }
}
