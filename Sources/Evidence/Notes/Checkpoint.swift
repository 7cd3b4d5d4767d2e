// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Digests

/// How many leaves there were at a time, and the hash of their tree (C2SP tlog-checkpoint).
public struct Checkpoint: Sendable, Equatable {
    /// Whose tree it is: `pg_backctl/` and the identity of the history.
    public let origin: String
    /// The number of leaves.
    public let size: Int
    /// The root of their tree.
    public let root: SHA256Digest
    /// When it was made, by the clock of who made it; nil where it does not say.
    public let made: Timestamp?

    /// Of a tree.
    public init(origin: String, size: Int, root: SHA256Digest, made: Timestamp?) {
        (self.origin, self.size, self.root, self.made) = (origin, size, root, made)
    }

    /// Reads the text of a note; nil for one that is no checkpoint.
    public init?(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        guard lines.count >= 3, !lines[0].isEmpty, let size = Int(lines[1]), size >= 0, "\(size)" == lines[1],
            let root = Base64.decode(String(lines[2])).flatMap({ SHA256Digest(bytes: $0) })
        else { return nil }
        let said = lines.dropFirst(3).first { $0.hasPrefix(Self.madeWord) }?.dropFirst(Self.madeWord.count)
        self.init(
            origin: String(lines[0]), size: size, root: root,
            made: said.flatMap { Timestamp(iso8601: String($0)) })
    }

    /// What is signed.
    public var text: String {
        let said = made.map { "\(Self.madeWord)\($0.precise)\n" } ?? ""
        return "\(origin)\n\(size)\n\(Base64.encode(root.bytes))\n\(said)"
    }

    private static let madeWord = "made "
}

extension Timestamp {
    /// RFC 3339 in UTC, to the nanosecond, such as `2026-11-02T03:00:00.000000001Z`.
    public var precise: String {
        let digits = "\(nanoseconds - seconds * 1_000_000_000)"
        let zeros = String(repeating: "0", count: max(0, 9 - digits.count))
        return "\(description.dropLast()).\(zeros)\(digits)Z"
    }
}
