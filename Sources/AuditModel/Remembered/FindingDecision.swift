// SPDX-License-Identifier: Apache-2.0

/// What a person has said of a finding; none changes a verdict, an exit status or a metric.
public struct FindingDecision: Sendable, Equatable {
    /// What was said.
    public enum Kind: String, Sendable, CaseIterable {
        /// It was dealt with; a verification that sees it again opens it again.
        case resolved
        /// It is known and taken as it is, until a time.
        case waived
        /// Something to know.
        case noted
    }

    /// What was said.
    public var kind: Kind
    /// Why, in that person's words.
    public var reason: String
    /// The person, as the operating system knows the name.
    public var who: String
    /// When it was said.
    public var at: Timestamp
    /// Until when a waiver counts; nil for all else.
    public var until: Timestamp?
    /// What verifications have made of the finding since.
    public var since: Sightings

    /// What came after a decision.
    public enum Sightings: Sendable {
        /// No verification has seen it.
        case none
        /// One has, as before.
        case seen
        /// It was over, and is there again.
        case opened
    }

    /// Takes the values as they are.
    public init(
        _ kind: Kind, reason: String, who: String, at: Timestamp, until: Timestamp? = nil,
        since: Sightings = .none
    ) {
        (self.kind, self.reason, self.who, self.at, self.until) = (kind, reason, who, at, until)
        self.since = since
    }
}

extension FindingLine {
    /// The newest decision that still counts of one that is open: of one that was resolved and is seen again, none does, and of a
    /// waiver whose time is over, none.
    public func counting(at now: Timestamp) -> FindingDecision? {
        guard state == .open, let newest = lastDecision else { return nil }
        return switch newest.kind {
        case .resolved: newest.since == .none ? newest : nil
        case .waived: newest.until.map { $0 > now } == true && newest.since != .opened ? newest : nil
        case .noted: nil
        }
    }
}
