// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats

/// What the private server's log says, line by line.
///
/// The server logs in English without a prefix (`PrivateSettings`). Lines are taken as hostile text: their
/// number and length are limited by who reads them, and nothing here believes more than a position and a
/// time.
struct RecoveryLog: Sendable, Equatable {
    private(set) var reach = RecoveryReach()
    /// Whether recovery stopped where it should, for a goal that has such a place.
    private(set) var hasStopped = false
    /// Whether a process of the server was killed; no fault of its data.
    private(set) var hasKilled = false
    /// The first FATAL or PANIC, with what PostgreSQL added to it.
    private(set) var fatal: String?
    /// What was said just before it: by the program that fetches WAL, perhaps.
    private(set) var beforeFatal: [String] = []
    /// Whether the line before belongs to `fatal`.
    private var isAtFatal = false
    /// The last things said, for when there is no FATAL.
    private(set) var last: [String] = []

    private static let kept = 5

    mutating func receive(_ line: String) {
        if line.hasPrefix("LOG:  ") { takeLog(line.dropFirst(6)) }
        takeFault(line)
        last = (last + [line]).suffix(Self.kept)
    }

    private mutating func takeLog(_ text: Substring) {
        if let position = Self.position(in: text, after: "redo starts at ") {
            reach.start = position
            advance(to: position)
        } else if let position = Self.position(in: text, after: "consistent recovery state reached at ") {
            reach.consistent = position
            advance(to: position)
        } else if let position = Self.position(in: text, after: "redo done at ") {
            advance(to: position)
        } else if text.hasPrefix("redo in progress"),
            let position = Self.position(in: text, after: "current LSN: ")
        {
            advance(to: position)
        } else if let time = text.wholeMatch(of: /last completed transaction was at log time (.+)/) {
            reach.lastTransaction = Timestamp(iso8601: String(time.1)) ?? reach.lastTransaction
        } else if text.hasPrefix("recovery stopping ") {
            hasStopped = true
        } else if text.contains(" was terminated by signal 9: ") {
            hasKilled = true
        }
    }

    private mutating func advance(to position: LogSequenceNumber) {
        reach.replayed = max(reach.replayed ?? position, position)
    }

    private mutating func takeFault(_ line: String) {
        let isAddition = ["DETAIL:  ", "HINT:  ", "CONTEXT:  "].contains { line.hasPrefix($0) }
        if line.hasPrefix("FATAL:  ") || line.hasPrefix("PANIC:  ") {
            guard fatal == nil else { return isAtFatal = false }
            (fatal, beforeFatal, isAtFatal) = (line, last, true)
        } else if isAtFatal && isAddition && !line.hasPrefix("CONTEXT") {
            fatal? += "; \(line)"
        } else if !isAddition {
            isAtFatal = false
        }
    }

    private static func position(in text: Substring, after words: String) -> LogSequenceNumber? {
        guard let range = text.firstRange(of: words) else { return nil }
        let rest = text[range.upperBound...].prefix { $0.isHexDigit || $0 == "/" }
        return LogSequenceNumber(String(rest))
    }
}
