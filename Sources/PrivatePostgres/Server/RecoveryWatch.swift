// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import Files
import Glibc

/// Tells from outside how far recovery is, and whether it goes on at all.
struct RecoveryWatch {
    private let segmentSize: UInt32
    private let patience: Duration
    private var progress: RecoveryProgress
    private var signs = Signs()
    private var lastSign = ContinuousClock.now

    /// Everything whose change shows that somebody works.
    private struct Signs: Equatable {
        var life: LifeSigns?
        var written: UInt64 = 0
    }

    init(segmentSize: UInt32, start: LogSequenceNumber, end: LogSequenceNumber?, patience: Duration) {
        (self.segmentSize, self.patience) = (segmentSize, patience)
        progress = RecoveryProgress(start: start, replayed: start, end: end)
    }

    var isStalled: Bool { ContinuousClock.now - lastSign > patience }

    /// Takes note of what shows of the server's processes; gives the progress when it has changed.
    mutating func look(at life: LifeSigns?, log: RecoveryLog, written: UInt64) -> RecoveryProgress? {
        guard let life else { return nil }
        let now = Signs(life: life, written: written)
        if now != signs { (signs, lastSign) = (now, .now) }
        let seen = life.titles.compactMap { Self.segment(inTitle: $0) }.compactMap { position(of: $0) }
        let replayed = (seen + [log.reach.replayed, progress.replayed].compactMap(\.self)).max()
        guard let replayed, replayed > progress.replayed else { return nil }
        progress.replayed = replayed
        return progress
    }

    private func position(of file: WALFileName) -> LogSequenceNumber? {
        guard let number = file.number(size: segmentSize) else { return nil }
        let (position, overflow) = number.multipliedReportingOverflow(by: UInt64(segmentSize))
        return overflow ? nil : LogSequenceNumber(position)
    }

    /// Reads `postgres: startup recovering 000000010000000000000003`, as set by the startup process.
    static func segment(inTitle title: String) -> WALFileName? {
        guard let range = title.firstRange(of: "startup recovering "), title.hasPrefix("postgres:") else {
            return nil
        }
        return WALFileName(Array(title[range.upperBound...].utf8.prefix(24)))
    }
}
