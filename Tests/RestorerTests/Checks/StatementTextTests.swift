// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Restorer

@Suite struct `A statement of the user's` {
    @Test(arguments: [
        ("SELECT 1", "SELECT 1"), ("SELECT 1;", "SELECT 1"), ("SELECT 1 ; -- done", "SELECT 1"),
        ("SELECT ';)\\' || \")\\\"", "SELECT ';)\\' || \")\\\""),
        ("SELECT 'it''s (', E'\\'(' -- ) \\", "SELECT 'it''s (', E'\\'(' -- ) \\"),
        ("SELECT $$ ) ; \\ $$, $a$ $$ ) $a$", "SELECT $$ ) ; \\ $$, $a$ $$ ) $a$"),
        ("SELECT /* ) /* ; */ \\ */ (1)", "SELECT /* ) /* ; */ \\ */ (1)"),
        ("SELECT a$b, $1 FROM t", "SELECT a$b, $1 FROM t"), ("SELECT nameE'x\\'", "SELECT nameE'x\\'"),
    ])
    func `is taken without what ends it`(_ text: String, _ expected: String) throws {
        #expect(try StatementText(text).text == expected)
    }

    @Test(arguments: [
        ("", "no statement", 0), (" -- nothing\n", "no statement", 0), (";", "no statement", 0),
        ("SELECT 1) TO PROGRAM 'id' --", "a bracket is closed", 8), ("SELECT (1", "not closed", 9),
        ("SELECT 1; DROP TABLE a", "only one statement", 10), ("SELECT 1 \\! id", "a command of psql's", 9),
        ("SELECT 'a", "a quote is not closed", 7), ("SELECT \"a", "a quote is not closed", 7),
        ("SELECT $$a", "a quote is not closed", 7), ("SELECT $a$ $b$", "a quote is not closed", 7),
        ("SELECT 1 /* a", "not closed", 13), ("SELECT (1;)", "inside of brackets", 9),
        ("SELECT E'a'\n'\\'", "goes on in another line", 12), ("SELECT 1\0", "NUL", 8),
    ])
    func `is refused where it ends elsewhere`(_ text: String, _ words: String, _ offset: Int) throws {
        let fault = try #require(throws: StatementText.Fault.self) { try StatementText(text) }
        #expect(fault.reason.contains(words), "\(fault)")
        #expect(fault.offset == offset, "\(fault)")
    }

    @Test func `is not longer than anybody writes`() {
        #expect(throws: StatementText.Fault.self) {
            try StatementText("SELECT '\(String(repeating: "a", count: StatementText.limit))'")
        }
    }
}

@Suite struct `The name of a table` {
    @Test(arguments: [
        ("public.orders", #""public"."orders""#), ("Public.ORDERS", #""public"."orders""#),
        (#""My Schema"."a.b""c""#, #""My Schema"."a.b""c""#), ("s._t1$", #""s"."_t1$""#),
    ])
    func `is quoted for SQL`(_ text: String, _ sql: String) throws {
        #expect(try #require(TableName(text)).sql == sql)
    }

    @Test(arguments: [
        "", "orders", "a.b.c", "a.", ".b", "a b.c", "a.b;", #""a.b"#, #""".b"#, "1a.b", "a.\"b\0\"", "a.b)",
    ])
    func `is refused without its schema, or with more than names`(_ text: String) {
        #expect(TableName(text) == nil)
    }
}
