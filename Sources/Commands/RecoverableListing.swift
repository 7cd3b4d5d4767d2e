// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel
import Catalogue
import Operations
import PrivatePostgres
import Restorer
import WALArchive

/// Which archive of WAL `list` looks into.
struct RecoverableOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Say from when to when each backup can be recovered with this archive of WAL.",
            valueName: "location"))
    var walArchive: String?

    @Flag(help: "Name the restore points, too, for which all WAL of the archive is read.")
    var restorePoints = false
}

extension RecoverableLine {
    /// As people read it.
    var words: [String] {
        switch view {
        case .failure(let error): ["\(label): not known: \(error.message)"]
        case .success(let view):
            view.ways.isEmpty
                ? ["\(label): no timeline of the archive comes from it"]
                : view.ways.flatMap { words($0, view) }
        }
    }

    private func words(_ way: WALArchiveView.Way, _ view: WALArchiveView) -> [String] {
        let choice = view.ways.count > 1 ? " (to be chosen by --timeline)" : ""
        let trouble = way.window.trouble.map { "; not all of it could be read: \($0)" } ?? ""
        let window = WindowText.words(way.window, since: time?.timestamp)
        return [
            "\(label): \(objection)on timeline \(way.timeline)\(choice) \(window)\(gap(way))\(trouble)"
        ]
            + way.window.unfinished.map {
                "  '\($0.object)' \(WindowText.holds($0)), for `restore --allow-unfinished`"
            } + WindowText.restorePoints(way.window).map { "  \($0.0) \($0.1)" }
    }

    /// The WAL alone recovers nothing.
    private var objection: String {
        guard let bad = badStanding else { return "" }
        return
            "\(bad.verdict.rawValue.uppercased()) since \(bad.since.day), RESTORE REFUSES IT; its WAL goes "
    }

    private func gap(_ way: WALArchiveView.Way) -> String {
        way.outlook.gap.map { "; then '\($0.first)' IS MISSING" } ?? ""
    }
}

/// The same as JSON, one for each way; `timelines` says of all that come from the backup.
struct RecoverableNode: Encodable {
    struct Way: Encodable {
        var timeline: UInt32
        var isDecided: Bool
        var window: WindowNode
        var gap: Nullable<RestorePlanNode.Gap>
    }

    var timelines: [TimelineNode]
    var ways: [Way]
    var unknownBecause: Nullable<String>

    init(_ line: RecoverableLine) {
        switch line.view {
        case .failure(let error):
            (timelines, ways, unknownBecause) = ([], [], Nullable(error.message))
        case .success(let view):
            timelines = TimelineNode.nodes(view.timelines)
            ways = view.ways.map { way in
                Way(
                    timeline: way.timeline, isDecided: view.ways.count == 1,
                    window: WindowNode(way.window, allowsUnfinished: false),
                    gap: Nullable(
                        way.outlook.gap.map { .init(first: "\($0.first)", later: $0.later) }))
            }
            unknownBecause = Nullable(nil)
        }
    }
}
