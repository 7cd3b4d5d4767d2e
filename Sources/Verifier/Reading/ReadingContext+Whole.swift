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
    /// How far it came is kept at each boundary of chunks, unless this is a second look, which must see every byte itself.
    func readWhole(
        _ read: WholeRead, meter: BackupMeter?, cost: inout ReadingCost
    ) throws(ReadingFailure) -> (WholePass.Result, ObjectContents?) {
        var reading = WholeReading(read, self, meter)
        let start = reading.pass.position
        cost.bytesResumed &+= start
        meter?.resume(after: start)
        let watch = Stopwatch()
        var failure: ReadingFailure?
        do throws(ReadingFailure) { cost.retries += try stream(read, into: &reading) } catch {
            failure = error
        }
        cost.bytesRead &+= reading.pass.position - start
        cost.seconds += watch.seconds
        try reading.keep(after: failure)
        return try reading.finish()
    }

    /// Hands over the bytes that have not been read yet; says how often a request was repeated.
    private func stream(
        _ read: WholeRead, into reading: inout WholeReading
    ) throws(ReadingFailure) -> Int {
        let range = reading.pass.position..<read.object.size
        // An object without bytes is asked for, too: it must still be there, and still have none.
        if range.isEmpty, read.object.size > 0 { return 0 }
        let request = ReadRequest(
            read.object.name, range: range, expected: read.object.validators, isSecondLook: read.isSecondLook)
        var failure: ReadingFailure?
        do throws(ObjectStoreError) {
            return try store.read(request) { bytes throws(ObjectStoreError) in
                do throws(ReadingFailure) { try reading.receive(bytes) } catch {
                    failure = error
                    throw .interrupted
                }
            }.retries
        } catch { throw failure ?? .store(error) }
    }
}

/// One reading of an object from end to end, and all that becomes of its bytes.
private struct WholeReading: ~Copyable {
    private(set) var pass: WholePass
    private let lane: InspectionLane
    private var keeper: ProgressKeeper
    private let meter: BackupMeter?
    private let name: ObjectName
    private let output: (any MemberOutput)?

    init(_ read: ReadingContext.WholeRead, _ context: ReadingContext, _ meter: BackupMeter?) {
        pass = WholePass(
            size: read.object.size, chunkSize: read.resuming?.chunkSize ?? context.options.chunkSize,
            resuming: read.resuming?.states ?? [], against: read.known, also: read.algorithm)
        lane = InspectionLane(read.inspection, in: context.inspections)
        keeper = ProgressKeeper(context, read, kept: pass.boundaries)
        (self.meter, name, output) = (meter, read.object.name, context.options.output)
    }

    mutating func receive(_ bytes: RawSpan) throws(ReadingFailure) {
        lane.receive(bytes)
        pass.receive(bytes)
        meter?.advance(by: UInt64(bytes.byteCount))
        try Self.check(output)
        try keeper.keepIfDue(pass)
    }

    /// Whatever stopped it, the next run can go on from here; validators decide whether it may.
    mutating func keep(after failure: ReadingFailure?) throws(ReadingFailure) {
        if case .ledger? = failure, let failure { throw failure }
        try keeper.keep(pass)
        if let failure { throw failure }
    }

    consuming func finish() throws(ReadingFailure) -> (WholePass.Result, ObjectContents?) {
        guard let result = pass.finish() else { throw .store(.endedEarly(name)) }
        let contents = lane.finish()
        try Self.check(output)
        return (result, contents)
    }

    /// Throws when what is read cannot be kept any more.
    private static func check(_ output: (any MemberOutput)?) throws(ReadingFailure) {
        if let failure = output?.failure { throw .ledger(failure) }
    }
}

/// Keeps the states of a reading under way, chunk by chunk: whoever is killed repeats no more than one.
private struct ProgressKeeper {
    private let context: ReadingContext
    private let read: ReadingContext.WholeRead
    private var kept: Int

    init(_ context: ReadingContext, _ read: ReadingContext.WholeRead, kept: Int) {
        (self.context, self.read, self.kept) = (context, read, kept)
    }

    mutating func keepIfDue(_ pass: borrowing WholePass) throws(ReadingFailure) {
        if pass.boundaries > kept { try keep(pass) }
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
    }
}
