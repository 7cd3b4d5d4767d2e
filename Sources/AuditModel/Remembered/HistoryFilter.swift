// SPDX-License-Identifier: Apache-2.0

/// Which lines of the history are wanted; what is nil does not narrow them.
public struct HistoryFilter: Sendable, Equatable {
    /// The last component of the backup's folder, byte for byte; backups in several places may have it.
    public var label: String?
    /// A place or a folder of places: `s3://bucket/prod` covers `s3://bucket/prod/A`, but not
    /// `s3://bucket/prod2`.
    public var place: String?
    /// Only what happened at this time or later.
    public var since: Timestamp?
    /// Only backups and findings that are open, objects that are bad, restores and trials without an end.
    public var isOpen: Bool
    /// How many lines at most, the newest ones.
    public var limit: Int?

    /// Everything, unless it is narrowed.
    public init(
        label: String? = nil, place: String? = nil, since: Timestamp? = nil, isOpen: Bool = false,
        limit: Int? = nil
    ) {
        (self.label, self.place, self.since) = (label, place, since)
        (self.isOpen, self.limit) = (isOpen, limit)
    }
}
