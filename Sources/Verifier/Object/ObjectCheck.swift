// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Digests
import Inspection
import ObjectStore

/// Checks one object: reads it, judges it by the verdict table, and reads it again before it says anything
/// bad.
///
/// `damaged` and `tampered` need two readings that agree. Wrong and then right is sound with a warning;
/// wrong in two different ways is inconclusive.
struct ObjectCheck: Sendable {
    let context: ReadingContext
    let meter: BackupMeter

    /// Checks an object by reading it from end to end.
    func checkWhole(_ task: ObjectTask) throws(EarlyEnd) -> ObjectResult {
        var cost = ReadingCost()
        return try withVersionChanges(task, &cost) { task, cost throws(ReadingFailure) in
            let first = try readOnce(task, isSecondLook: false, meter: meter, &cost)
            return try conclude(task, first, &cost)
        }
    }

    /// Checks objects in turn, the contents of each going on where those of the one before it ended.
    func checkSeries(_ tasks: [ObjectTask]) throws(EarlyEnd) -> [ObjectResult] {
        var results: [ObjectResult] = []
        var before: ObjectContents?
        for var task in tasks {
            if context.cancellation.isRequested { throw .interrupted }
            if let before { task.inspection?.goOn(after: before) }
            let result = try checkWhole(task)
            before = result.contents ?? before
            results.append(result)
        }
        return results
    }

    /// Concludes about an object whose chunks were all read, of which `damaged` did not end as known.
    func concludeChunks(
        _ task: ObjectTask, damaged: [DamagedChunk], _ cost: ReadingCost
    ) throws(EarlyEnd) -> ObjectResult {
        var cost = cost
        return try withVersionChanges(task, &cost) { task, cost throws(ReadingFailure) in
            guard let known = task.known, damaged.isEmpty else {
                return try concludeDamagedChunks(task, damaged, &cost)
            }
            let seen = Observation(sha256: known.digest.hex, validators: task.object.validators)
            return try conclude(task, Sighting(seen, midstates: nil), &cost)
        }
    }

    /// What stopped an object's reading, told as a result.
    func unreadable(_ task: ObjectTask, _ error: ObjectStoreError, _ cost: ReadingCost) throws(EarlyEnd)
        -> ObjectResult
    {
        if error == .interrupted { throw .interrupted }
        return task.result(.inconclusive, cost, findings: [.unreadable(task.name, error)], isRead: false)
    }

    /// Runs `body`, and once more with what the store says the object is now, if it changed meanwhile.
    private func withVersionChanges(
        _ task: ObjectTask, _ cost: inout ReadingCost,
        _ body: (ObjectTask, inout ReadingCost) throws(ReadingFailure) -> ObjectResult
    ) throws(EarlyEnd) -> ObjectResult {
        var task = task
        var hasChanged = false
        while true {
            do throws(ReadingFailure) { return try body(task, &cost) } catch {
                switch error {
                case .ledger(let failure): throw .failed(failure)
                case .store(.changed) where !hasChanged:
                    hasChanged = true
                    do throws(ObjectStoreError) {
                        task.object = try context.store.head(task.object.name)
                    } catch {
                        return try gone(task, error, cost)
                    }
                    task.progress = nil
                case .store(let failure): return try gone(task, failure, cost)
                }
            }
        }
    }

    /// An object that was listed and cannot be read: gone only when HEAD says so too.
    private func gone(_ task: ObjectTask, _ error: ObjectStoreError, _ cost: ReadingCost) throws(EarlyEnd)
        -> ObjectResult
    {
        guard case .missing = error, (try? context.store.has(task.object.name)) == false else {
            return try unreadable(task, error, cost)
        }
        var result = task.result(.inconclusive, cost, findings: [.vanished(task.name)], isRead: false)
        result.isGone = task.isExpected
        return result
    }

    // MARK: Readings

    /// A reading and what it took along.
    private struct Sighting {
        var seen: Observation
        var midstates: Midstates?
        var damaged: [DamagedChunk] = []
        var contents: ObjectContents?

        init(
            _ seen: Observation, midstates: Midstates?, damaged: [DamagedChunk] = [],
            contents: ObjectContents? = nil
        ) {
            (self.seen, self.midstates) = (seen, midstates)
            (self.damaged, self.contents) = (damaged, contents)
        }
    }

    private func readOnce(
        _ task: ObjectTask, isSecondLook: Bool, meter: BackupMeter?, _ cost: inout ReadingCost
    ) throws(ReadingFailure) -> Sighting {
        if !isSecondLook, let earlier = earlierSighting(task, &cost) { return earlier }
        var read = ReadingContext.WholeRead(object: task.object, place: task.place, name: task.name)
        read.known = task.known
        read.algorithm = task.manifestAlgorithm
        read.isSecondLook = isSecondLook
        if isSecondLook || task.isInspectedAtOnce { read.inspection = task.inspection }
        if !isSecondLook, read.algorithm == nil, task.known == nil, !task.isInspectedAtOnce,
            case .read(let states)? = task.progress?.extent
        {
            read.resuming = states
        }
        let (result, contents) = try context.readWhole(read, meter: meter, cost: &cost)
        let seen = Observation(
            sha256: result.sha256, validators: task.object.validators,
            manifestDigest: result.manifestDigest.map(Hex.encode))
        return Sighting(
            seen, midstates: result.midstates, damaged: result.damaged, contents: contents)
    }

