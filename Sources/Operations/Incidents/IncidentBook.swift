// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import History
public import Planning

/// What people were told of, as the history keeps it.
public struct IncidentBook: Sendable {
    private let history: HistoryDatabase

    /// Throws where no history is kept: people would be told of everything each time.
    public init(_ memory: Memory) throws {
        guard let history = memory.history else { throw OperationError.sweepNeedsHistory }
        self.history = history
    }

    /// Those that are open, the oldest first.
    public func open() throws -> [Incident] { try history.openIncidents().map(\.incident) }

    /// What people have said of findings that are still there, of the backups that the last look at these stores has listed: of one
    /// that is gone nobody need hear that it is bad.
    public func decided(in stores: [String]) throws -> [DecidedBackup] {
        let looks = try stores.compactMap { try history.lastSwept($0, reached: true)?.swept }
        let listed = Set(looks.flatMap { look in look.backups.map { "\(look.url ?? "")/\($0.label)" } })
        // A store may be a backup itself.
        let alone = Set(looks.compactMap(\.url))
        return DecidedBackup.all(of: try history.findings(HistoryFilter(isOpen: true))).filter {
            listed.contains($0.place.url) || alone.contains($0.place.url)
        }
    }

    /// When a corrupt history was moved aside and this one begun, and where the old one is; nil when that never was.
    public func lastMovedAside() throws -> (at: Timestamp, text: String)? {
        try history.events().filter { $0.kind == EventLine.movedAside }.max { $0.at < $1.at }
            .map { ($0.at, $0.text) }
    }

    /// Keeps what became of them; `tell` is called for each that is to be told, before it is kept that it was.
    ///
    /// After a kill between the two, it is told again: better twice than never.
    public func keep(_ changes: IncidentChanges, tell: (Incident) throws -> Void) throws {
        for incident in changes.closed {
            try tell(incident)
            try history.close(incident.key)
        }
        for incident in changes.worsened + changes.opened {
            try tell(incident)
            // One that has grown worse takes the place of what it was.
            try history.close(incident.key)
            _ = try history.open(incident)
        }
    }
}

extension Memory {
    /// Where messages wait for their channels; nil where no history is kept.
    public var outbox: (any Outbox)? { history }
}
