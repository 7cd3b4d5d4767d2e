// SPDX-License-Identifier: Apache-2.0

/// What psql said, as far as it tells why a query gave no rows: with `VERBOSITY=sqlstate` that is a code.
struct QueryReport {
    private var state: String?
    private var isDisconnected = false
    /// Why the server let nobody in, with what it added.
    private var refusal: String?

    mutating func receive(_ line: String) {
        if line.hasPrefix("psql: error:") {
            isDisconnected = true
            if let words = line.firstRange(of: "FATAL:  ") { refusal = String(line[words.upperBound...]) }
        } else if let words = refusal, state == nil, line.hasPrefix("DETAIL:  ") || line.hasPrefix("HINT:  ")
        {
            refusal = "\(words); \(line)"
        }
        guard state == nil, let match = line.firstMatch(of: /(?:ERROR|FATAL|PANIC):  ([0-9A-Z]{5})$/) else {
            return
        }
        state = String(match.1)
    }

    /// Nil when it came to a good end.
    func error(_ ending: ProgramEnding) -> QueryError? {
        switch ending {
        case .exited(0): nil
        // The server ended the statement, or had waited for a lock for as long.
        case _ where state == "57014" || state == "55P03": .timedOut
        case _ where isDisconnected && state == nil: refusal.map { .notAdmitted($0) } ?? .notConnected
        case .exited(2) where state == nil: .notConnected
        case .notStarted(let reason): .failed(reason)
        case .exited(let status):
            state.map { .refused(sqlState: $0) } ?? .failed("psql ended with status \(status)")
        case .signalled(let number): .failed("psql was ended by signal \(number)")
        }
    }
}
