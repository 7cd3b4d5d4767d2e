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

    public init(first: [Element], count: Int) { (self.first, self.count) = (first, count) }

    /// How many are not named.
    public var rest: Int { count - first.count }
}

extension Finding {
    /// What a parser says of bytes that are not what their format wants: its own words are the fact.
    public struct FormatFault: Sendable, Equatable, Codable {
        public let reason: String
        public let expected: String
        public let found: String

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
        public let position: String
        /// From 1.
        public let timeline: UInt32

        public init(_ position: String, timeline: UInt32) {
            (self.position, self.timeline) = (position, timeline)
        }
    }

    /// A stretch of WAL on one timeline.
    public struct WALStretch: Sendable, Equatable, Codable {
        public let start: String
        public let end: String
        /// From 1.
        public let timeline: UInt32

        public init(from start: String, to end: String, timeline: UInt32) {
            (self.start, self.end, self.timeline) = (start, end, timeline)
        }
    }
}
