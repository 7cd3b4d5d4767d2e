// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import History
import Planning

/// What the history tells of all backups of a store at once.
struct PastOfStore {
    private let shown: [String: [Level: Timestamp]]
    private let standings: [String: BackupStanding]
    private let readings: [String: NewestReading]
    private let lines: [String: BackupLine]
    private let trials: [TrialLine]
    /// By the URLs of the backups.
    private let trialsOf: [String: [TrialLine]]
    private let now: Timestamp

    init(at url: String, _ memory: Memory, now: Timestamp) throws {
        self.now = now
        shown = try memory.history?.lastShown(at: url) ?? [:]
        standings = try memory.standings(at: url)
        readings = try memory.history?.newestReadings(at: url) ?? [:]
        let backups = try memory.history?.backups(.init(place: url)) ?? []
        lines = Dictionary(backups.map { ($0.place.url, $0) }) { first, _ in first }
        trials = try memory.history?.trials(.init(place: url)) ?? []
        trialsOf = Dictionary(grouping: trials) { $0.start.place.url }
    }

    func tell(of place: String, _ known: inout KnownBackup) {
        known.proofs = (shown[place] ?? [:]).filter { $0.key <= .inspected && hasBeen($0.value) }
        switch standings[place]?.verdict {
        case .damaged: known.standing = .damaged
        case .tampered: known.standing = .tampered
        case .verified: known.standing = .sound
        case .inconclusive, .incomplete, nil: known.standing = .unknown
        }
        if let reading = readings[place] {
            if reading.isUnsettled, !known.standing.isBad { known.standing = .unsettled }
            // Hashes alone cannot find gone what was found by more than them.
            known.needsCloserLook =
                known.standing.isBad && (reading.verdict == .verified || reading.asked > .checksummed)
            known.inVain = Dictionary(uniqueKeysWithValues: reading.inVain.map { ($0, reading.ended) })
        }
        known.openFindings = lines[place]?.openFindings ?? 0
        known.trials = trials.filter { $0.start.place.url == place && hasBeen($0.start.started) }.reversed()
            .compactMap { line in
                line.end.map { end in
                    KnownTrial(
                        at: line.start.started, level: end.exitStatus == 0 ? end.level : nil,
                        isSample: line.start.isSample)
                }
            }
    }

    /// What a clock has written that was ahead is no proof until then: it would keep everybody from looking.
    private func hasBeen(_ time: Timestamp) -> Bool { time.seconds(since: now) <= Self.skew }

    /// In seconds: by so much clocks are put right.
    private static let skew: Int64 = 3600

    /// Whether its bytes were once shown to be right, all of them.
    func wasRead(_ place: String) -> Bool { (shown[place] ?? [:]).keys.contains { $0 >= .checksummed } }

    /// The newest of each group that `group` knows.
    func secondsToAnswer(group: (String) -> String?) -> [String: Double] {
        // The newest trial is the first.
        trials.reversed().reduce(into: [:]) { seconds, line in
            guard let answer = line.end?.secondsToAnswer, let group = group(line.start.place.url) else {
                return
            }
            seconds[group] = answer
        }
    }

    /// The trials of a backup, the newest first.
    func trials(of place: String) -> [TrialLine] { trialsOf[place] ?? [] }

    func forecast(of bytes: UInt64) -> Double? {
        Forecast(ofBytes: bytes, wal: nil, from: trials)?.seconds
    }
}
