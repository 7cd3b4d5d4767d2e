// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Diagnostics
import PrivatePostgres
import Restorer

/// Hears what the process in a container says, and hands on how far it is.
///
/// Used by one thread. What it says is not trusted: a word that it may not say now ends the hearing.
final class InsideWatch {
    /// What it has come to.
    enum Outcome {
        /// Nothing was said of an end yet.
        case none
        case refused(ToldError)
        case ended(TrialEnd, ToldError?)
        /// What it has read is sound, and not what was there before.
        case contradicted(label: String, Finding)
        /// It said something that it may not say.
        case misbehaved
        /// Who listens could not go on.
        case failed(any Error)
    }

    private let observer: any RestoreObserver & VerificationObserver
    /// Is told of the goal when the plan stands, and before anything is restored.
    private let planned: (String) throws -> Void
    private let pins: PinnedBackups
    private let trial: ToldTrial
    private let deadline: TrialDeadline
    private(set) var outcome = Outcome.none
    private var told: SeenBaseline?
    private var isPlanned = false
    private var meters: [BackupMeter] = []
    private var notes = 0

    /// No chain of backups is longer.
    private static let mostBackups = 10_000
    private static let mostRelations = 100_000
    /// Notes of a whole trial.
    private static let mostNotes = 1000

    /// `pins` are what is known of the backups that it reads, `trial` is what it was asked.
    ///
    /// `deadline` is begun when its server is about to run.
    init(
        _ observer: any RestoreObserver & VerificationObserver, _ pins: PinnedBackups, _ trial: ToldTrial,
        _ deadline: TrialDeadline, planned: @escaping (String) throws -> Void
    ) {
        (self.observer, self.pins, self.planned) = (observer, pins, planned)
        (self.trial, self.deadline) = (trial, deadline)
    }

    /// What it has seen in the catalogues; nil when it has not said.
    var seen: SeenBaseline? {
        guard var seen = told else { return nil }
        seen.baseline = seen.baseline.credible
        return seen
    }

    /// False when nothing more is wanted.
    func hear(_ message: [UInt8]) -> Bool {
        guard case .none = outcome else { return false }
        guard let event = InsideEvent(message) else { return misbehaved }
        switch event {
        case .planned(let goal, _): return plan(goal)
        case .refused(let error): return end(.refused(error.plain))
        case .ended(let end, let error):
            guard isPlanned, let end = trial.judged(end, error?.plain) else { return misbehaved }
            return self.end(.ended(end, error?.plain))
        default:
            guard isPlanned else { return misbehaved }
            return watch(event)
        }
    }

    private func plan(_ goal: String) -> Bool {
        guard !isPlanned, !goal.isEmpty else { return misbehaved }
        isPlanned = true
        do { try planned(goal.plain) } catch { return end(.failed(error)) }
        return true
    }

    private func watch(_ event: InsideEvent) -> Bool {
        switch event {
        case .began(let phase, let bytes):
            if phase == .recover { deadline.begin() }
            observer.began(phase, bytes: bytes)
        case .recovered(let start, let replayed, let end):
            observer.recovered(
                RecoveryProgress(
                    start: LogSequenceNumber(start), replayed: LogSequenceNumber(max(start, replayed)),
                    end: end.map { LogSequenceNumber(max(start, $0)) }))
        case .copied(let bytes): observer.copied(bytes)
        case .looked(let database, let count): observer.looked(at: database, of: count)
        case .asking(let check): observer.asking(check.plain)
        case .noted(let text):
            notes += 1
            guard notes <= Self.mostNotes else { return misbehaved }
            observer.noted(text.plain)
        case .reading(let label, let bytes):
            guard meters.count < Self.mostBackups else { return misbehaved }
            meters.append(BackupMeter(label: label.plain, bytes: bytes))
            observer.backupStarted(meters[meters.count - 1])
        case .advanced(let backup, let bytes):
            guard meters.indices.contains(backup) else { return misbehaved }
            meters[backup].advance(by: bytes)
        case .sound(let label, let objects):
            return compare(label, objects)
        case .seen(let head):
            guard told == nil, head.baseline.relations.isEmpty else { return misbehaved }
            told = head
        case .relations(let relations):
            guard let count = told?.baseline.relations.count, count + relations.count <= Self.mostRelations
            else { return misbehaved }
            told?.baseline.relations += relations
        case .planned, .refused, .ended: return misbehaved
        }
        return true
    }

    private func compare(_ label: String, _ objects: [InsideEvent.SoundObject]) -> Bool {
        do {
            guard let finding = try pins.contradiction(of: label, objects) else { return true }
            return end(.contradicted(label: label.plain, finding))
        } catch { return end(.failed(error)) }
    }

    private var misbehaved: Bool { end(.misbehaved) }

    private func end(_ outcome: Outcome) -> Bool {
        self.outcome = outcome
        return false
    }
}
