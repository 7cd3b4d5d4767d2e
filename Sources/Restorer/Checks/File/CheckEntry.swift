// SPDX-License-Identifier: Apache-2.0
import AuditModel
import YAML

/// One check of a file, made of its keys.
struct CheckEntry {
    private let keys: YAMLKeys

    init(_ keys: YAMLKeys) { self.keys = keys }

    /// The keys that each kind of question has beside those of every check; the first one says which it is.
    private static let kinds = [
        ["sql", "expect"], ["rows-of", "may-shrink", "may-grow"], ["freshness", "limit"], ["command"],
    ]
    private static let common = ["name", "database", "severity", "timeout", "role", "search-path"]
    private static let longestTimeout = 86_400.0

    var check: UserCheck {
        get throws(YAMLFault) {
            let kind = try kind
            var known = Self.common + kind
            // A program makes its own connection.
            if kind[0] == "command" { known.removeAll { ["role", "search-path"].contains($0) } }
            try keys.allow(known)
            var check = UserCheck(
                try required("name"), database: try required("database", limit: 63), try question(kind[0]))
            check.severity = try severity ?? check.severity
            check.timeout = try timeout ?? check.timeout
            check.role = try keys.text("role", limit: 63)
            check.searchPath = try keys.text("search-path") ?? check.searchPath
            return check
        }
    }

    private var kind: [String] {
        get throws(YAMLFault) {
            let found = Self.kinds.filter { keys[$0[0]] != nil }
            if found.count == 1 { return found[0] }
            throw keys.fault(
                found.isEmpty ? "the check asks nothing" : "the check asks more than one thing",
                hint: "it has one of the keys \(Self.kinds.map { $0[0] }.joined(separator: ", ")).")
        }
    }

    private func question(_ kind: String) throws(YAMLFault) -> UserCheck.Question {
        switch kind {
        case "sql": .answer(try statement("sql"), try expectation)
        case "rows-of": .rowCount(try table, try tolerance)
        case "freshness": .freshness(try statement("freshness"), limit: try duration("limit"))
        default: .command(try words)
        }
    }

    private func required(_ key: String, limit: Int = 200) throws(YAMLFault) -> String {
        _ = try keys.require(key)
        return try keys.text(key, limit: limit) ?? ""
    }

    // MARK: What keys hold

    private func statement(_ key: String) throws(YAMLFault) -> StatementText {
        let text = try required(key, limit: StatementText.limit)
        do { return try StatementText(text) } catch {
            let fault = error
            throw try keys.require(key).fault(
                "\(fault.reason) (character \(fault.offset + 1) of '\(key)')",
                hint: "it is one query: SELECT, VALUES, WITH or TABLE.")
        }
    }

    private var expectation: Expectation {
        get throws(YAMLFault) {
            let text = try required("expect", limit: Expectation.longestPattern + 20)
            do { return try Expectation(text) } catch {
                throw try keys.require("expect").fault(
                    error.reason,
                    hint: "such as '> 1000', '= ok', 'between 1 and 5', 'matches ^v1', 'rows = 0'.")
            }
        }
    }

    private var table: TableName {
        get throws(YAMLFault) {
            let text = try required("rows-of")
            if let table = TableName(text) { return table }
            throw try keys.require("rows-of").fault(
                "'rows-of' is a table with its schema",
                hint: "such as public.orders.")
        }
    }

    private var tolerance: UserCheck.Tolerance {
        get throws(YAMLFault) {
            let tolerance = UserCheck.Tolerance(
                shrink: try part("may-shrink", most: 1), growth: try part("may-grow", most: 1000))
            if tolerance != UserCheck.Tolerance() { return tolerance }
            throw keys.fault(
                "the check says neither 'may-shrink' nor 'may-grow'", hint: "such as 'may-shrink: 5%'.")
        }
    }

    /// `5%` or `0.5 %`.
    private func part(_ key: String, most: Double) throws(YAMLFault) -> Double? {
        guard let text = try keys.text(key) else { return nil }
        if let match = text.wholeMatch(of: /(\d+(\.\d+)?) ?%/), let percent = Double(match.1),
            percent / 100 <= most
        {
            return percent / 100
        }
        throw try keys.require(key).fault(
            "'\(key)' is a part of 0 to \(Int(most * 100)) %", hint: "such as 5%.")
    }

    private var timeout: Double? {
        get throws(YAMLFault) {
            guard let node = keys["timeout"] else { return nil }
            let seconds = try duration("timeout")
            guard (1...Self.longestTimeout).contains(seconds) else {
                throw node.fault("a check takes at least a second and at most a day", hint: "such as 30s.")
            }
            return seconds
        }
    }

    /// `90s`, `15m`, `2h` or `1d`, in seconds.
    private func duration(_ key: String) throws(YAMLFault) -> Double {
        let text = try required(key)
        if let seconds = TimeSpan.seconds(text) { return seconds }
        throw try keys.require(key).fault(
            "'\(key)' is a time with its unit", hint: "such as 30s, 15m, 2h or 1d.")
    }

    private var severity: Severity? {
        get throws(YAMLFault) {
            guard let text = try keys.text("severity") else { return nil }
            if let severity = Severity(rawValue: text) { return severity }
            throw try keys.require("severity").fault(
                "there is no severity '\(ObjectName(text))'",
                hint: "it is one of \(Severity.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
    }

    /// The program by its full path: nobody's PATH decides what runs.
    private var words: [String] {
        get throws(YAMLFault) {
            let node = try keys.require("command")
            let words = node.list?.compactMap(\.text) ?? []
            guard let first = words.first, words.count == node.list?.count, words.count <= 100,
                first.hasPrefix("/"), words.allSatisfy({ $0.utf8.count <= 4096 && !$0.utf8.contains(0) })
            else {
                throw node.fault(
                    "'command' is a list: a program by its full path, then each argument by itself",
                    hint: "such as [/usr/local/bin/smoke-test, --quick]; no shell reads it.")
            }
            return words
        }
    }
}
