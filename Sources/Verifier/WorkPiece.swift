// SPDX-License-Identifier: Apache-2.0
import AuditModel
import ObjectStore

/// Something that one thread does from start to end.
enum WorkPiece: Sendable {
    /// Asks for an object's size, for level `listed`.
    case head(BackupVerification, ObjectTask)
    /// Reads an object from end to end.
    case whole(BackupVerification, ObjectTask)
    /// Reads objects one after another, each going on where the one before it ended: segments of WAL.
    case series(BackupVerification, [ObjectTask])
    /// Proves some chunks of an object.
    case span(BackupVerification, ChunkedObject, Span)

    var backup: BackupVerification {
        switch self {
        case .head(let backup, _), .whole(let backup, _), .series(let backup, _), .span(let backup, _, _):
            backup
        }
    }

    /// Does it; empty when the object has other pieces that are still under way.
    func perform() throws(Stop) -> [ObjectResult] {
        switch self {
        case .head(let backup, let task): [try HeadCheck(context: backup.context).check(task)]
        case .whole(let backup, let task):
            [try ObjectCheck(context: backup.context, meter: backup.meter).checkWhole(task)]
        case .series(let backup, let tasks):
            try ObjectCheck(context: backup.context, meter: backup.meter).checkSeries(tasks)
        case .span(_, let object, let span): try [object.check(span)].compactMap(\.self)
        }
    }
}
