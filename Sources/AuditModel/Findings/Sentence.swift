// SPDX-License-Identifier: Apache-2.0

extension Finding {
    /// What a finding says, in English.
    public struct Sentence: Sendable, Equatable, Codable {
        /// Without a full stop at its end.
        public var message: String
        /// What should be there, where that is worth a line of its own.
        public var expected: String?
        /// What is there.
        public var found: String?

        /// `message` is a whole sentence without the two others, and has no full stop.
        public init(_ message: String, expected: String? = nil, found: String? = nil) {
            (self.message, self.expected, self.found) = (message, expected, found)
        }
    }

    /// The words for what is known, and the only place where they are chosen.
    public var sentence: Sentence {
        switch fact {
        case .presence(let fact): sentence(fact)
        case .reading(let fact): sentence(fact)
        case .bytes(let fact): sentence(fact)
        case .control(let fact): sentence(fact)
        case .archive(let fact): sentence(fact)
        case .member(let fact): sentence(fact)
        case .identity(let fact): sentence(fact)
        case .pages(let fact): sentence(fact)
        case .wal(let fact): sentence(fact)
        case .backup(let fact): sentence(fact)
        case .inside(let fact): sentence(fact)
        case .others(let count, let code): Self.others(count, code)
        case .recorded(_, let words): words
        }
    }

    /// The file of the data directory, in quotes.
    var quotedMember: String { "'\(member ?? "")'" }
}

// Counts of others were told by these words alone before they were facts.
extension Finding {
    private static let others = (before: "and ", after: " more of this kind")

    static func others(_ count: Int, _ code: FindingCode) -> Sentence {
        Sentence("\(others.before)\(count)\(others.after) (\(code.rawValue))")
    }

    /// How many others a sentence of that form speaks of; nil for any other sentence.
    static func countOfOthers(in sentence: Sentence, _ code: FindingCode) -> Int? {
        let number = sentence.message.dropFirst(others.before.count).prefix { $0.isASCII && $0.isNumber }
        guard let count = Int(number), others(count, code) == sentence else { return nil }
        return count
    }
}

extension Sample<String> {
    /// Those that are named, and how many more there are.
    var listed: String {
        rest > 0 ? "\(first.joined(separator: ", ")) and \(rest) more" : first.joined(separator: ", ")
    }
}

extension Sample {
    func map<Other>(_ transform: (Element) -> Other) -> Sample<Other> {
        Sample<Other>(first: first.map(transform), count: count)
    }
}

extension Finding.FormatFault {
    var sentence: Finding.Sentence { Finding.Sentence(reason, expected: expected, found: found) }
}

extension Finding.Attestor {
    var words: String {
        switch self {
        case .sumFile: "the sum file"
        case .manifest: "the manifest"
        }
    }
}

extension Finding.WALPosition {
    var words: String { "\(position) of timeline \(timeline)" }
}

extension Finding.WALStretch {
    var words: String { "\(start) to \(end) of timeline \(timeline)" }
}
