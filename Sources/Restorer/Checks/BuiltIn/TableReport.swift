// SPDX-License-Identifier: Apache-2.0
import PrivatePostgres

/// What one psql says of the tables that it reads.
struct TableReport {
    enum Outcome: Equatable {
        case read(rows: UInt64)
        /// PostgreSQL cannot read it: its code, and its words where they hold no values.
        case refused(sqlState: String, words: String?)
        case hung
        /// Somebody holds it locked: a transaction that was prepared and never ended.
        case locked
        /// The connection was lost while it was read.
        case lost
        /// The machine has taken psql away while it read: it is short of memory, as like as not.
        case cutOff
    }

    private let mark: String
    private(set) var outcomes: [UInt32: Outcome] = [:]
    private var current: UInt32?
    private var error: (sqlState: String, words: String)?

    init(mark: String) { self.mark = mark }

    mutating func receive(_ line: String) {
        let words = line.split(separator: " ")
        if words.first == Substring(mark), words.count >= 3, let identifier = UInt32(words[2]) {
            if words[1] == "begin" { (current, error) = (identifier, nil) } else { end(identifier, words) }
        } else if error == nil,
            let match = line.firstMatch(of: /(?:ERROR|FATAL|PANIC):  ([0-9A-Z]{5}): (.*)$/)
        {
            error = (String(match.1), String(match.2))
        }
    }

    /// How psql ended, nil when there was no time left; no more lines come.
    mutating func finish(_ ending: ProgramEnding?) {
        if let current { outcomes[current] = outcome(ofWhatWasBegun: ending) }
        (current, error) = (nil, nil)
    }

    private func outcome(ofWhatWasBegun ending: ProgramEnding?) -> Outcome {
        switch ending {
        case nil: .hung
        case .signalled, .notStarted: .cutOff
        case .exited: error.map { Self.outcome(of: $0) } ?? .lost
        }
    }

    private mutating func end(_ identifier: UInt32, _ words: [Substring]) {
        defer { (current, error) = (nil, nil) }
        if let error {
            outcomes[identifier] = Self.outcome(of: error)
        } else if words.count == 5, words[3] == "00000", let rows = UInt64(words[4]) {
            outcomes[identifier] = .read(rows: rows)
        } else {
            outcomes[identifier] = .refused(
                sqlState: words.count > 3 ? String(words[3]) : "XX000", words: nil)
        }
    }

    private static func outcome(of error: (sqlState: String, words: String)) -> Outcome {
        switch error.sqlState {
        case "57014": .hung
        case "55P03": .locked
        default: .refused(sqlState: error.sqlState, words: safe(error.words, error.sqlState))
        }
    }

    /// The words of errors about files, pages and the machine name no values; those about data may.
    private static func safe(_ words: String, _ sqlState: String) -> String? {
        ["XX", "58", "53"].contains(String(sqlState.prefix(2))) ? String(words.prefix(300)) : nil
    }
}

extension TableReport.Outcome {
    /// Whether it could not be looked at, which is no fault of the data: it is locked, or a library is missing on this machine.
    var isUnseen: Bool {
        if self == .locked { return true }
        guard case .refused(let state, let words?) = self, state.hasPrefix("58") || state.hasPrefix("XX")
        else {
            return false
        }
        return words.hasPrefix("could not access file") || words.hasPrefix("could not load library")
    }

    /// Whether the machine was to blame: nothing is said about the data.
    var isOfTheMachine: Bool {
        switch self {
        case .cutOff: true
        case .refused(let state, _): SQLState.isOfTheMachine(state)
        case .read, .hung, .locked, .lost: false
        }
    }

    /// Why it was not read to its end.
    var reason: String {
        switch self {
        case .read(let rows): "\(rows) rows"
        case .refused(let state, let words): words.map { "\($0) (SQLSTATE \(state))" } ?? "SQLSTATE \(state)"
        case .hung: "it was not read to its end in time"
        case .locked: "a transaction that was prepared and never ended holds it locked"
        case .cutOff: "psql was ended while it was read"
        case .lost: "the server ended the connection while it was read"
        }
    }
}
