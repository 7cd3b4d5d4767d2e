// SPDX-License-Identifier: Apache-2.0

/// That a backup was found damaged or tampered, whoever looked, and whether that is over.
public struct FoundDamage: Sendable, Equatable {
    /// Which backup.
    public var place: BackupPlace
    /// What it was found to be.
    public var verdict: Verdict
    /// Who found it.
    public var finder: Finder
    /// When they had.
    public var found: Timestamp
    /// When a verification next found its bytes sound; nil where none has.
    public var over: Timestamp?

    /// What the first finding or the failure says; nil where that is not kept.
    public var words: String?

    /// What found damage.
    public enum Finder: String, Sendable {
        case verification, trial, restore
    }

    /// Takes the values as they are.
    public init(
        of place: BackupPlace, _ verdict: Verdict, by finder: Finder, found: Timestamp, over: Timestamp?
    ) {
        (self.place, self.verdict, self.finder) = (place, verdict, finder)
        (self.found, self.over) = (found, over)
    }
}
