// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import PrivatePostgres

/// A place in WAL shortly before the goal, where everything is whole that was being dropped at the goal.
///
/// DROP DATABASE removes the files before its transaction is committed (`dropdb` in src/backend/commands/dbcommands.c). Whoever
/// recovers to a moment in between has the row and not the files. Where no other transaction was committed since the drop was
/// begun, its beginning is the same state of the databases, and nobody has to be asked.
struct EarlierEnd: Error {
    let position: LogSequenceNumber
    /// What was being dropped.
    let names: [ObjectName]

    /// Nil where going back would help nobody, or lose something.
    ///
    /// `end` is where the backup ends, before which nothing can be recovered.
    init?(_ refused: [Finding], _ wayBack: DropSearch.Answer, end: LogSequenceNumber?) {
        guard refused.allSatisfy({ $0.dropped != nil }), case .found(let way) = wayBack, way.losesNothing,
            way.position >= end ?? way.position
        else { return nil }
        position = way.position
        names = refused.compactMap {
            guard case .inside(let fact) = $0.fact else { return nil }
            return fact.unreachable
        }
    }

    var finding: Finding {
        Finding(.inside(.endedEarlier(position: "\(position)", dropped: Sample(names))))
    }
}

extension RestoreWork {
    /// Recovers, or looks once more into what was recovered; a second time to an earlier place where that makes everything
    /// whole and loses nothing.
    mutating func recoverWhole(_ target: any RestoreTarget, _ version: Int) throws {
        do { try recoverOrLook(target, version) } catch let found as EarlierEnd {
            world.observer.noted("recovery begins again: \(found.finding.message)")
            (earlier, goal) = (found, RecoveryGoal(.lsn(found.position), timeline: goal.timeline))
            try writeAgain(target)
            try target.note([found.finding])
            try recoverOrLook(target, version)
        }
    }

    private mutating func recoverOrLook(_ target: any RestoreTarget, _ version: Int) throws {
        if target.phase == .recovered {
            try lookAgain(target, version)
        } else {
            try recoverKeeping(target, version)
        }
    }

    /// What was written is there once more: from its copy, or, of a rehearsal that has none, from the store.
    private mutating func writeAgain(_ target: any RestoreTarget) throws {
        guard !target.hasPristine else { return try target.putBackPristine() }
        try target.startOver()
        report.readings = []
        try write(target)
    }
}
