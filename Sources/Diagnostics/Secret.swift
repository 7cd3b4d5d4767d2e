// SPDX-License-Identifier: Apache-2.0

/// A value that must never reach a log, a message, a file or an argument list.
///
/// Printing, interpolating or dumping a `Secret` shows `***`; only `revealed` gives the value, so that
/// searching for that word finds every place that can leak.
public struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The secret itself, for the one place that sends it.
    public let revealed: String

    /// Takes the value as it is, an empty one, too.
    public init(_ value: String) { revealed = value }

    /// `***`, however long the secret is.
    public var description: String { "***" }
    /// `***`, for collections that are printed, too.
    public var debugDescription: String { "***" }
    /// Without children: `dump` and reflection find nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// A secret, or the file that holds it and may be given a new one at any time.
public enum SecretSource: Sendable, Equatable {
    case value(Secret)
    /// Read anew whenever the secret is needed.
    case file(path: String)
}
