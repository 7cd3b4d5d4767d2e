// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests
import Inspection
import ObjectStore

extension ReadingContext {
    /// What is to be read from end to end, and what is known of it.
    struct WholeRead {
        var object: StoredObject
        var place: BackupPlace
        /// The object's name within its backup, under which progress is kept.
        var name: ObjectName
        var known: KnownChunks?
        var algorithm: DigestAlgorithm?
        var resuming: Midstates?
        var isSecondLook = false
        /// Set when its contents are to be taken apart on the way.
        var inspection: InspectionOrder?
    }

    /// Reads an object from end to end in the calling thread.
    ///
    /// How far it came is kept about once a second and when it is interrupted, unless this is a second
    /// look, which must see every byte itself.
    func readWhole(
        _ read: WholeRead, meter: BackupMeter?, cost: inout ReadingCost
    ) throws(ReadingFailure) -> (WholePass.Result, ObjectContents?) {
        let size = read.object.size
        var pass = WholePass(
            size: size, chunkSize: read.resuming?.chunkSize ?? options.chunkSize,
            resuming: read.resuming?.states ?? [], against: read.known, also: read.algorithm)
        let start = pass.position
        cost.bytesResumed &+= start
        meter?.advance(by: start)
        var keeper = ProgressKeeper(self, read, kept: pass.boundaries)
        let lane = InspectionLane(read.inspection, in: inspections)
        var failure: ReadingFailure?
        let watch = Stopwatch()
        do throws(ObjectStoreError) {
            // Asked for even when it has no bytes: it must still be there, and still have none.
            if start < size || size == 0 {
                let request = ReadRequest(
                    read.object.name, range: start..<size, expected: read.object.validators,
                    isSecondLook: read.isSecondLook)
                let statistics = try store.read(request) { bytes throws(ObjectStoreError) in
                    lane.take(bytes)
                    pass.take(bytes)
                    meter?.advance(by: UInt64(bytes.byteCount))
                    do throws(ReadingFailure) {
                        try keepsOn()
                        try keeper.keepIfDue(pass)
                    } catch {
                        failure = error
                        throw .interrupted
                    }
                }
                cost.retries += statistics.retries
            }
        } catch {
            cost.bytesRead &+= pass.position - start
            cost.seconds += watch.seconds
            if let failure { throw failure }
            // Whatever stopped it, the next run can go on from here; validators decide whether it may.
            try keeper.keep(pass)
            throw .store(error)
        }
        cost.bytesRead &+= size - start
        cost.seconds += watch.seconds
        try keeper.keep(pass)
        let contents = lane.finish()
        try keepsOn()
        return (pass.finish(), contents)
    }

    /// Throws when what is read cannot be kept any more.
    private func keepsOn() throws(ReadingFailure) {
        if let failure = options.output?.failure { throw .ledger(failure) }
    }
}

/// Keeps the states of a reading under way, about once a second.
private struct ProgressKeeper {
    private let context: ReadingContext
    private let read: ReadingContext.WholeRead
    private var kept: Int
    private var watch = Stopwatch()

    init(_ context: ReadingContext, _ read: ReadingContext.WholeRead, kept: Int) {
        (self.context, self.read, self.kept) = (context, read, kept)
    }

    mutating func keepIfDue(_ pass: borrowing WholePass) throws(ReadingFailure) {
        guard pass.boundaries > kept, watch.seconds >= context.options.progressInterval else { return }
        try keep(pass)
    }

    mutating func keep(_ pass: borrowing WholePass) throws(ReadingFailure) {
        // A manifest's digest cannot be taken up again, so such a reading always starts over.
        // Nor can what a decoder had come to.
        guard !read.isSecondLook, read.algorithm == nil, read.inspection == nil, pass.boundaries > kept else {
            return
        }
        let step = ProgressStep.read(
            states: pass.states(from: kept), from: kept, chunkSize: context.options.chunkSize,
            validators: read.object.validators, at: context.clock.now)
        do { try context.ledger.keep(step, of: read.name, in: read.place) } catch { throw .ledger(error) }
        kept = pass.boundaries
        watch = Stopwatch()
    }
}
