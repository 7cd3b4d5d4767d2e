// SPDX-License-Identifier: Apache-2.0

/// A failure that the person at the terminal can do something about.
///
/// The message says what happened, in lower case and without a full stop, so that it reads well
/// after `error: `. Each hint is a sentence or a question that says what to try.
public protocol UserError: Error, CustomStringConvertible {
    var message: String { get }
    var hints: [String] { get }
    var exitStatus: ExitStatus { get }
}

extension UserError {
    /// None, for an error that says nothing of its own.
    public var hints: [String] { [] }

    /// The message, and below it a line `HINT: …` for each hint.
    public var description: String {
        ([message] + hints.map { "HINT: \($0)" }).joined(separator: "\n")
    }
}
