// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Files
import PrivatePostgres
import WALArchive

/// Recovery to a target that can be missed: what was written is kept until the target is reached.
extension RestoreWork {
    /// Recovers with a copy of what was written beside it, where there can be one and it may be needed.
    ///
    /// Whoever runs out of room for the copy's sake goes on without it.
    mutating func recoverKeeping(_ target: any RestoreTarget, _ version: Int) throws {
        try keepPristine(target)
        do { try recover(target, version) } catch RestoreError.noSpace(let path, let needed, let available) {
            guard try givesUpPristine(target) else {
                throw RestoreError.noSpace(path, needed: needed, available: available)
            }
            try recover(target, version)
        }
    }

    private mutating func keepPristine(_ target: any RestoreTarget) throws {
        guard goal.canBeMissed else { return try target.discardPristine() }
        // After it was interrupted, what recovery has changed is no copy's origin.
        guard target.phase == .written, !target.hasPristine else { return }
        let (observer, isRehearsal) = (world.observer, isRehearsal)
        let watch = Stopwatch()
        let copy = try target.keepPristine(
            margin: isRehearsal ? .max : plan.bytesOfRecovery, world.cancellation,
            decided: { if !isRehearsal { observer.noted($0.words) } }, copied: { observer.copied($0) })
        try add([RestorePhase(.copy, seconds: watch.seconds)])
        if case .leftOut(let reason) = copy { lackOfPristine = reason }
    }

    /// Whether recovery can go on with the room that the copy took up.
    private func givesUpPristine(_ target: any RestoreTarget) throws -> Bool {
        guard target.hasPristine, [.written, .recovering].contains(target.phase), !target.hasServer else {
            return false
        }
        world.observer.noted(
            "there is no room for recovery beside the copy of the files: the copy is given up, and recovery goes on"
        )
        try target.discardPristine()
        return try target.phase == .written || target.resumeRecovery()
    }

    /// What a failure leaves, and the failure with all that is to be said of it.
    func settled(_ error: any Error, _ target: any RestoreTarget) -> any Error {
        guard case RestoreError.targetMissed(var report) = error else { return error }
        let isKept = target.hasPristine && !target.hasServer
        // Where that fails, the next run does it.
        if isKept { try? target.putBackPristine() }
        for scratch in ["server", "wal"] { try? target.discard(scratch) }
        report.files =
            isKept
            ? .kept(target: request.target, staging: target.path) : .gone(lackOfPristine ?? "")
        report.earliest = plan.ranges.map(\.end).max()
        if let own = Self.passedWAL(target) { report.passed.add(own) }
        if case .holds(let outlook)? = plan.archive { report.gap = outlook.gap.map { "\($0.first)" } }
        return RestoreError.targetMissed(report)
    }
}

extension PristineCopy {
    /// What it costs, for people.
    var words: String {
        switch self {
        case .shared:
            "until recovery is over the files are kept as they were proven, by reflink, which takes up what recovery changes: a missed target costs no second reading"
        case .full(let bytes):
            "until recovery is over the files are kept as they were proven, in a copy of \(Units.bytes(bytes)): a missed target costs no second reading"
        case .leftOut(let reason):
            "a missed target will need the files to be read again: \(reason)"
        }
    }
}

extension RestoreWork {
    /// What the WAL in the directory passes; nil where it cannot be read.
    private static func passedWAL(_ target: any RestoreTarget) -> PassedWAL? {
        guard let folder = try? FileDescriptor(folderItselfAt: target.stagedWAL ?? "\(target.data)/pg_wal")
        else { return nil }
        return (try? OwnWAL(folder))??.passed
    }
}
