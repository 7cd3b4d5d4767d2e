// SPDX-License-Identifier: Apache-2.0

/// One thing that is wrong, or worth knowing, about a backup.
///
/// What is known of it is in `fact`, in values; its code and its words follow from that, so a finding is told in
/// one way wherever it is shown.
public struct Finding: Sendable, Equatable {
    /// Where in a backup it is; all nil when it is about the backup as a whole.
    public struct Place: Sendable, Equatable {
        /// The object it is about, relative to the backup's folder.
        public var object: ObjectName?
        /// The file of the data directory it is about, escaped as names are.
        public var member: String?
        /// Where in the object the bytes begin that it is about; nil when that is not known.
        public var offset: UInt64?
        /// In bytes, from `offset` on.
        public var length: UInt64?

        /// What is left out is not known or does not apply; with nothing at all it is about the backup as a whole.
        public init(
            object: ObjectName? = nil, member: String? = nil, offset: UInt64? = nil, length: UInt64? = nil
        ) {
            (self.object, self.member) = (object, member)
            (self.offset, self.length) = (offset, length)
        }
    }

    /// What was found, as values; the sentence is made of them.
    public var fact: Fact
    /// Where it is; with the code it tells whether two verifications saw the same finding.
    public var place: Place
    /// How bad it is; what a person has accepted is less.
    public var severity: Severity
    /// Why the bytes differ; nil where nothing tells.
    public var cause: Cause?
    /// Whose file it is about, where a trial restore knew it; not kept with the finding, for later ones may know better.
    public var relation: NamedRelation?

    /// Without a severity it has the one that such a fact usually has.
    public init(_ fact: Fact, _ severity: Severity? = nil, at place: Place, cause: Cause? = nil) {
        (self.fact, self.place) = (fact, place)
        (self.severity, self.cause) = (severity ?? fact.severity, cause)
    }

    /// The same with the place in its parts; without any of them it is about the backup as a whole.
    public init(
        _ fact: Fact, _ severity: Severity? = nil, object: ObjectName? = nil, member: String? = nil,
        offset: UInt64? = nil, length: UInt64? = nil, cause: Cause? = nil
    ) {
        let place = Place(object: object, member: member, offset: offset, length: length)
        self.init(fact, severity, at: place, cause: cause)
    }
}

extension Finding {
    /// What kind of thing it is, as the fact says.
    public var code: FindingCode { fact.code }
    /// Relative to the backup's folder; nil where it is about no single object.
    public var object: ObjectName? { place.object }
    /// The file of the data directory, escaped as names are; nil where it is about none.
    public var member: String? { place.member }
    /// In bytes from the beginning of the object or member; nil where it is about all of it.
    public var offset: UInt64? { place.offset }
    /// In bytes; nil where it is about all of the object or member.
    public var length: UInt64? { place.length }

    /// What should be there, in words; nil where there is no saying.
    public var expected: String? { sentence.expected }
    /// What is there instead, in words.
    public var found: String? { sentence.found }
    /// The finding in one sentence, without a full stop.
    public var message: String { sentence.message }
}

extension Finding {
    /// Stands for findings of which there were too many to tell each.
    public static func others(_ count: Int, _ code: FindingCode, _ severity: Severity, object: ObjectName?)
        -> Finding
    {
        Finding(.others(count, code), severity, object: object)
    }

    /// Whether it stands for others, which it then comes after.
    public var standsForOthers: Bool { if case .others = fact { true } else { false } }

    /// A finding of which only the words are known, which are then its fact.
    public static func recorded(
        _ code: FindingCode, _ severity: Severity = .error, object: ObjectName? = nil, member: String? = nil,
        offset: UInt64? = nil, length: UInt64? = nil, expected: String? = nil, found: String? = nil,
        cause: Cause? = nil, message: String
    ) -> Finding {
        Finding(
            .recorded(code, Sentence(message, expected: expected, found: found)), severity,
            at: Place(object: object, member: member, offset: offset, length: length), cause: cause)
    }
}
