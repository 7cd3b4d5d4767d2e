// SPDX-License-Identifier: Apache-2.0
public import Diagnostics

/// Why a text is no cron expression, and where.
public struct CronError: UserError, Equatable {
    /// The text that was read.
    public var expression: String
    /// Where in it the fault begins, in characters from 1.
    public var column: Int
    /// What is wrong there, without a full stop.
    public var fault: String
    /// What to write instead, one at the most; empty where nobody can know.
    public var hints: [String]

    init(_ expression: String, column: Int, _ fault: String, hint: String? = nil) {
        (self.expression, self.column, self.fault) = (expression, column, fault)
        hints = hint.map { [$0] } ?? []
    }

    /// The expression, made fit for a terminal and cut to 80 characters, with the column and the fault.
    public var message: String { "cron expression '\(shown)', column \(column): \(fault)" }
    /// 14: expressions are what somebody has written.
    public var exitStatus: ExitStatus { .usage }

    /// Fit for a terminal: the text may hold anything.
    private var shown: String { Self.shown(expression) }

    static func shown(_ text: some StringProtocol) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(80).map { isPlain($0) ? $0 : "?" }))
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool { (0x20..<0x7F).contains(scalar.value) }
}
