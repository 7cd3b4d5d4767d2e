// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests
import ObjectStore
import Synchronization

/// An object whose chunks several jobs prove at once.
final class ChunkedObject: Sendable {
    let task: ObjectTask
    let spans: [Span]
    private let known: KnownChunks
    private let context: ReadingContext
    private let meter: BackupMeter
    private let state: Mutex<State>

    private struct State {
        var outstanding: Int
        var damaged: [DamagedChunk] = []
        var failure: ObjectStoreError?
        var cost = ReadingCost()
        /// Why what was proven could not be kept.
        var unkept: (any Error)?
    }

    init(_ task: ObjectTask, known: KnownChunks, context: ReadingContext, meter: BackupMeter) {
        (self.task, self.known, self.context, self.meter) = (task, known, context, meter)
        let proven = Self.proven(task, known)
        let perSpan = max(1, Int(context.options.spanSize / known.chunkSize))
        spans = Self.gaps(in: proven, count: known.count).flatMap { gap in
            stride(from: gap.lowerBound, to: gap.upperBound, by: perSpan).map { start in
                Span(start..<min(start + perSpan, gap.upperBound), isInterleaved: SHA256.isInterleaved)
            }
        }
        var cost = ReadingCost()
        cost.bytesResumed = proven.reduce(0) { $0 + Self.length(known.bytes(of: $1)) }
        meter.resume(after: cost.bytesResumed)
        state = Mutex(State(outstanding: spans.count, cost: cost))
    }

    /// Proves one span; when it was the last, says what the object came to.
    func check(_ span: Span) throws(EarlyEnd) -> ObjectResult? {
        var cost = ReadingCost()
        var damaged: [DamagedChunk] = []
        var failure = state.withLock { $0.failure }
        if failure == nil {
            do throws(ObjectStoreError) {
                damaged = try context.prove(
                    span, of: task.object, known: known, meter: meter, cost: &cost
                ) { [self] chunks in keep(chunks) }
            } catch { failure = error }
        }
        if let error = state.withLock({ $0.unkept }) { throw .failed(error) }
        if failure == .interrupted { throw .interrupted }
        return try conclude(damaged, failure, cost)
    }

    private func conclude(
        _ damaged: [DamagedChunk], _ failure: ObjectStoreError?, _ cost: ReadingCost
    ) throws(EarlyEnd) -> ObjectResult? {
        let end: State? = state.withLock { state in
            state.damaged += damaged
            state.failure = state.failure ?? failure
            state.cost += cost
            state.outstanding -= 1
            return state.outstanding == 0 ? state : nil
        }
        guard let end else { return nil }
        let check = ObjectCheck(context: context, meter: meter)
        switch end.failure {
        case nil: return try check.concludeChunks(task, damaged: end.damaged, end.cost)
        case .changed, .missing: return try check.checkWhole(task)
        case .some(let error): return try check.unreadable(task, error, end.cost)
        }
    }

    /// Keeps which chunks are proven, at once: whoever is killed repeats no more than what is being read.
    private func keep(_ chunks: [Range<Int>]) {
        guard !chunks.isEmpty, state.withLock({ $0.unkept == nil }) else { return }
        let now = context.clock.now
        let steps = chunks.map { chunks in
            let step = ProgressStep.proven(
                chunks: chunks, chunkSize: known.chunkSize, pin: known.digest.hex,
                validators: task.object.validators, at: now)
            return (step: step, object: task.name)
        }
        do { try context.ledger.keep(steps, in: task.place) } catch {
            state.withLock { $0.unkept = error }
        }
    }

    // MARK: Ranges

    private static func length(_ range: Range<UInt64>) -> UInt64 { range.upperBound - range.lowerBound }

    /// What an interrupted run proved of the same digest, cut into the same chunks.
    private static func proven(_ task: ObjectTask, _ known: KnownChunks) -> [Range<Int>] {
        guard case .proven(let chunks, let chunkSize, let pin)? = task.progress?.extent,
            chunkSize == known.chunkSize, pin == known.digest.hex
        else { return [] }
        return chunks.map { $0.clamped(to: 0..<known.count) }.filter { !$0.isEmpty }.merged
    }

    /// Whether interrupted runs have left nothing of it to be read.
    static func isProven(_ task: ObjectTask) -> Bool {
        guard task.canBeProvenInChunks, let known = task.known else { return false }
        return gaps(in: proven(task, known), count: known.count).isEmpty
    }

    private static func gaps(in proven: [Range<Int>], count: Int) -> [Range<Int>] {
        var gaps: [Range<Int>] = []
        var next = 0
        for range in proven {
            if next < range.lowerBound { gaps.append(next..<range.lowerBound) }
            next = range.upperBound
        }
        return next < count ? gaps + [next..<count] : gaps
    }
}

extension [Range<Int>] {
    /// Sorted, and those that touch or overlap joined.
    package var merged: [Range<Int>] {
        sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { merged, range in
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<Swift.max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
    }
}
