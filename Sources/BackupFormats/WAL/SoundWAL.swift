// SPDX-License-Identifier: Apache-2.0

/// What was read of WAL and was sound: how far it goes, and what its records tell.
struct SoundWAL: Sendable {
    /// How many blocks with a full-page image are remembered.
    private static let imageLimit = 1 << 20
    /// How many ends of backups are.
    private static let backupLimit = 64

    /// How many stretches with gaps between them are.
    private static let stretchLimit = 64

    /// Where it began to read, after the last gap.
    private var from: LogSequenceNumber?
    /// Up to where records are sound without a gap.
    private(set) var upTo: LogSequenceNumber?
    /// Where the last sound record begins.
    private(set) var lastRecord: LogSequenceNumber?
    /// What was sound before that, each stretch without a gap.
    private var earlier: [Range<LogSequenceNumber>] = []
    /// How many records.
    private(set) var records: UInt64 = 0
    /// Where backups ended, by where they started.
    private var backupEnds: [LogSequenceNumber: LogSequenceNumber] = [:]
    /// What the records do.
    private(set) var events: WALEventLog
    private let remembersImages: Bool
    private var images: Set<Int> = []
    /// Whether there were more images than are remembered.
    private(set) var hasForgottenImages = false

    /// `mark` is a position that the log of events tells about.
    init(remembersImages: Bool, mark: LogSequenceNumber? = nil) {
        self.remembersImages = remembersImages
        events = WALEventLog()
        events.mark = mark
    }

    /// Notes where the first record begins.
    mutating func begin(at start: UInt64) {
        if from == nil { from = LogSequenceNumber(start) }
    }

    /// Notes that what comes does not go on where the last record ended.
    mutating func noteGap() {
        if let stretch, earlier.count < Self.stretchLimit { earlier.append(stretch) }
        (from, upTo) = (nil, nil)
    }

    private var stretch: Range<LogSequenceNumber>? {
        guard let from, let upTo, from < upTo else { return nil }
        return from..<upTo
    }

    /// Adds a record that is sound; `end` is where the next one may begin.
    mutating func add(_ record: WALRecord, end: UInt64, majorVersion: Int) {
        (lastRecord, upTo) = (LogSequenceNumber(record.start), LogSequenceNumber(end))
        records += 1
        if let start = record.endedBackup, backupEnds.count < Self.backupLimit {
            backupEnds[start] = LogSequenceNumber(end)
        }
        if let event = record.event(majorVersion: majorVersion) {
            events.note(
                event, at: LogSequenceNumber(record.start), after: LogSequenceNumber(record.previous))
        }
        guard remembersImages else { return }
        for block in record.images(majorVersion: majorVersion) { remember(block) }
    }

    private mutating func remember(_ block: BlockReference) {
        if images.count < Self.imageLimit {
            images.insert(block.hashValue)
        } else {
            hasForgottenImages = true
        }
    }

    func hasImage(of block: BlockReference) -> Bool { images.contains(block.hashValue) }

    /// Whether every record from one position up to another is sound, without a gap.
    func reaches(from start: LogSequenceNumber, upTo end: LogSequenceNumber) -> Bool {
        (earlier + [stretch].compactMap(\.self)).contains { $0.lowerBound <= start && end <= $0.upperBound }
    }

    /// Whether it reaches from the start of a backup to its end, where only the records themselves say where that is.
    func outcome(start: LogSequenceNumber?) -> WALOutcome {
        guard let start else { return .unknown("there is no backup_label to say where the backup starts") }
        guard let end = backupEnds[start], reaches(from: start, upTo: end) else {
            return .unknown("the record that ends the backup that started at \(start) was not reached")
        }
        return .complete
    }
}
