// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import History

/// Shows what earlier runs proved, found and did; nothing where there is no history yet.
public struct ReadHistory: Sendable {
    private let memory: Memory

    /// Looks into a history, or into nothing.
    public init(_ memory: Memory) { self.memory = memory }

    /// Whether there is any history.
    public var exists: Bool { memory.history != nil }

    /// Backups, each with its newest proof.
    public func backups(_ filter: HistoryFilter) throws -> [BackupLine] {
        try memory.history?.backups(filter) ?? []
    }

    /// What was found in a backup when it was last inspected.
    public func contents(of place: BackupPlace) throws -> ContentSummary? {
        try memory.history?.contents(of: place)
    }

    /// Objects, each with its newest reading.
    public func objects(_ filter: HistoryFilter) throws -> [ObjectLine] {
        try memory.history?.objects(filter) ?? []
    }

    /// Findings in the words of their newest sighting, with the relations whose files they are about.
    public func findings(_ filter: HistoryFilter) throws -> [FindingLine] {
        guard let history = memory.history else { return [] }
        let names = RelationNames(history)
        return try history.findings(filter).map { line in
            var line = line
            line.relation = names.relation(ofFile: line.member, in: line.place)
            return line
        }
    }

    /// Runs, the newest first.
    public func runs(_ filter: HistoryFilter) throws -> [RunLine] { try memory.history?.runs(filter) ?? [] }

    /// Restores, the newest first.
    public func restores(_ filter: HistoryFilter) throws -> [RestoreLine] {
        try memory.history?.restores(filter) ?? []
    }

    /// Trial restores, the newest first.
    public func trials(_ filter: HistoryFilter) throws -> [TrialLine] {
        try memory.history?.trials(filter) ?? []
    }

    /// Sweeps, the newest first.
    public func sweeps(_ filter: HistoryFilter) throws -> [SweepLine] {
        try memory.history?.sweeps(filter) ?? []
    }
}
