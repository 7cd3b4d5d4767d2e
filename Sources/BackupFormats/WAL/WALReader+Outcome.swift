// SPDX-License-Identifier: Apache-2.0

/// Whether WAL takes recovery from the start of a backup to its end.
public enum WALOutcome: Sendable, Equatable {
    /// Every record from start to end was read and is sound.
    case complete
    /// There is none at all.
    case absent
    /// These segments are missing.
    case gap([WALFileName])
    /// It is there and is not what PostgreSQL wrote; the faults say where.
    case faulty
    /// Nobody says where the backup ends, so it cannot be told.
    case unknown(String)
}

extension WALReader {
    /// How many missing segments are told at most.
    private static let mostMissing = 1000

    /// `start` is what the backup's label says; a manifest's ranges go before it.
    public func outcome(start: LogSequenceNumber?) -> WALOutcome {
        guard let ranges else { return outcomeWithoutRanges(start) }
        if seen.isEmpty && faults.isEmpty { return .absent }
        guard let segmentSize else { return .faulty }
        let missing = Array(
            WALFileName.names(of: ranges, size: segmentSize).lazy.filter { !seen.contains($0) }
                .prefix(Self.mostMissing))
        if !missing.isEmpty { return .gap(missing) }
        let isComplete = ranges.allSatisfy { completed.contains($0.timeline) || $0.start == $0.end }
        return faults.isEmpty && isComplete ? .complete : .faulty
    }

    private func outcomeWithoutRanges(_ start: LogSequenceNumber?) -> WALOutcome {
        if seen.isEmpty && faults.isEmpty { return .absent }
        guard faults.isEmpty else { return .faulty }
        guard let start else { return .unknown("there is no backup_label to say where the backup starts") }
        guard let from = soundFrom, from <= start, let end = backupEnds[start], let soundUpTo,
            end <= soundUpTo
        else { return .unknown("the record that ends the backup that started at \(start) was not reached") }
        return .complete
    }
}
