// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Digests
import ObjectStore
import Synchronization
import Threads

/// Consecutive chunks of an object that one job proves; in two parts, which are read side by side.
struct Span: Sendable, Equatable {
    var first: Range<Int>
    var second: Range<Int>

    var chunks: Range<Int> { first.lowerBound..<second.upperBound }

    /// Halves when two parts can be hashed interleaved and there is more than one chunk.
    init(_ chunks: Range<Int>, isInterleaved: Bool) {
        let middle = isInterleaved ? chunks.lowerBound + (chunks.count + 1) / 2 : chunks.upperBound
        (first, second) = (chunks.lowerBound..<middle, middle..<chunks.upperBound)
    }
}

extension ReadingContext {
    /// Reads the chunks of a span and tells which did not end where they must.
    ///
    /// A store that can reads the two parts in turn, and this thread hashes both at once. Else they come in over
    /// two readings of their own, in two threads that meet for it; so they do after a fault, to have it
    /// repeated. `onProven` is called with the chunks that ended where they must as soon as they did, perhaps by both threads, and
    /// perhaps again.
    func prove(
        _ span: Span, of object: StoredObject, known: KnownChunks, meter: BackupMeter,
        cost: inout ReadingCost,
        onProven: @escaping @Sendable ([Range<Int>]) -> Void = { _ in }
    ) throws(ObjectStoreError) -> [DamagedChunk] {
        let watch = Stopwatch()
        if !span.second.isEmpty,
            let damaged = try proveInTurn(span, of: object, known: known, meter: meter, onProven)
        {
            cost.seconds += watch.seconds
            cost.bytesRead &+= UInt64(known.bytes(of: span.chunks).count)
            return damaged
        }
        let pair = span.second.isEmpty ? nil : PairedSHA256()
        let outcomes = Mutex<[Int: Result<PartOutcome, ObjectStoreError>]>([:])
        WorkerThreads.run(span.second.isEmpty ? 1 : 2) { lane in
            let chunks = lane == 0 ? span.first : span.second
            let outcome = prove(
                chunks, of: object, known: known, meter: meter, in: pair, lane: lane, onProven)
            pair?.finish(lane: lane)
            outcomes.withLock { $0[lane] = outcome }
        }
        cost.seconds += watch.seconds
        var damaged: [DamagedChunk] = []
        for lane in 0..<(span.second.isEmpty ? 1 : 2) {
            guard let outcome = outcomes.withLock({ $0[lane] }) else {
                throw .transient("this machine", reason: "no thread could be started", kind: .fault)
            }
            let part = try outcome.get()
            cost.bytesRead &+= part.bytes
            cost.retries += part.retries
            damaged += part.damaged
        }
        return damaged
    }

    /// Nil when the store cannot, or failed in a way that may pass.
    private func proveInTurn(
        _ span: Span, of object: StoredObject, known: KnownChunks, meter: BackupMeter,
        _ onProven: ([Range<Int>]) -> Void
    ) throws(ObjectStoreError) -> [DamagedChunk]? {
        var first = ChunkLane(known, span.first)
        var second = ChunkLane(known, span.second)
        do throws(ObjectStoreError) {
            let isDone = try store.readSideBySide(
                ReadRequest(object.name, range: known.bytes(of: span.first), expected: object.validators),
                ReadRequest(object.name, range: known.bytes(of: span.second), expected: object.validators)
            ) { bytes, otherBytes throws(ObjectStoreError) in
                ChunkLane.takeBoth(&first, bytes, &second, otherBytes)
                meter.advance(by: UInt64(bytes.byteCount + otherBytes.byteCount))
                ChunkLane.tell(&first, &second, onProven)
            }
            guard isDone, let damaged = first.finish(), let others = second.finish() else { return nil }
            return damaged + others
        } catch {
            if error == .interrupted { throw error }
            return nil
        }
    }

    private struct PartOutcome {
        var damaged: [DamagedChunk]
        var bytes: UInt64
        var retries: Int
    }

    private func prove(
        _ chunks: Range<Int>, of object: StoredObject, known: KnownChunks, meter: BackupMeter,
        in pair: PairedSHA256?, lane: Int, _ onProven: ([Range<Int>]) -> Void
    ) -> Result<PartOutcome, ObjectStoreError> {
        var part = SpanPart(known, chunks, pair: pair, lane: lane)
        let range = known.bytes(of: chunks)
        do throws(ObjectStoreError) {
            let request = ReadRequest(object.name, range: range, expected: object.validators)
            let statistics = try store.read(request) { bytes throws(ObjectStoreError) in
                part.receive(bytes)
                meter.advance(by: UInt64(bytes.byteCount))
                if let chunks = part.takeProven() { onProven([chunks]) }
            }
            guard let damaged = part.finish(onProven) else { throw .endedEarly(object.name) }
            let bytes = range.upperBound - range.lowerBound
            return .success(PartOutcome(damaged: damaged, bytes: bytes, retries: statistics.retries))
        } catch {
            return .failure(error)
        }
    }
}

extension ChunkLane {
    /// Tells what two lanes have proven since the last time; nothing is said of nothing.
    fileprivate static func tell(
        _ one: inout ChunkLane, _ other: inout ChunkLane, _ onProven: ([Range<Int>]) -> Void
    ) {
        let (first, second) = (one.takeProven(), other.takeProven())
        guard first != nil || second != nil else { return }
        onProven([first, second].compactMap(\.self))
    }
}
