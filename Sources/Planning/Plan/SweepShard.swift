// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// One machine's part of a plan.
public struct SweepShard: Sendable, Equatable, Codable {
    /// From 0.
    public var index: Int
    /// How many shards there are.
    public var count: Int
    /// In the order of the plan.
    public var pieces: [SweepPiece]

    /// To be read by this shard.
    public var bytes: UInt64 { pieces.reduce(0) { $0.addingClamped($1.bytes) } }
}

/// What one shard does of one backup's work.
public struct SweepPiece: Sendable, Equatable, Codable {
    /// How much of a work one piece is.
    public enum Part: Sendable, Equatable, Codable {
        /// All of the work.
        case whole
        /// One object, from its first byte to its last.
        case object(name: ObjectName)
        /// Chunks of an object by their numbers, from one up to and without another.
        case chunks(name: ObjectName, from: Int, to: Int)
        /// All objects that the plan does not name.
        case others
    }

    /// Which work, by its place in the plan.
    public var work: Int
    /// Anything but `whole` only where the work is hashing alone.
    public var part: Part
    /// To be read for it.
    public var bytes: UInt64
}

extension SweepPlan {
    /// Deals the work out to `count` machines, about as many bytes to each.
    ///
    /// Together the shards are the whole plan, and no two of them have anything in common. Trials and first looks at contents stay in
    /// one piece; what is only hashed is cut between objects, and inside of those whose chunks can be proven alone.
    public func shards(_ count: Int) -> [SweepShard] {
        let count = max(1, min(count, 10_000))
        let pieces = SweepPieces(self, among: count).pieces
        var loads = [UInt64](repeating: 0, count: count)
        var shares = [[Int]](repeating: [], count: count)
        // The largest first, each to whoever has least: no shard is ahead of another by more than one piece.
        for place in pieces.indices.sorted(by: { (pieces[$1].bytes, $0) < (pieces[$0].bytes, $1) }) {
            let least = loads.indices.min { (loads[$0], $0) < (loads[$1], $1) } ?? 0
            loads[least] = loads[least].addingClamped(pieces[place].bytes)
            shares[least].append(place)
        }
        return shares.enumerated().map { index, share in
            SweepShard(
                index: index, count: count, pieces: SweepPieces.joined(share.sorted().map { pieces[$0] }))
        }
    }
}

/// The pieces that a plan can be cut into.
private struct SweepPieces {
    private(set) var pieces: [SweepPiece] = []
    /// What is larger is cut where that is possible.
    private let grain: UInt64

    init(_ plan: SweepPlan, among count: Int) {
        grain = max(64 * 1024 * 1024, plan.bytes / UInt64(count) / 8)
        for (place, work) in plan.work.enumerated() {
            guard count > 1, work.kind == .verify, !work.decodes, !work.isPartial, !work.objects.isEmpty
            else {
                pieces.append(SweepPiece(work: place, part: .whole, bytes: work.bytes))
                continue
            }
            cut(work, at: place)
        }
    }

    private mutating func cut(_ work: PlannedWork, at place: Int) {
        var rest = work.bytes
        for object in work.objects {
            rest -= min(rest, object.bytes)
            pieces +=
                chunks(of: object, at: place)
                ?? [SweepPiece(work: place, part: .object(name: object.name), bytes: object.bytes)]
        }
        pieces.append(SweepPiece(work: place, part: .others, bytes: rest))
    }

    /// Nil for an object that stays whole.
    private func chunks(of object: KnownObject, at place: Int) -> [SweepPiece]? {
        guard let chunk = object.chunkSize, chunk > 0, object.bytes > grain else { return nil }
        let all = Int(clamping: object.bytes / chunk + (object.bytes % chunk == 0 ? 0 : 1))
        let step = max(Int(clamping: grain / chunk), all / 10_000, 1)
        return stride(from: 0, to: all, by: step).map { first in
            let end = min(all, first + step)
            let last = min(object.bytes, UInt64(end).multipliedClamped(by: chunk))
            return SweepPiece(
                work: place, part: .chunks(name: object.name, from: first, to: end),
                bytes: last - UInt64(first) * chunk)
        }
    }

    /// Neighbouring chunks of one object as one piece.
    static func joined(_ pieces: [SweepPiece]) -> [SweepPiece] {
        var joined: [SweepPiece] = []
        for piece in pieces {
            if let last = joined.last, last.work == piece.work,
                case .chunks(let name, let from, let middle) = last.part,
                case .chunks(name, middle, let to) = piece.part
            {
                joined[joined.count - 1] = SweepPiece(
                    work: piece.work, part: .chunks(name: name, from: from, to: to),
                    bytes: last.bytes.addingClamped(piece.bytes))
            } else {
                joined.append(piece)
            }
        }
        return joined
    }
}
