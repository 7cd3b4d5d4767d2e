// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Synchronization

/// The memory of a shard: what its plan knows of one backup, and a place for what becomes known.
///
/// To the verification it is an interrupted run, of which all was done but this shard's part.
final class ShardLedger: Ledger {
    private let place: String
    private let pins: [ObjectName: SharedPin]
    private let seen: BackupMemory
    private let kept = Mutex(Kept())

    /// What a verification has written.
    struct Kept {
        var steps: [(step: ProgressStep, object: ObjectName)] = []
        /// Nil while it has not come to its end.
        var outcome: BackupOutcome?
    }

    /// `versions` are the validators of the backup's objects now.
    init(
        _ known: SharedBackup, _ part: ShardPart, versions: [ObjectName: Validators], at now: Timestamp
    ) {
        (place, pins) = (known.url, known.pinsByObject)
        var memory = BackupMemory(pins: pins.mapValues(\.pin))
        for (name, mine) in part.chunks where !part.hasAll(of: name) {
            guard let pin = pins[name], let midstates = pin.midstates, let version = versions[name]
            else { continue }
            let others = Self.gaps(between: mine, count: midstates.count + 1)
            memory.progress[name] = ObjectProgress(
                .proven(chunks: others, chunkSize: midstates.chunkSize, pin: pin.pin.sha256),
                validators: version, since: now)
        }
        seen = memory
    }

    var result: Kept { kept.withLock { $0 } }

    private static func gaps(between ranges: [Range<Int>], count: Int) -> [Range<Int>] {
        var (gaps, next): ([Range<Int>], Int) = ([], 0)
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if next < min(range.lowerBound, count) { gaps.append(next..<min(range.lowerBound, count)) }
            next = max(next, range.upperBound)
        }
        return next < count ? gaps + [next..<count] : gaps
    }

    // MARK: Ledger

    func begin(_ run: RunStart) -> RunID { RunID(0) }
    func lock(_ place: BackupPlace, for run: RunID) {}
    func memory(of place: BackupPlace) -> BackupMemory {
        place.url == self.place ? seen : BackupMemory()
    }
    func midstates(of object: ObjectName, in place: BackupPlace) -> Midstates? {
        place.url == self.place ? pins[object]?.midstates : nil
    }
    func keep(_ progress: ProgressStep, of object: ObjectName, in place: BackupPlace) {
        kept.withLock { $0.steps.append((progress, object)) }
    }
    func record(_ outcome: BackupOutcome, in run: RunID) { kept.withLock { $0.outcome = outcome } }
    func release(_ place: BackupPlace) {}
    func end(_ run: RunID, exitStatus: Int32, verdict: Verdict?) {}
}