    /// What interrupted runs already read to its end.
    private func earlierSighting(_ task: ObjectTask, _ cost: inout ReadingCost) -> Sighting? {
        guard !task.isInspectedAtOnce, let earlier = earlierSighting(task) else { return nil }
        cost.bytesResumed &+= task.size
        meter.resume(after: task.size)
        return earlier
    }

    private func earlierSighting(_ task: ObjectTask) -> Sighting? {
        var seen = Observation(sha256: "", validators: task.object.validators)
        if case .complete(let digest, let states, let manifest)? = task.progress?.extent {
            seen.sha256 = digest
            seen.manifestDigest = task.manifestAlgorithm.flatMap { manifest?.hex(by: $0.rawValue) }
            // By SHA-256 alone nobody can tell what the manifest says of it.
            guard task.manifestAlgorithm == nil || seen.manifestDigest != nil else { return nil }
            return Sighting(seen, midstates: states.count > 0 ? states : nil)
        }
        guard task.manifestAlgorithm == nil, let known = task.known, ChunkedObject.isProven(task) else {
            return nil
        }
        seen.sha256 = known.digest.hex
        return Sighting(seen, midstates: nil)
    }

    /// A reading that must see the bytes afresh, of the object as HEAD tells of it now.
    private func lookAgain(_ task: ObjectTask, _ cost: inout ReadingCost) throws(ReadingFailure) -> Sighting {
        var task = task
        do throws(ObjectStoreError) { task.object = try context.store.head(task.object.name) } catch {
            throw .store(error)
        }
        return try readOnce(task, isSecondLook: true, meter: nil, &cost)
    }

    // MARK: Conclusions

    private func conclude(
        _ task: ObjectTask, _ first: Sighting, _ cost: inout ReadingCost
    ) throws(ReadingFailure) -> ObjectResult {
        let judgement = ObjectJudgement(first.seen, task.expectation)
        // Bytes equal to the pin were read alike before: what disagrees is not the reading. Bytes that nothing
        // vouches for may have been read wrong when their contents look bad.
        let isVouchedFor = task.expectation.attestation != nil || task.expectation.pin != nil
        let isDoubtful = !isVouchedFor && first.contents?.hasFaults == true
        if judgement.isSound && !isDoubtful || first.seen.sha256 == task.expectation.pin?.sha256 {
            return result(of: task, first, judgement, cost)
        }
        let second = try lookAgain(task, &cost)
        if second.seen.sha256 == first.seen.sha256 {
            return result(of: task, second, ObjectJudgement(second.seen, task.expectation), cost)
        }
        // What an interrupted run left may be what was wrong; then two whole readings decide.
        if task.progress != nil, !ObjectJudgement(second.seen, task.expectation).isSound {
            let third = try lookAgain(task, &cost)
            if third.seen.sha256 == second.seen.sha256 {
                return result(of: task, third, ObjectJudgement(third.seen, task.expectation), cost)
            }
        }
        return unstableResult(task, first, second, cost)
    }

    private func concludeDamagedChunks(
        _ task: ObjectTask, _ damaged: [DamagedChunk], _ cost: inout ReadingCost
    ) throws(ReadingFailure) -> ObjectResult {
        let second = try lookAgain(task, &cost)
        if second.damaged == damaged.sorted(by: { $0.index < $1.index }) {
            return result(of: task, second, ObjectJudgement(second.seen, task.expectation), cost)
        }
        return unstableResult(task, nil, second, cost)
    }

    private func result(
        of task: ObjectTask, _ sighting: Sighting, _ judgement: ObjectJudgement, _ cost: ReadingCost
    ) -> ObjectResult {
        var result = task.result(
            judgement.verdict, cost, findings: task.findings(sighting.seen, judgement, sighting.damaged))
        if let contents = sighting.contents, task.inspection?.isIntact(contents) == true {
            result.findings = result.findings.map(\.sayingContentsAreIntact)
        }
        result.report.sha256 = sighting.seen.sha256
        result.report.validators = sighting.seen.validators
        result.pinChange = task.pinChange(
            sighting.seen, judgement, sighting.midstates, now: context.clock.now)
        result.contents = sighting.contents
        if let algorithm = task.manifestAlgorithm {
            result.manifestDigest = sighting.seen.manifestDigest.map {
                ManifestDigest(algorithm.rawValue, $0)
            }
        }
        result.isAttested = judgement.isSound && task.expectation.attestation != nil
        if judgement.isSound, sighting.contents != nil {
            context.options.output?.completed(
                task.name, sha256: sighting.seen.sha256, validators: sighting.seen.validators)
        }
        return result
    }

    private func unstableResult(
        _ task: ObjectTask, _ first: Sighting?, _ second: Sighting, _ cost: ReadingCost
    ) -> ObjectResult {
        let judgement = ObjectJudgement(second.seen, task.expectation)
        guard judgement.isSound else {
            return task.result(
                .inconclusive, cost,
                findings: [.unstable(task.name, first?.seen, second.seen, isSound: false)])
        }
        var result = self.result(of: task, second, judgement, cost)
        result.findings.append(.unstable(task.name, first?.seen, second.seen, isSound: true))
        return result
    }
}
