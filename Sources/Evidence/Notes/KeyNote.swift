// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// How a key came to sign for a history: a note that it has signed itself, and the one before it where that could.
public struct KeyNote: Sendable, Equatable {
    /// Why there is a new key.
    public enum Reason: String, Sendable, Equatable, CaseIterable {
        /// There was none.
        case first
        /// The old one was given up for it, and has signed that.
        case rotation
        /// The old one could not sign: it was lost, or replaced by hand.
        case replacement
    }

    /// The key that signs from then on.
    public let verifier: VerifierKey
    /// Why.
    public let reason: Reason

    /// What is signed.
    public static func text(_ verifier: VerifierKey, _ reason: Reason, at time: Timestamp) -> String {
        "\(format)\n\(verifier)\n\(reason.rawValue)\n\(time.precise)\n"
    }

    /// Reads the text of a note; nil for one that is none of a key.
    public init?(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 5, lines[0] == Self.format, lines[4].isEmpty,
            let verifier = VerifierKey(String(lines[1])), let reason = Reason(rawValue: String(lines[2]))
        else { return nil }
        (self.verifier, self.reason) = (verifier, reason)
    }

    private static let format = "pg_backctl.key/1"
}
