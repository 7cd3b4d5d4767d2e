// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Planning

/// What one shard has to do of one backup.
struct ShardPart: Sendable, Equatable {
    /// All of it, objects that the plan does not name among them.
    var isWhole = false
    /// From their first byte to their last.
    var objects: Set<ObjectName> = []
    /// By object, in their order.
    var chunks: [ObjectName: [Range<Int>]] = [:]

    /// By the places of the works in the plan.
    static func all(of shard: SweepShard) -> [Int: ShardPart] {
        shard.pieces.reduce(into: [:]) { $0[$1.work, default: ShardPart()].add($1.part) }
    }

    private mutating func add(_ part: SweepPiece.Part) {
        switch part {
        case .whole: isWhole = true
        case .object(let name): objects.insert(name)
        case .chunks(let name, let from, let to) where from < to: chunks[name, default: []].append(from..<to)
        // What a plan does not name is read where the verdict is drawn.
        case .chunks, .others: break
        }
    }

    /// Whether there is nothing of it to be read.
    var isEmpty: Bool { !isWhole && objects.isEmpty && chunks.isEmpty }

    func hasAll(of object: ObjectName) -> Bool { isWhole || objects.contains(object) }

    /// Whether any of the object is to be read.
    func has(_ object: ObjectName) -> Bool { only?.contains(object) ?? true }

    /// The objects to be read; nil for all.
    var only: Set<ObjectName>? { isWhole ? nil : objects.union(chunks.keys) }
}
