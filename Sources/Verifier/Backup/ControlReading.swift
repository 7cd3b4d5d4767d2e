// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Digests
import ObjectStore

/// A small object that is read for what it says: the sum file, the info file, the manifest.
struct ControlReading<Value: Sendable>: Sendable {
    var value: Value
    var seen: Observation
    var change: ControlChange
    var findings: [Finding] = []
    var cost: ReadingCost
    var object: StoredObject
}

/// How a control object's bytes are to those that were pinned.
enum ControlChange: Sendable, Equatable {
    /// It has no pin yet.
    case first
    case unchanged
    /// Somebody wrote it since it was pinned.
    case rewritten
    /// Its bytes changed, its validators did not.
    case rotted
    /// Two readings saw different bytes, and neither is the pinned one.
    case unstable
}

/// Reads control objects whole, within a limit.
struct ControlReader: Sendable {
    /// Larger ones are refused.
    private static func limit(_ name: ObjectName) -> UInt64 {
        switch name {
        case BackupManifest.name: BackupManifest.sizeLimit
        case SumFile.name: SumFile.sizeLimit
        default: 1 << 20
        }
    }

    let context: ReadingContext

    /// Reads an object and compares it with its pin; twice, when it is not as pinned or `isValid` says no.
    ///
    /// Without a pin it is read twice too, unless it `provesItself` by a checksum of its own: all verdicts
    /// of this run, and the pin that later ones are held against, would rest on one reading.
    func read<Sink: ControlSink & ~Copyable>(
        _ object: StoredObject, name: ObjectName, pin: Pin?, provesItself: Bool = false, into sink: Sink.Type,
        isValid: (Sink.Value) -> Bool
    ) throws(ObjectStoreError) -> ControlReading<Sink.Value> {
        var cost = ReadingCost()
        let (wasValid, seen, found): (Bool, Observation, StoredObject)
        do {
            // Gone before the second reading: a manifest may be large.
            let first = try readCurrent(object, into: sink, isSecondLook: false, &cost)
            wasValid = isValid(first.value)
            let isCertain = pin.map { $0.sha256 == first.seen.sha256 } ?? provesItself
            if isCertain && wasValid { return reading(first, name, pin, nil, cost) }
            (seen, found) = (first.seen, first.object)
        }
        let isDoubtful = pin != nil || !wasValid
        let now = isDoubtful ? try context.store.head(object.name) : found
        let second = try readCurrent(now, into: sink, isSecondLook: true, &cost)
        guard second.seen.sha256 != seen.sha256 else { return reading(second, name, pin, nil, cost) }
        let isSound = isValid(second.value) && (pin.map { $0.sha256 == second.seen.sha256 } ?? !wasValid)
        let finding = Finding.unstable(name, seen, second.seen, isSound: isSound)
        var result = reading(second, name, pin, finding, cost)
        if !isSound { (result.change, result.findings) = (.unstable, [finding]) }
        return result
    }

    private struct Content<Value> {
        var value: Value
        var seen: Observation
        var object: StoredObject
    }

    /// Reads the object as it is now, when it changed since it was listed.
    private func readCurrent<Sink: ControlSink & ~Copyable>(
        _ object: StoredObject, into sink: Sink.Type, isSecondLook: Bool, _ cost: inout ReadingCost
    ) throws(ObjectStoreError) -> Content<Sink.Value> {
        do throws(ObjectStoreError) { return try readOnce(object, sink, isSecondLook, &cost) } catch {
            guard case .changed = error else { throw error }
            return try readOnce(context.store.head(object.name), sink, isSecondLook, &cost)
        }
    }

    private func readOnce<Sink: ControlSink & ~Copyable>(
        _ object: StoredObject, _ sink: Sink.Type, _ isSecondLook: Bool, _ cost: inout ReadingCost
    ) throws(ObjectStoreError) -> Content<Sink.Value> {
        let limit = Self.limit(object.name.lastComponent)
        guard object.size <= limit else {
            throw .unusable(
                "object '\(object.name)'",
                reason: "\(object.size) bytes are more than the \(limit) allowed",
                hint: "is this really what its name says?")
        }
        let watch = Stopwatch()
        var sink = Sink()
        var hash = SHA256()
        if object.size > 0 {
            let request = ReadRequest(whole: object, isSecondLook: isSecondLook)
            let statistics = try context.store.read(request) { bytes throws(ObjectStoreError) in
                sink.receive(bytes)
                hash.update(bytes)
            }
            cost.retries += statistics.retries
        }
        guard hash.count == object.size else { throw .endedEarly(object.name) }
        cost.bytesRead &+= object.size
        cost.seconds += watch.seconds
        let seen = Observation(sha256: hash.finalized().hex, validators: object.validators)
        return Content(value: sink.finish(), seen: seen, object: object)
    }

    private func reading<Value>(
        _ content: Content<Value>, _ name: ObjectName, _ pin: Pin?, _ unstable: Finding?, _ cost: ReadingCost
    ) -> ControlReading<Value> {
        let change: ControlChange
        if let pin {
            let isSame = content.seen.validators.isSameVersion(as: pin.validators)
            change = content.seen.sha256 == pin.sha256 ? .unchanged : isSame ? .rotted : .rewritten
        } else {
            change = .first
        }
        let findings = [unstable].compactMap(\.self) + Self.findings(change, name, pin, content.seen)
        return ControlReading(
            value: content.value, seen: content.seen, change: change, findings: findings, cost: cost,
            object: content.object)
    }

    private static func findings(
        _ change: ControlChange, _ name: ObjectName, _ pin: Pin?, _ seen: Observation
    ) -> [Finding] {
        guard let pin else { return [] }
        switch change {
        case .first, .unchanged, .unstable: return []
        case .rotted:
            let fact = Finding.BytesFact.rotted(
                expected: pin.sha256, found: seen.sha256,
                sameness: Finding.BytesFact.Sameness(seen.validators), pinned: pin.since)
            return [
                Finding(
                    .bytes(fact), object: name, offset: 0, length: seen.validators.size, cause: .bitRot)
            ]
        case .rewritten:
            let fact = Finding.BytesFact.rewritten(
                expected: pin.sha256, found: seen.sha256, pinned: pin.since)
            return [Finding(.bytes(fact), object: name)]
        }
    }
}

extension ControlReading {
    /// The object's own line in the report.
    func result(name: ObjectName, pin: Pin?, verdict: Verdict? = nil, now: Timestamp) -> ObjectResult {
        let own: Verdict =
            switch change {
            case .first, .unchanged, .rewritten: .verified
            case .rotted: .damaged
            case .unstable: .inconclusive
            }
        let report = ObjectReport(
            name: name, size: object.size, sha256: seen.sha256, verdict: .mostSevere([own, verdict ?? own]),
            bytesRead: cost.bytesRead, seconds: cost.seconds, retries: cost.retries,
            validators: seen.validators)
        var result = ObjectResult(report: report, findings: findings)
        result.needsAttestation = false
        result.pinChange = pinChange(name, pin, now)
        return result
    }

    private func pinChange(_ name: ObjectName, _ pin: Pin?, _ now: Timestamp) -> PinChange? {
        let isMoved =
            change == .unchanged && pin.map { !seen.validators.isSameVersion(as: $0.validators) } == true
        guard change == .first || change == .rewritten || isMoved else { return nil }
        return PinChange(
            object: name,
            pin: Pin(
                sha256: seen.sha256, validators: seen.validators, isAttested: false,
                since: isMoved ? pin?.since ?? now : now),
            reason: change == .first ? .first : .moved)
    }
}
