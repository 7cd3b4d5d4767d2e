// SPDX-License-Identifier: Apache-2.0
import AuditModel
import PrivatePostgres

/// What `pg_amcheck` says of a database.
///
/// Its words about a relation may hold what an index's own functions say of a row, so those alone are kept that are known
/// to name none.
struct AmcheckReport {
    /// A damaged table or index, and the first that is wrong with it.
    struct Damage: Equatable {
        var relation: String
        var words: String?

        var shown: String { words.map { "\(relation) (\($0) …)" } ?? relation }
    }

    private(set) var damaged: [Damage] = []
    /// What it had no time to look at.
    private(set) var late: [String] = []
    /// What a transaction holds locked that was prepared and never ended.
    private(set) var locked: [String] = []
    /// What the machine was too short for.
    private(set) var short: [String] = []
    /// Why the program itself failed.
    private(set) var error: String?
    private var wantsWords = false

    private static let most = 100

    /// The beginnings of what amcheck says, without what follows: names and places.
    private static let phrases = [
        "item order invariant violated", "high key invariant violated",
        "cross page item order invariant violated",
        "down-link lower bound invariant violated", "downlink or sibling link points to deleted block",
        "index tuple size does not equal lp_len", "invalid page in block", "could not read block",
        "could not open file", "missing downlink", "missing parent downlink", "version mismatch",
        "is not a btree", "left link/right link pair", "circular link chain", "block indicated by",
        "heap tuple", "xmin", "xmax", "toast value", "line pointer", "tuple", "could not find tuple",
        "invalid level", "mismatch between parent key and child high key", "metapage", "expected equal",
    ]

    mutating func receive(_ line: String) {
        if let match = line.prefixMatch(of: /(?<kind>heap table|btree index) "(?<name>.*)"(?<place>[^"]*):$/)
        {
            let kind = match.kind == "heap table" ? "table" : "index"
            note("\(kind) \(ObjectName(String(match.name)))\(match.place)")
        } else if line.hasPrefix(" ") {
            keepWords(line)
        } else if error == nil, let match = line.prefixMatch(of: #/pg_amcheck: (?:error|fatal): /#) {
            error = String(line[match.range.upperBound...].prefix(200))
        }
    }

    private mutating func note(_ relation: String) {
        wantsWords = damaged.count < Self.most
        if wantsWords { damaged.append(Damage(relation: relation)) }
    }

    private mutating func keepWords(_ line: String) {
        guard wantsWords, let last = damaged.indices.last else { return }
        wantsWords = false
        let text = line.trimmingSpace.replacing(/^(ERROR|WARNING): +/, with: "")
        if text.hasPrefix("canceling statement due to lock timeout") {
            locked.append(damaged.removeLast().relation)
        } else if text.hasPrefix("canceling statement due to") {
            late.append(damaged.removeLast().relation)
        } else if Self.isOfTheMachine(text) {
            short.append(damaged.removeLast().relation)
        } else {
            damaged[last].words = Self.phrases.first { text.hasPrefix($0) }
        }
    }

    /// There is no code: it tells PostgreSQL's words alone.
    private static func isOfTheMachine(_ text: some StringProtocol) -> Bool {
        ["out of memory", "out of shared memory"].contains { text.hasPrefix($0) }
            || [
                "No space left on device", "Input/output error", "Too many open files", "Disk quota exceeded",
            ]
            .contains { text.hasSuffix(": \($0)") }
    }

    /// `ending` is nil when it took too long; `isBounded` says whether somebody has said how long it may take.
    func result(
        _ ending: ProgramEnding?, database: ObjectName, isBounded: Bool, seconds: Double
    ) -> CheckResult {
        let (outcome, words) = judgement(ending, late: isBounded ? .hung : .notRun)
        var result = CheckResult(
            Amcheck.name, .builtIn, database: database, outcome, seconds: seconds, words: words,
            measured: Double(damaged.count))
        // As with the reading of tables: it is no fault of the backup, and cannot be helped here.
        if outcome == .notRun, !locked.isEmpty, short.isEmpty, late.isEmpty { result.severity = .warning }
        return result
    }

    private func judgement(
        _ ending: ProgramEnding?, late outcome: CheckResult.Outcome
    ) -> (CheckResult.Outcome, String) {
        guard damaged.isEmpty else { return (.failed, "damaged: \(Self.listing(damaged.map(\.shown)))") }
        switch ending {
        case nil: return (outcome, "pg_amcheck was not done in time")
        case _ where !short.isEmpty:
            return (.notRun, "the machine was short of what it takes to look at: \(Self.listing(short))")
        case _ where !late.isEmpty:
            return (outcome, "pg_amcheck had no time for: \(Self.listing(late))")
        case _ where !locked.isEmpty:
            return (.notRun, "pg_amcheck found locked: \(Self.listing(locked))")
        case .exited(0): return (.passed, "every table and every btree index is in order")
        case .exited(2): return (.failed, "pg_amcheck found damage, and does not say where")
        case .exited, .signalled, .notStarted: return failure(ending)
        }
    }

    private func failure(_ ending: ProgramEnding?) -> (CheckResult.Outcome, String) {
        let words =
            error.map { "\(ObjectName($0))" } ?? "it ended with \(ending.map { "\($0)" } ?? "nothing")"
        // A server that falls over what it reads has found something.
        guard words.contains("server closed the connection") else {
            return (.notRun, "pg_amcheck could not be run: \(words)")
        }
        return (.failed, "the server ended while pg_amcheck looked")
    }

    private static func listing(_ relations: [String]) -> String {
        let sample = Sample(relations)
        return sample.first.joined(separator: "; ") + (sample.rest > 0 ? "; and \(sample.rest) more" : "")
    }
}
