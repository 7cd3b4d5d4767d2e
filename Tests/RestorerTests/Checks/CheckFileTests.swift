// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation
import TestKit
import Testing

@testable import Restorer

@Suite struct `A file of checks` {
    private static func parse(_ text: String) throws -> CheckFile {
        try CheckFile.parse(Array(text.utf8), name: "checks.yaml")
    }

    @Test func `has checks of four kinds`() throws {
        let file = try Self.parse(
            """
            # A comment.
            checks:
              - name: orders are there
                database: shop
                sql: |
                  SELECT count(*)
                  FROM public.orders;
                expect: "> 1000"
                severity: warning
                timeout: 30s
                role: app
                search-path: public
              - {name: size, database: shop, rows-of: 'public."Orders"', may-shrink: 5%, may-grow: 0.5 %}
              - name: fresh
                database: shop
                freshness: SELECT max(updated_at) FROM public.orders
                limit: 15m
              - name: smoke test
                database: shop
                command: [/usr/local/bin/smoke, --quick, "two words"]
                timeout: 2m
            """)
        let checks = file.checks
        try #require(checks.map(\.name) == ["orders are there", "size", "fresh", "smoke test"])
        #expect(
            checks[0].question
                == .answer(
                    try StatementText("SELECT count(*)\nFROM public.orders"), try Expectation("> 1000")))
        #expect(checks[0].severity == .warning && checks[0].timeout == 30 && checks[0].role == "app")
        #expect(checks[0].searchPath == "public" && checks[1].searchPath == "pg_catalog")
        #expect(
            checks[1].question
                == .rowCount(
                    try #require(TableName(#"public."Orders""#)), .init(shrink: 0.05, growth: 0.005)))
        #expect(
            checks[2].question
                == .freshness(try StatementText("SELECT max(updated_at) FROM public.orders"), limit: 900))
        #expect(checks[3].question == .command(["/usr/local/bin/smoke", "--quick", "two words"]))
        #expect(checks[3].timeout == 120 && checks[2].timeout == 60 && checks[2].severity == .error)
        #expect(
            file.explanation == [
                "orders are there: in database 'shop' as role 'app', the query's one value is > 1000; within 30 s; else there is a warning",
                #"size: in database 'shop', "public"."Orders" has at most 5 % fewer rows and at most 0.5 % more rows than at the last trial; within 60 s; else the trial fails"#,
                "fresh: in database 'shop', the newest data are at most 15 min older than the backup; within 60 s; else the trial fails",
                "smoke test: in database 'shop', /usr/local/bin/smoke ends with status 0, with 2 arguments; within 2 min; else the trial fails",
            ])
    }

    @Test func `that is the sample can be read`() throws {
        let sample = try CheckFile.parse(Project.bytes(of: "confs/checks.yaml"), name: "confs/checks.yaml")
        #expect(sample.checks.count >= 4)
    }

    private static let start = "checks:\n  - name: a\n    database: d\n"

    /// A text, the place of what is wrong with it, and words of the error.
    static let wrong: [(text: String, line: Int?, column: Int?, words: String)] = [
        ("", nil, nil, "it is empty"),
        ("a: [", 2, 1, "it is no YAML"),
        ("checks: 5", 1, 9, "a list of at least one check"),
        ("checks: []", 1, 9, "a list of at least one check"),
        ("[1]", 1, 1, "the file has keys and values"),
        ("check: []", 1, 1, "the file has no key 'check'"),
        ("checks:\n  - 5", 2, 5, "a check has keys and values"),
        ("{}", 1, 1, "lacks the key 'checks'"),
        (start, 2, 5, "the check asks nothing"),
        (start + "    sql: SELECT 1\n    command: [/bin/true]\n", 2, 5, "asks more than one thing"),
        (start + "    sql: SELECT 1\n", 2, 5, "lacks the key 'expect'"),
        ("checks:\n  - database: d\n    command: [/bin/true]\n", 2, 5, "lacks the key 'name'"),
        ("checks:\n  - name: a\n    command: [/bin/true]\n", 2, 5, "lacks the key 'database'"),
        (start + "    sql: SELECT 1\n    expect: = 1\n    sevrity: note\n", 6, 5, "has no key 'sevrity'"),
        (start + "    sql: SELECT 1\n    expect: = 1\n    severity: bad\n", 6, 15, "no severity 'bad'"),
        (start + "    sql: SELECT 1; SELECT 2\n    expect: = 1\n", 4, 10, "only one statement"),
        (start + "    sql: SELECT 1\n    expect: about 5\n", 5, 13, "begins with one of"),
        (start + "    sql: SELECT 1\n    expect: '= 1'\n    timeout: 5\n", 6, 14, "a time with its unit"),
        (start + "    sql: SELECT 1\n    expect: '= 1'\n    timeout: 2d\n", 6, 14, "at most a day"),
        (start + "    sql: SELECT 1\n    expect: '= 1'\n    timeout: [5s]\n", 6, 14, "'timeout' is a text"),
        (start + "    sql: SELECT 1\n    sql: SELECT 2\n    expect: = 1\n", 4, 5, "stands there twice"),
        (start + "    rows-of: orders\n    may-shrink: 5%\n", 4, 14, "a table with its schema"),
        (start + "    rows-of: a.b\n", 2, 5, "neither 'may-shrink' nor 'may-grow'"),
        (start + "    rows-of: a.b\n    may-shrink: 101%\n", 5, 17, "a part of 0 to 100 %"),
        (start + "    rows-of: a.b\n    may-shrink: five\n", 5, 17, "a part of 0 to 100 %"),
        (start + "    command: /bin/true\n", 4, 14, "'command' is a list"),
        (start + "    command: [true]\n", 4, 14, "full path"),
        (start + "    command: [/bin/true, [a]]\n", 4, 14, "'command' is a list"),
        (start + "    command: [/bin/true]\n    role: app\n", 5, 5, "has no key 'role'"),
        (
            start + "    command: [/bin/true]\n  - {name: a, database: d, command: [/bin/true]}\n", 5, 5,
            "another check has the name 'a'"
        ),
        (start + "    command: [/bin/true]\n    severity: \"note\\0\"\n", 5, 15, "'severity' is a text"),
        ("a: &x [1]\nb: [*x]\n", nil, nil, "anchors"),
        ("checks: []\n---\nchecks: []\n", 2, 1, "it is no YAML"),
    ]

    @Test(arguments: wrong.indices) func `says where it is wrong`(_ index: Int) throws {
        let (text, line, column, words) = Self.wrong[index]
        let error = try #require(throws: CheckFileError.self) { try Self.parse(text) }
        #expect(error.line == line && error.column == column, "\(error)")
        #expect(error.message.contains(words), "\(error)")
        #expect(error.exitStatus == .usage && !error.hints.isEmpty)
    }

    @Test func `has limits`() throws {
        let one = "  - {name: NAME, database: d, command: [/bin/true]}\n"
        let many = (0...CheckFile.countLimit).map { one.replacing("NAME", with: "n\($0)") }.joined()
        #expect(throws: CheckFileError.self) { try Self.parse("checks:\n" + many) }
        #expect(throws: CheckFileError.self) {
            try Self.parse(String(repeating: "#\n", count: CheckFile.sizeLimit))
        }
        #expect(throws: CheckFileError.self) { try CheckFile.parse([0xFF], name: "x") }
        #expect(throws: CheckFileError.self) { try CheckFile.parse([0], name: "x") }
        #expect(throws: CheckFileError.self) { try Self.parse(String(repeating: "[", count: 100_000)) }
        let name = "a\u{1B}[31m"
        let error = try #require(throws: CheckFileError.self) {
            try CheckFile.parse(Array("\"\\e[31mkey\": 1".utf8), name: name)
        }
        #expect(!error.message.contains("\u{1B}"))
    }
}

/// Files of this package.
private enum Project {
    static func bytes(of path: String) throws -> [UInt8] {
        try Array(
            Data(contentsOf: URL(filePath: #filePath).appending(path: "../../../../\(path)").standardized))
    }
}
