// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests

/// Whether a bundle says no more than what a plan gave to its shard.
struct BundleCheck {
    /// More shards than a plan is ever dealt out to.
    static let mostShards = 10_000

    private let plan: SharedPlan
    /// By how many shards there are: what each has to read.
    ///
    /// Dealing a plan out takes a while.
    private var dealt: [Int: [[Int: ShardPart]]] = [:]

    init(of plan: SharedPlan) { self.plan = plan }

    /// Throws 6 for a bundle of another plan or history, and for one that claims what was not its part; `name` is what
    /// the error calls it.
    mutating func check(_ bundle: ShardBundle, named name: String) throws(ShardError) {
        if let reason = objection(to: bundle) { throw .refused(name, reason: reason) }
    }

    /// What speaks against it; nil for nothing.
    private mutating func objection(to bundle: ShardBundle) -> String? {
        guard bundle.schema == ShardBundle.schema, RandomName.isOne(bundle.id) else {
            return "its form is another"
        }
        guard bundle.plan == plan.id else { return "it is of another plan" }
        guard bundle.history == plan.history else { return "it is for another history" }
        guard (1...Self.mostShards).contains(bundle.shards), (0..<bundle.shards).contains(bundle.shard) else {
            return "there is no shard \(bundle.shard) of \(bundle.shards)"
        }
        let parts = parts(of: bundle.shards)[bundle.shard]
        guard bundle.results.map(\.work).sorted() == parts.keys.sorted() else {
            return "it does not tell of its own work, each once"
        }
        return bundle.results.lazy.compactMap { [plan] result in
            parts[result.work].map { ResultCheck(part: $0, backup: plan.backups[result.work]) }?
                .objection(to: result)
        }.first
    }

    private mutating func parts(of count: Int) -> [[Int: ShardPart]] {
        if let known = dealt[count] { return known }
        let parts = plan.parts(of: count)
        dealt[count] = parts
        return parts
    }
}

/// The same for what it says of one backup.
private struct ResultCheck {
    let part: ShardPart
    let pins: [ObjectName: SharedPin]

    /// In seconds: a year.
    private static let longest = 366 * 86_400.0
    private static let mostRetries = 1_000_000

    init(part: ShardPart, backup: SharedBackup) { (self.part, pins) = (part, backup.pinsByObject) }

    func objection(to result: SharedResult) -> String? {
        guard part.isWhole || (result.pins.isEmpty && result.inspection == nil) else {
            return "it judges a backup of which it had a part only"
        }
        guard Set(result.objects.map(\.name)).count == result.objects.count,
            Set(result.pins.map(\.pin.object)).count == result.pins.count
        else { return "it tells of one object twice" }
        guard result.pins.allSatisfy(\.pin.isSane) else { return "one of its pins is none" }
        let proven = Set(result.objects.map(\.name))
        guard result.pins.allSatisfy({ proven.contains($0.pin.object) }) else {
            return "one of its pins is of an object that it has not proven"
        }
        guard result.doubtful.allSatisfy({ part.has($0) && !proven.contains($0) }) else {
            return "what it doubts was not its part, or is what it has proven"
        }
        guard result.doubtful.isEmpty || result.inspection == nil else {
            return "it tells what a backup holds that it doubts"
        }
        return result.objects.first { !isRight($0) }.map {
            "what it says of '\($0.name)' was not its part, or cannot be"
        }
    }

    private func isRight(_ object: ProvenObject) -> Bool {
        let seconds = 0...Self.longest
        guard seconds.contains(object.seconds), (0...Self.mostRetries).contains(object.retries) else {
            return false
        }
        switch object.extent {
        case .whole(let sha256, let states):
            let fit = states.map { $0.fit(object.validators.size) } ?? true
            return part.hasAll(of: object.name) && SHA256Digest(hex: sha256)?.hex == sha256 && fit
        case .chunks(let ranges):
            let mine = chunks(of: object.name)
            return !ranges.isEmpty
                && ranges.allSatisfy { range in
                    !range.isEmpty && mine.contains { $0.clamped(to: range) == range }
                }
        }
    }

    /// Those that the shard had to read.
    private func chunks(of name: ObjectName) -> [Range<Int>] {
        guard let count = pins[name]?.chunks else { return [] }
        let given = part.hasAll(of: name) ? [0..<count] : part.chunks[name] ?? []
        return given.map { $0.clamped(to: 0..<count) }
    }
}

extension TakenStates {
    /// Whether an object of so many bytes has such states.
    fileprivate func fit(_ size: UInt64) -> Bool {
        chunkSize > 0 && chunkSize % 64 == 0 && size > 0 && states.count % 32 == 0
            && UInt64(states.count / 32) == (size - 1) / chunkSize
    }
}
