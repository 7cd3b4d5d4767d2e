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
    /// Of what is begun before it has a leaf, by what it is, the newest.
    public let begun: [String: Start]
    /// Leaves that were there, signed by nobody, when this or an earlier one was signed; in order, and apart from each other.
    public let unsigned: [Range<Int>]
    /// Up to which number of each kind records were there before there was a tree; nil where it does not say.
    public let imported: [String: Int64]?

    /// A run, sweep, trial or restore that was begun.
    public struct Start: Sendable, Hashable {
        /// Its number.
        public let number: Int64
        /// When, by the clock of who began it.
        public let started: Timestamp

        /// Takes both as they are.
        public init(_ number: Int64, _ started: Timestamp) { (self.number, self.started) = (number, started) }
    }

    /// Of a tree.
    public init(
        origin: String, size: Int, root: SHA256Digest, made: Timestamp?, begun: [String: Start] = [:],
        unsigned: [Range<Int>] = [], imported: [String: Int64]? = nil
    ) {
        (self.origin, self.size, self.root, self.made) = (origin, size, root, made)
        (self.begun, self.unsigned, self.imported) = (begun, Self.merged(unsigned), imported)
    }

    /// Reads the text of a note; nil for one that is no checkpoint.
    public init?(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        guard lines.count >= 3, !lines[0].isEmpty, let size = Int(lines[1]), size >= 0, "\(size)" == lines[1],
            let root = Base64.decode(String(lines[2])).flatMap({ SHA256Digest(bytes: $0) })
        else { return nil }
        let said = { (word: String) in
            lines.dropFirst(3).first { $0.hasPrefix("\(word) ") }?.dropFirst(word.utf8.count + 1)
        }
        self.init(
            origin: String(lines[0]), size: size, root: root,
            made: said(Self.made).flatMap { Timestamp(iso8601: String($0)) },
            begun: said(Self.begun).map(Self.starts) ?? [:],
            unsigned: said(Self.unsigned).map(Self.ranges) ?? [],
            imported: said(Self.imported).map(Self.numbers))
    }

    /// What is signed.
    public var text: String {
        let starts = begun.sorted { $0.key < $1.key }.map {
            "\($0.key)=\($0.value.number)@\($0.value.started.nanoseconds)"
        }
        let lines = [
            made.map { "\(Self.made) \($0.precise)\n" },
            starts.isEmpty ? nil : "\(Self.begun) \(starts.joined(separator: " "))\n",
            imported.map { "\(Self.imported) \(Self.words($0))\n" },
            unsigned.isEmpty ? nil : "\(Self.unsigned) \(Self.words(unsigned))\n",
        ]
        return "\(origin)\n\(size)\n\(Base64.encode(root.bytes))\n\(lines.compactMap(\.self).joined())"
    }

    /// Whether another one says the same of the history, whenever each was made.
    public func tellsTheSame(as other: Checkpoint) -> Bool {
        (origin, size, root, begun) == (other.origin, other.size, other.root, other.begun)
            && (unsigned, imported) == (other.unsigned, other.imported)
    }

    private static let (made, begun, unsigned, imported) = ("made", "begun", "unsigned", "imported")

    /// More ranges would make a text that nobody reads.
    private static let mostRanges = 100

    /// In order, those that touch as one; of very many the first are told with what lies between them.
    private static func merged(_ ranges: [Range<Int>]) -> [Range<Int>] {
        var merged: [Range<Int>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where !range.isEmpty {
            guard let last = merged.last, range.lowerBound <= last.upperBound else {
                merged.append(range)
                continue
            }
            merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
        }
        let surplus = merged.count - mostRanges
        guard surplus > 0 else { return merged }
        return [merged[0].lowerBound..<merged[surplus].upperBound] + merged[(surplus + 1)...]
    }

    private static func words(_ ranges: [Range<Int>]) -> String {
        ranges.map { "\($0.lowerBound)-\($0.upperBound - 1)" }.joined(separator: " ")
    }

    /// `none` where there are none: that is told, too.
    private static func words(_ numbers: [String: Int64]) -> String {
        numbers.isEmpty
            ? "none"
            : numbers.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }

    private static func numbers(_ text: Substring) -> [String: Int64] {
        let pairs = text.split(separator: " ").compactMap { part -> (String, Int64)? in
            let sides = part.split(separator: "=", maxSplits: 1)
            guard sides.count == 2, let number = Int64(sides[1]) else { return nil }
            return (String(sides[0]), number)
        }
        return Dictionary(pairs) { $1 }
    }

    private static func starts(_ text: Substring) -> [String: Start] {
        let pairs = text.split(separator: " ").compactMap { part -> (String, Start)? in
            let sides = part.split(separator: "=", maxSplits: 1)
            let numbers = sides.last?.split(separator: "@").compactMap { Int64($0) } ?? []
            guard sides.count == 2, numbers.count == 2 else { return nil }
            return (String(sides[0]), Start(numbers[0], Timestamp(nanoseconds: numbers[1])))
        }
        return Dictionary(pairs) { $1 }
    }

    /// Written with the last one in it.
    private static func ranges(_ text: Substring) -> [Range<Int>] {
        text.split(separator: " ").compactMap { part in
            let sides = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
            guard sides.count == 2, 0 <= sides[0], sides[0] <= sides[1], sides[1] < .max else { return nil }
            return sides[0]..<sides[1] + 1
        }
    }
}

extension Timestamp {
    /// RFC 3339 in UTC, to the nanosecond, such as `2026-11-02T03:00:00.000000001Z`.
    public var precise: String {
        // Not by way of the seconds: the first ones that nanoseconds can tell do not begin within them.
        let rest = nanoseconds % 1_000_000_000
        let digits = "\(rest < 0 ? rest + 1_000_000_000 : rest)"
        let zeros = String(repeating: "0", count: max(0, 9 - digits.count))
        return "\(description.dropLast()).\(zeros)\(digits)Z"
    }
}
