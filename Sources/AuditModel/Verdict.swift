// SPDX-License-Identifier: Apache-2.0

/// What a verification says about a backup, an object or a whole run.
public enum Verdict: String, Sendable, Codable, CaseIterable {
    /// Every byte that the level asks for was read to its end and matched.
    case verified
    case damaged
    /// Data and sums changed together since they were pinned, until accepted by name.
    case tampered
    /// Something could not be read or tested; this says nothing about the backup.
    case inconclusive
    /// The backup is unfinished, or sound as far as shown but the level asked for was out of reach.
    case incomplete

    /// Known not to be what it was to be.
    public var isBad: Bool { self == .damaged || self == .tampered }

    /// The most severe of several: tampered > damaged > inconclusive > incomplete > verified.
    public static func mostSevere(_ verdicts: some Sequence<Verdict>) -> Verdict {
        let order: [Verdict] = [.tampered, .damaged, .inconclusive, .incomplete, .verified]
        return verdicts.min { (order.firstIndex(of: $0) ?? 0) < (order.firstIndex(of: $1) ?? 0) } ?? .verified
    }
}
