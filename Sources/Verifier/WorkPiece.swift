// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Inspection
import ObjectStore

/// Something of a backup that one thread does from start to end.
struct WorkPiece: Sendable {
    enum Work: Sendable {
        /// Asks for an object's size, for level `listed`.
        case head(ObjectTask)
        /// Reads an object from end to end.
        case whole(ObjectTask)
        /// Reads objects one after another, each going on where the one before it ended: segments of WAL.
        case series([ObjectTask])
        /// Proves some chunks of an object.
        case span(ChunkedObject, Span)
    }

    let backup: BackupVerification
    let work: Work

    /// Does it; empty when the object has other pieces that are still under way.
    func perform() throws(EarlyEnd) -> [ObjectResult] {
        let check = ObjectCheck(context: backup.context, meter: backup.meter)
        return switch work {
        case .head(let task): [try HeadCheck(context: backup.context).check(task)]
        case .whole(let task): [try check.checkWhole(task)]
        case .series(let tasks): try check.checkSeries(tasks)
        case .span(let object, let span): try [object.check(span)].compactMap(\.self)
        }
    }
}

extension WorkPiece.Work {
    /// Cuts tasks into pieces of work: the largest first, but WAL that lies in many objects last, in its own order.
    static func pieces(of tasks: [ObjectTask], _ context: ReadingContext, _ meter: BackupMeter) -> [Self] {
        let segments = tasks.filter { $0.inspection?.isSegment == true }.sorted { $0.name < $1.name }
        let others = tasks.filter { $0.inspection?.isSegment != true }.sorted { $0.size > $1.size }
        return others.flatMap { pieces(of: $0, context, meter) }
            + (segments.isEmpty ? [] : [.series(segments)])
    }

    private static func pieces(of task: ObjectTask, _ context: ReadingContext, _ meter: BackupMeter) -> [Self]
    {
        if context.options.level == .listed { return [.head(task)] }
        if case .complete? = task.progress?.extent { return [.whole(task)] }
        guard task.canBeProvenInChunks, let known = task.known else { return [.whole(task)] }
        let chunked = ChunkedObject(task, known: known, context: context, meter: meter)
        let spans = chunked.spans
        return spans.isEmpty ? [.whole(task)] : spans.map { .span(chunked, $0) }
    }
}
