// SPDX-License-Identifier: Apache-2.0

/// What a leaf of the tree is the record of.
public enum LeafKind: String, Sendable, Equatable, CaseIterable {
    /// What a verification came to for one backup.
    case proof
    /// How a trial restore ended.
    case trial
    /// How a restore ended.
    case restore
    /// What a person decided (an acceptance), or what befell the history.
    case event
    /// A mark that keeps a backup.
    case mark
    /// What a person has said of a finding.
    case decision
    /// A slot of the schedule that nobody ran.
    case slot
    /// How a sweep ended.
    case sweep
    /// What a sweep found of one store: its backups, their levels and sizes, and what was wrong.
    case store
    /// Something went wrong, and people were told.
    case incident
    /// It is over.
    case closing
    /// The configuration is another one than before.
    case configuration
    /// A key that signs from then on.
    case key
}
