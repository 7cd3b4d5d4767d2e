// SPDX-License-Identifier: Apache-2.0

/// Kept as its words and, beside them, its fact: a program that does not know the fact tells the words.
extension Finding: Codable {
    private enum Key: String, CodingKey {
        case code, severity, object, member, offset, length, expected, found, cause, message
        case fact
    }

    /// Writes code, place and words for any reader, and the fact for those that know it; the relation is not kept.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        let sentence = sentence
        try container.encode(code, forKey: .code)
        try container.encode(severity, forKey: .severity)
        try container.encodeIfPresent(object, forKey: .object)
        try container.encodeIfPresent(member, forKey: .member)
        try container.encodeIfPresent(offset, forKey: .offset)
        try container.encodeIfPresent(length, forKey: .length)
        try container.encodeIfPresent(sentence.expected, forKey: .expected)
        try container.encodeIfPresent(sentence.found, forKey: .found)
        try container.encodeIfPresent(cause, forKey: .cause)
        try container.encode(sentence.message, forKey: .message)
        if case .recorded = fact { return }
        try container.encode(fact, forKey: .fact)
    }

    /// Takes the words for the fact where that is not known here; throws for a code, severity or cause that is not.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let code = try container.decode(FindingCode.self, forKey: .code)
        let words = Sentence(
            try container.decode(String.self, forKey: .message),
            expected: try container.decodeIfPresent(String.self, forKey: .expected),
            found: try container.decodeIfPresent(String.self, forKey: .found))
        place = Place(
            object: try container.decodeIfPresent(ObjectName.self, forKey: .object),
            member: try container.decodeIfPresent(String.self, forKey: .member),
            offset: try container.decodeIfPresent(UInt64.self, forKey: .offset),
            length: try container.decodeIfPresent(UInt64.self, forKey: .length))
        severity = try container.decode(Severity.self, forKey: .severity)
        cause = try container.decodeIfPresent(Cause.self, forKey: .cause)
        // One that a newer program wrote need not be one of ours.
        let kept = try? container.decodeIfPresent(Fact.self, forKey: .fact)
        fact = kept.flatMap { $0.code == code ? $0 : nil } ?? Self.told(words, code, place)
    }

    /// The fact of a finding that was kept before facts were.
    private static func told(_ words: Sentence, _ code: FindingCode, _ place: Place) -> Fact {
        guard place.member == nil, let count = countOfOthers(in: words, code) else {
            return .recorded(code, words)
        }
        return .others(count, code)
    }
}
