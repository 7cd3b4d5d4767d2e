// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// Which clusters have backups in which folders, and which of them are over.
struct ClusterFolders {
    /// What holds backups together.
    enum Owner: Hashable {
        case cluster(UInt64)
        /// Of backups whose cluster is not known.
        case folder(String)

        var systemIdentifier: UInt64? { if case .cluster(let system) = self { system } else { nil } }
    }

    /// When the first and the last of a cluster's backups in a folder were taken.
    ///
    /// One without a time is older than any, and of equal times the lesser label is.
    private struct Span {
        typealias Moment = (time: Timestamp?, label: String)

        var first: Moment
        var last: Moment
    }

    /// Of each backup, nil where it is not known.
    let identifiers: [UInt64?]
    private var spans: [UInt64: [String: Span]] = [:]
    private var clusters: [String: Set<UInt64>] = [:]
    /// Clusters that another one has followed.
    private var over: Set<UInt64> = []

    init(_ backups: [Backup], identifier: (Backup) -> UInt64?, time: (Backup) -> BackupTime?) {
        identifiers = backups.map(identifier)
        let known = Set(identifiers.compactMap(\.self))
        for (backup, system) in zip(backups, identifiers) {
            guard let system else { continue }
            note(
                system, in: backup.groupFolder,
                at: (known.count > 1 ? time(backup)?.timestamp : nil, backup.label))
        }
        over = known.filter { system in
            // Who followed it everywhere is in any of its folders.
            let rivals = spans[system]?.keys.first.flatMap { clusters[$0] } ?? []
            return rivals.contains { hasFollowed($0, system) }
        }
    }

    /// What a backup belongs to; nil when its cluster is over.
    func owner(of backup: Backup, _ system: UInt64?) -> Owner? {
        if let system { return over.contains(system) ? nil : .cluster(system) }
        let here = clusters[backup.groupFolder, default: []].subtracting(over)
        // Of a folder that several clusters share, a backup of an unknown one may be of any.
        guard let only = here.first, here.count == 1 else { return .folder(backup.groupFolder) }
        return .cluster(only)
    }

    /// The cluster of the newest backup in a folder whose cluster is known; it is never over.
    func newest(in folder: String) -> UInt64? {
        let lasts = clusters[folder, default: []].compactMap { system in
            (spans[system]?[folder]?.last).map { (system: system, last: $0) }
        }
        return lasts.max { Self.precedes($0.last, $1.last) }?.system
    }

    private mutating func note(_ system: UInt64, in folder: String, at moment: Span.Moment) {
        var span = spans[system]?[folder] ?? Span(first: moment, last: moment)
        if Self.precedes(moment, span.first) { span.first = moment }
        if Self.precedes(span.last, moment) { span.last = moment }
        spans[system, default: [:]][folder] = span
        clusters[folder, default: []].insert(system)
    }

    /// Whether a cluster has taken another one's place wherever that has backups.
    ///
    /// In the only folder of that one, by a newer backup; in several, which may be one for each day with all clusters in it,
    /// only where the two never overlap.
    private func hasFollowed(_ successor: UInt64, _ system: UInt64) -> Bool {
        guard successor != system, let mine = spans[system], let theirs = spans[successor],
            mine.keys.allSatisfy({ theirs[$0] != nil }),
            let last = mine.values.map(\.last).max(by: Self.precedes)
        else { return false }
        let shared = theirs.filter { mine[$0.key] != nil }.values
        guard mine.count > 1 else { return shared.contains { Self.precedes(last, $0.last) } }
        return shared.allSatisfy { Self.precedes(last, $0.first) }
    }

    private static func precedes(_ left: Span.Moment, _ right: Span.Moment) -> Bool {
        switch (left.time, right.time) {
        case (let mine?, let theirs?) where mine != theirs: mine < theirs
        case (nil, .some): true
        case (.some, nil): false
        default: left.label.utf8.lexicographicallyPrecedes(right.label.utf8)
        }
    }
}
