// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import BackupFormats

/// What lay on the way of a recovery: named places, and the last commit.
///
/// Segments may come in any order, and more than once.
public struct PassedWAL: Sendable, Equatable {
    /// How many restore points are kept; when there are more, those before are left out.
    public static let limit = 4096

    /// In the order of their places.
    public private(set) var restorePoints: [RecoverableWindow.RestorePoint] = []
    /// The one that is farthest on in WAL, whatever order segments came in; nil when there was none.
    public private(set) var lastCommit: WALEventLog.Commit?

    /// Nothing was passed yet.
    public init() {}

    /// `restorePoints` in the order of their places.
    public init(_ restorePoints: [RecoverableWindow.RestorePoint], lastCommit: WALEventLog.Commit?) {
        (self.restorePoints, self.lastCommit) = (restorePoints, lastCommit)
    }

    /// Adds what a stretch of WAL has; the same stretch again changes nothing.
    public mutating func add(_ events: WALEventLog) {
        for placed in events.restorePoints {
            guard case .restorePoint(let name, let time) = placed.event else { continue }
            insert(.init(name: name, time: time, position: placed.position))
        }
        if let commit = events.lastCommit { add(commit) }
    }

    /// Adds what was passed elsewhere; a place that both have counts once.
    public mutating func add(_ other: PassedWAL) {
        for point in other.restorePoints { insert(point) }
        if let commit = other.lastCommit { add(commit) }
    }

    private mutating func add(_ commit: WALEventLog.Commit) {
        guard lastCommit.map({ $0.position < commit.position }) ?? true else { return }
        lastCommit = commit
    }

    private mutating func insert(_ point: RecoverableWindow.RestorePoint) {
        let index = restorePoints.lastIndex { $0.position <= point.position }
        if let index, restorePoints[index].position == point.position { return }
        restorePoints.insert(point, at: index.map { $0 + 1 } ?? 0)
        if restorePoints.count > Self.limit { restorePoints.removeFirst() }
    }
}
