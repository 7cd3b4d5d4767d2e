// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Restorer

@Suite struct `What is expected of a check` {
    @Test(arguments: [
        ("= 5", "5", true), ("= 5", "5.0", true), ("= 5", "6", false), ("= 5", "five", false),
        ("!= 5", "6", true), ("!= 5", "5", false), ("!= 5", "five", true),
        ("< 5", "4.9", true), ("<5", "5", false), ("<= 5", "5", true), ("> 5", "1e3", true),
        (">= 5", "4", false), ("> 5", "many", false), ("> 5", "NaN", false), ("> -5", "-4", true),
        ("= 9007199254740993", "9007199254740992", false), ("> 9007199254740992", "9007199254740993", true),
        ("between 1 and 5", "5", true), ("between 1 and 5", "5.1", false), ("between 1 and 5", "x", false),
        ("= ok", "ok", true), ("= ok", "OK", false), ("!= ok", "no", true), ("!= ok", "ok", false),
        ("= '5'", "5", true), ("= ''", "", true), ("!= ''", "", false),
        ("matches ^v\\d+$", "v12", true), ("matches ^v\\d+$", "w12", false),
        ("> 2026-01-01T00:00:00Z", "2026-01-01 01:30:00+01", true),
        ("> 2026-01-01T00:00:00Z", "2026-01-01 00:30:00+01", false),
        ("between 2026-01-01T00:00:00Z and 2026-02-01T00:00:00Z", "2026-01-15 00:00:00+00", true),
    ])
    func `holds of some answers and not of others`(_ text: String, _ value: String, _ isMet: Bool) throws {
        #expect(try Expectation(text).judge([[value]]).isMet == isMet)
    }

    @Test(
        arguments: [
            ([], "no row"), ([["1"], ["2"]], "2 rows, where one value was to be"),
            ([["1", "2"]], "2 columns, where one value was to be"), ([[nil]], "NULL"),
        ] as [([[String?]], String)])
    func `is one value`(_ rows: [[String?]], _ found: String) throws {
        let judgement = try Expectation("!= 7").judge(rows)
        #expect(!judgement.isMet && judgement.found == found)
    }

    @Test(arguments: [("rows = 0", 0, true), ("rows > 3", 3, false), ("rows between 1 and 2", 2, true)])
    func `can be a number of rows`(_ text: String, _ rows: Int64, _ isMet: Bool) throws {
        let judgement = try Expectation(text).judge(rows: rows)
        #expect(judgement.isMet == isMet && judgement.measured == Double(rows))
    }

    @Test(arguments: [
        "", "5", "about 5", "=", "> many", "< 'a'", "between 1", "between 1 and x", "between 5 and 1",
        "between a and b", "matches [", "matches ", "rows", "rows = many", "rows matches a", "> nan",
        "between 1 and 2026-01-01T00:00:00Z",
    ])
    func `is refused when it makes no sense`(_ text: String) {
        #expect(throws: Expectation.Fault.self) { try Expectation(text) }
    }

    @Test func `is told without a text that may be a value of somebody's`() throws {
        let secret = try Expectation("= alice@example.com")
        #expect(secret.words == "= a text of 17 characters")
        #expect(try secret.judge([["bob"]]).found == "a text of 3 characters")
        #expect(
            try Expectation("matches ^a").judge([["bob"]]).found
                == "a text of 3 characters that does not match")
        #expect(try Expectation(">= 2.5").words == ">= 2.5")
        #expect(try Expectation("> 5").judge([["4"]]).found == "4")
        #expect(try Expectation("> 5").judge([["4"]]).measured == 4)
    }

    @Test func `is not looked for in a text that was made to take years`() throws {
        let pattern = try Expectation("matches ^(a+)+$")
        let text = String(repeating: "a", count: 22) + "b"
        #expect(throws: PatternSearch.Unfinished.self) {
            try pattern.judge([[text]], within: .milliseconds(5))
        }
        #expect(try pattern.judge([["aaaa"]]).isMet)
        let long = String(repeating: "a", count: PatternSearch.longestText + 1)
        #expect(try !Expectation("matches a").judge([[long]]).isMet)
    }
}
