// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue

/// An object that ought to be there and was not listed.
struct Absentee: Sendable, Equatable {
    var name: ObjectName
    var reason: Reason

    enum Reason: Sendable, Equatable {
        case inSumFile(line: Int)
        case inManifest
        /// Read earlier, and named by nothing any more.
        case pinned(since: Timestamp, isTampering: Bool)
    }

    var isTampering: Bool { if case .pinned(_, true) = reason { true } else { false } }
}

/// The objects of a backup that ought to be there and were not listed: some by name, the rest counted.
///
/// A sum file can name hundreds of thousands of objects and a manifest twenty million. So no more than
/// `mostNamed` cost a finding, a request and rows in the history each.
struct Absences: Sendable {
    /// How many are told by name and asked for one by one.
    static let mostNamed = BoundedFindings.mostOfAKind

    /// The gravest first, then by name.
    private(set) var named: [Absentee] = []
    /// Pinned ones beyond those; there are no more than the history has pins.
    private(set) var pinned: [Absentee] = []
    /// How many others nothing but the attestor names.
    private(set) var others = 0
    /// By which those others are known when they are there after all; nil when there are none.
    private(set) var attestations: Attestations?

    var isEmpty: Bool { named.isEmpty }

    /// None.
    init() {}

    /// Gathers them from `absentees`, never holding many more than it keeps.
    init(
        _ absentees: some Sequence<Absentee>, of attestations: Attestations, isGrave: (ObjectName) -> Bool
    ) {
        func precedes(_ left: Absentee, _ right: Absentee) -> Bool {
            let (mine, theirs) = (Self.rank(left, isGrave), Self.rank(right, isGrave))
            return mine == theirs ? left.name < right.name : mine < theirs
        }
        for absentee in absentees {
            named.append(absentee)
            if named.count == 2 * Self.mostNamed { cut(by: precedes) }
        }
        cut(by: precedes)
        if others > 0 { self.attestations = attestations }
    }

    /// Evidence first, then what holds the contents of a backup.
    private static func rank(_ absentee: Absentee, _ isGrave: (ObjectName) -> Bool) -> Int {
        if absentee.isTampering || isGrave(absentee.name) { return 0 }
        return TarName(absentee.name) == nil ? 2 : 1
    }

    private mutating func cut(by precedes: (Absentee, Absentee) -> Bool) {
        named.sort(by: precedes)
        for absentee in named.dropFirst(Self.mostNamed) {
            if case .pinned = absentee.reason { pinned.append(absentee) } else { others += 1 }
        }
        named = Array(named.prefix(Self.mostNamed))
    }
}

extension Absentee {
    var finding: Finding {
        let fact: Finding.PresenceFact =
            switch reason {
            case .inSumFile(let line): .missingFromSumFile(line: line)
            case .inManifest: .missingFromManifest
            case .pinned(let since, let isTampering): .gone(since: since, withChecksum: isTampering)
            }
        return Finding(.presence(fact), object: name)
    }

    var verdict: Verdict { isTampering ? .tampered : .damaged }
}
