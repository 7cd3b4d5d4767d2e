// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import PrivatePostgres
import WALArchive

/// A timeline that comes from where a backup ends, as JSON.
struct TimelineNode: Encodable {
    var timeline: UInt32
    var origin: Nullable<Origin>
    var last: Nullable<String>
    var leadsOn, isFollowed: Bool
    /// Set for the one that is followed: `asked`, `only`, `contains-others`, `same-up-to-goal`.
    var reason: Nullable<String>
    var leftAt: Nullable<String>
    var isLeftBehind: Bool

    struct Origin: Encodable {
        var timeline: UInt32
        var lsn: String
    }

    static func nodes(_ decision: TimelineDecision) -> [TimelineNode] {
        decision.lines.map { line in
            TimelineNode(
                timeline: line.timeline,
                origin: Nullable(line.origin.map { Origin(timeline: $0.timeline, lsn: "\($0.position)") }),
                last: Nullable(line.last.map { "\($0)" }), leadsOn: line.leadsOn,
                isFollowed: decision.followed == line.timeline,
                reason: Nullable(reason(of: line.timeline, decision)),
                leftAt: Nullable(line.leftAt.map { "\($0)" }), isLeftBehind: line.isLeftBehind)
        }
    }

    private static func reason(of timeline: UInt32, _ decision: TimelineDecision) -> String? {
        guard case .follow(timeline, let reason) = decision.outcome else { return nil }
        return switch reason {
        case .asked: "asked"
        case .only: "only"
        case .containsOthers: "contains-others"
        case .sameUpToTarget: "same-up-to-goal"
        }
    }
}

/// From when to when a backup can be recovered, as JSON.
struct WindowNode: Encodable {
    struct Point: Encodable {
        var lsn: String
        var time: Nullable<String>

        init(_ point: RecoverableWindow.Point) {
            (lsn, time) = ("\(point.position)", Nullable(point.time.map(WindowNode.precise)))
        }
    }

    struct RestorePoint: Encodable {
        var name, lsn, time: String
    }

    struct Unfinished: Encodable {
        var object, end: String
        var commits: UInt64
        var lastCommit: Nullable<String>
        var isRecovered: Bool
    }

    var earliest, latest: Point
    var unfinished: [Unfinished]
    var restorePoints: Nullable<[RestorePoint]>
    var trouble: Nullable<String>

    init(_ window: RecoverableWindow, allowsUnfinished: Bool) {
        (earliest, latest) = (Point(window.earliest), Point(window.latest))
        unfinished = window.unfinished.map {
            Unfinished(
                object: $0.object.jsonText, end: "\($0.end)", commits: $0.events.commits,
                lastCommit: Nullable($0.events.lastCommit.map { Self.precise($0.time) }),
                isRecovered: allowsUnfinished)
        }
        restorePoints = Nullable(
            window.restorePoints?.map {
                RestorePoint(name: $0.name.jsonText, lsn: "\($0.position)", time: Self.precise($0.time))
            })
        trouble = Nullable(window.trouble)
    }

    /// To the microsecond, as PostgreSQL counts: `2026-11-02T03:00:00.123456Z`.
    static func precise(_ time: Timestamp) -> String {
        PostgresTime.text(of: time).replacing(" ", with: "T").replacing("+00", with: "Z")
    }
}
