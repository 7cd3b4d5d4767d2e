// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats

/// How many files there are, and how large, counted on the way.
struct ContentTotals: Sendable {
    private struct Kind: Hashable {
        var database: UInt32
        var fork: String
    }

    private(set) var files: UInt64 = 0
    private(set) var bytes: UInt64 = 0
    private var relations: [Kind: (files: UInt64, bytes: UInt64)] = [:]

    mutating func count(_ size: UInt64, _ file: RelationFile?) {
        files += 1
        bytes &+= size
        guard let file else { return }
        relations[Kind(database: file.database, fork: file.fork.rawValue), default: (0, 0)].files += 1
        relations[Kind(database: file.database, fork: file.fork.rawValue), default: (0, 0)].bytes &+= size
    }

    mutating func add(_ other: ContentTotals) {
        files += other.files
        bytes &+= other.bytes
        for (kind, total) in other.relations {
            relations[kind, default: (0, 0)].files += total.files
            relations[kind, default: (0, 0)].bytes &+= total.bytes
        }
    }

    /// By database, then fork.
    var relationTotals: [RelationTotal] {
        relations.map { kind, total in
            RelationTotal(database: kind.database, fork: kind.fork, files: total.files, bytes: total.bytes)
        }.sorted { ($0.database, $0.fork) < ($1.database, $1.fork) }
    }
}
