// SPDX-License-Identifier: Apache-2.0

/// The first of many, and how many there are: what a store claims can be of any length.
public struct Sample<Element: Sendable & Equatable & Codable>: Sendable, Equatable, Codable {
    /// The first ones, in the order in which they were found.
    public let first: [Element]
    /// Of all, also of those that are not kept.
    public let count: Int

    /// Keeps at most `most` of them.
    public init(_ all: some Sequence<Element>, most: Int = 10) {
        var (first, count) = ([Element](), 0)
        for element in all {
            if count < most { first.append(element) }
            count += 1
        }
        (self.first, self.count) = (first, count)
    }

    /// Of what was counted elsewhere: `count` is not less than there are in `first`.
    public init(first: [Element], count: Int) { (self.first, self.count) = (first, count) }

    /// How many are not named.
    public var rest: Int { count - first.count }
}

extension Finding {
    /// What a parser says of bytes that are not what their format wants: its own words are the fact.
    public struct FormatFault: Sendable, Equatable, Codable {
        /// The parser's whole message, without a full stop; what was expected and found may stand in it, too.
        public let reason: String
        /// What a well-formed file has there, in words or hex digits.
        public let expected: String
        /// What was found there instead, in words or hex digits.
        public let found: String

        /// Takes the parser's words as they are; histories keep them so.
        public init(reason: String, expected: String, found: String) {
            (self.reason, self.expected, self.found) = (reason, expected, found)
        }
    }

    /// What lists a backup's objects and says what they should be.
    public enum Attestor: String, Sendable, Equatable, Codable, CaseIterable {
        case sumFile, manifest
    }

    /// A place in WAL; the position as PostgreSQL writes it, such as `0/3000150`.
    public struct WALPosition: Sendable, Equatable, Codable {
        /// An LSN as PostgreSQL writes it, such as `0/3000150`.
        public let position: String
        /// From 1.
        public let timeline: UInt32

        /// Of an LSN that is written already: it is not parsed.
        public init(_ position: String, timeline: UInt32) {
            (self.position, self.timeline) = (position, timeline)
        }
    }

    /// A stretch of WAL on one timeline.
    public struct WALStretch: Sendable, Equatable, Codable {
        /// Where it begins, as PostgreSQL writes an LSN.
        public let start: String
        /// How far it goes, as PostgreSQL writes an LSN.
        public let end: String
        /// From 1.
        public let timeline: UInt32

        /// Both ends are on this timeline: what leads to another one takes several stretches.
        public init(from start: String, to end: String, timeline: UInt32) {
            (self.start, self.end, self.timeline) = (start, end, timeline)
        }
    }
}
