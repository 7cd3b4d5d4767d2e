// SPDX-License-Identifier: Apache-2.0

/// A place in a text: line and column, both from 1.
public struct TextPlace: Sendable, Hashable {
    /// Both from 1.
    public var line, column: Int

    /// Both are counted from 1.
    public init(line: Int, column: Int) { (self.line, self.column) = (line, column) }
}

/// What is wrong with a YAML text, and where.
public struct YAMLFault: Error, Sendable, Equatable {
    /// Nil where it is about the whole text.
    public var place: TextPlace?
    /// In lower case and without a full stop; fit for a terminal.
    public var reason: String
    /// What to try: a sentence or a question.
    public var hint: String

    /// `reason` has no full stop, `hint` has one; `place` is nil where it is about the whole text.
    public init(_ place: TextPlace?, _ reason: String, hint: String) {
        (self.place, self.reason, self.hint) = (place, reason, hint)
    }
}
