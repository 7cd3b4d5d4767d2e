// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import Verifier

extension SharedResult {
    /// What a shard has proven of its part of a backup; what it has found wrong is left to who draws the verdict.
    init(_ work: Int, _ part: ShardPart, _ known: SharedBackup, _ kept: ShardLedger.Kept) {
        self.init(work: work, isDone: kept.outcome != nil)
        let reader = KeptReader(part: part, pins: known.pinsByObject)
        guard let outcome = kept.outcome else {
            objects = reader.proven(by: kept.steps)
            return
        }
        let taken = Dictionary(outcome.pins.map { ($0.object, $0.midstates) }) { first, _ in first }
        objects = outcome.report.objects.compactMap { report in
            reader.proven(by: report, at: outcome.report.started, taken[report.name] ?? nil)
        }
        let bad: [Verdict] = [.damaged, .tampered]
        doubtful = outcome.report.objects.filter { bad.contains($0.verdict) && part.has($0.name) }
            .map(\.name).sorted()
        guard part.isWhole else { return }
        let proven = Set(objects.map(\.name))
        pins = outcome.pins.filter { proven.contains($0.object) }.map(NewPin.init)
        if doubtful.isEmpty { inspection = outcome.inspection }
    }
}

/// Reads out of what a verification has written what is proven of a shard's part.
private struct KeptReader {
    let part: ShardPart
    let pins: [ObjectName: SharedPin]

    /// Nil for an object that was not all sound, and for one that is no part of the shard's.
    ///
    /// `taken` are the states that its reading has left.
    func proven(by report: ObjectReport, at began: Timestamp, _ taken: Midstates?) -> ProvenObject? {
        guard report.verdict == .verified, let sha256 = report.sha256, let version = report.validators else {
            return nil
        }
        guard let extent = extent(of: report.name, sha256, taken) else { return nil }
        return ProvenObject(
            name: report.name, validators: version, at: began, extent: extent,
            bytesRead: report.bytesRead, seconds: max(0, report.seconds), retries: report.retries)
    }

    /// Of a verification that was stopped.
    func proven(by steps: [(step: ProgressStep, object: ObjectName)]) -> [ProvenObject] {
        var found: [ObjectName: ProvenObject] = [:]
        var taken: [ObjectName: Midstates] = [:]
        var read: [ObjectName: [Range<Int>]] = [:]
        for (step, name) in steps {
            switch step {
            case .read(let states, let from, let chunkSize, _, _):
                var all = from == 0 ? Midstates(chunkSize: chunkSize) : taken[name] ?? Midstates(chunkSize: 0)
                guard all.chunkSize == chunkSize, all.count == from else { continue }
                all.states += states
                taken[name] = all
            case .complete(let sha256, _, let version, let at):
                found[name] = extent(of: name, sha256, taken[name]).map { object(name, version, at, $0) }
                read[name] = nil
            case .proven(let chunks, _, let pin, let version, let at):
                guard pins[name]?.pin.sha256 == pin else { continue }
                let ranges = mine(of: name).map { $0.clamped(to: chunks) }.filter { !$0.isEmpty }
                guard !ranges.isEmpty else { continue }
                if read[name] == nil { found[name] = object(name, version, at, .chunks(ranges)) }
                read[name, default: []] += ranges
            }
        }
        for (name, ranges) in read where found[name]?.isInChunks == true {
            found[name]?.extent = .chunks(ranges.merged)
        }
        return found.values.sorted { $0.name < $1.name }
    }

    private func object(
        _ name: ObjectName, _ version: Validators, _ at: Timestamp, _ extent: ProvenObject.Extent
    ) -> ProvenObject {
        ProvenObject(name: name, validators: version, at: at, extent: extent)
    }

    /// What an object with this digest was shown to be; nil where none of it is the shard's.
    ///
    /// What can be told by chunks is: so the states that the history has stay.
    private func extent(of name: ObjectName, _ sha256: String, _ taken: Midstates?) -> ProvenObject.Extent? {
        let chunks = mine(of: name)
        if pins[name]?.pin.sha256 == sha256, !chunks.isEmpty { return .chunks(chunks) }
        return part.hasAll(of: name) ? .whole(sha256: sha256, states: TakenStates(taken)) : nil
    }

    /// The chunks of the object that are the shard's, where it has any.
    private func mine(of name: ObjectName) -> [Range<Int>] {
        guard let count = pins[name]?.chunks else { return [] }
        guard !part.hasAll(of: name) else { return [0..<count] }
        return (part.chunks[name] ?? []).map { $0.clamped(to: 0..<count) }.filter { !$0.isEmpty }
    }
}
