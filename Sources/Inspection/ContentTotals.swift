// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats

/// How many files there are, and how large, counted on the way.
struct ContentTotals: Sendable {
    private struct Kind: Hashable {
        var database: UInt32
        var fork: String
    }

    /// An archive can name more databases than anybody has.
    private static let limit = 65_536

    private(set) var files: UInt64 = 0
    private(set) var bytes: UInt64 = 0
    private var relations: [Kind: (files: UInt64, bytes: UInt64)] = [:]

    mutating func count(_ size: UInt64, _ file: RelationFile?) {
        files += 1
        bytes &+= size
        if let file { add((1, size), to: Kind(database: file.database, fork: file.fork.rawValue)) }
    }

    mutating func add(_ other: ContentTotals) {
        files += other.files
        bytes &+= other.bytes
        for (kind, total) in other.relations { add(total, to: kind) }
    }

    private mutating func add(_ total: (files: UInt64, bytes: UInt64), to kind: Kind) {
        let known = relations[kind]
        guard known != nil || relations.count < Self.limit else { return }
        let (files, bytes) = known ?? (0, 0)
        relations[kind] = (files + total.files, bytes &+ total.bytes)
    }

    /// By database, then fork.
    var relationTotals: [RelationTotal] {
        relations.map { kind, total in
            RelationTotal(database: kind.database, fork: kind.fork, files: total.files, bytes: total.bytes)
        }.sorted { ($0.database, $0.fork) < ($1.database, $1.fork) }
    }
}
