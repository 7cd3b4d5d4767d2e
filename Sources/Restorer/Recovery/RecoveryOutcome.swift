// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import BackupFormats

/// How far recovery has come.
public struct RecoveryProgress: Sendable, Equatable {
    public var start: LogSequenceNumber
    public var replayed: LogSequenceNumber
    /// Where recovery will end, when that can be known.
    public var end: LogSequenceNumber?

    /// In bytes of WAL.
    public var done: UInt64 { replayed.position - min(start.position, replayed.position) }
    public var total: UInt64? { end.map { $0.position - min(start.position, $0.position) } }
}

/// What recovery came to.
public struct RecoveryOutcome: Sendable, Equatable {
    /// Where the new timeline begins.
    public var end: LogSequenceNumber
    /// The timeline that recovery was on its way to; it may have ended before, on one that leads there.
    public var target: UInt32
    /// The one that the restored server is on now.
    public var timeline: UInt32
    /// When the last transaction that was replayed had been committed; nil when none was.
    public var lastTransaction: Timestamp?
    /// From the start of the server until it was ready.
    public var seconds: Double
}

/// The last line of a timeline's history: where it left its parent.
///
/// PostgreSQL names the timeline that recovery was told to follow (`recoveryTargetTLI` in StartupXLOG,
/// src/backend/access/transam/xlog.c), also where the WAL ended on an earlier one.
struct TimelineOrigin: Equatable {
    var parent: UInt32
    var position: LogSequenceNumber

    /// Reads `00000002.history`: lines of parent, position and reason
    /// (src/backend/access/transam/timeline.c).
    init?(_ bytes: [UInt8]) {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter {
            !$0.hasPrefix("#")
        }
        guard let fields = lines.last?.split(whereSeparator: { $0 == "\t" || $0 == " " }), fields.count >= 2,
            let parent = UInt32(fields[0]), let position = LogSequenceNumber(String(fields[1]))
        else { return nil }
        (self.parent, self.position) = (parent, position)
    }

    static func fileName(of timeline: UInt32) -> String {
        let digits = String(timeline, radix: 16, uppercase: true)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits + ".history"
    }
}
