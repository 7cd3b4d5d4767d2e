// SPDX-License-Identifier: Apache-2.0
import AuditModel
import ObjectStore

/// Level `listed`: asks for an object and compares its size with what is known of it.
struct HeadCheck: Sendable {
    let context: ReadingContext

    func check(_ task: ObjectTask) throws(EarlyEnd) -> ObjectResult {
        let watch = Stopwatch()
        var task = task
        var cost = ReadingCost()
        do throws(ObjectStoreError) {
            task.object = try seenTwice(task.object)
        } catch {
            cost.seconds = watch.seconds
            if error == .interrupted { throw .interrupted }
            var result = task.result(
                .inconclusive, cost, findings: [.unreadable(task.name, error)], isRead: false)
            if case .missing = error { result.isGone = task.isExpected }
            return result
        }
        cost.seconds = watch.seconds
        let findings = task.sizeFindings
        return task.result(findings.isEmpty ? .verified : .damaged, cost, findings: findings, isRead: false)
    }

    /// The object with a size that two answers agree on: listing and HEAD, or one of them and a second HEAD.
    private func seenTwice(_ listed: StoredObject) throws(ObjectStoreError) -> StoredObject {
        let first = try context.store.head(listed.name)
        guard first.size != listed.size else { return first }
        let second = try context.store.head(listed.name)
        guard second.size == first.size || second.size == listed.size else {
            throw .changed(
                listed.name, expected: "\(first.size) bytes", found: "\(second.size) bytes")
        }
        return second
    }
}

extension ObjectTask {
    /// A size that is not the one that pin or manifest know.
    fileprivate var sizeFindings: [Finding] {
        var sizes: [UInt64] = []
        if let pin = expectation.pin { sizes.append(pin.validators.size) }
        if case .manifest(_, _, let size) = expectation.attestation { sizes.append(size) }
        guard let expected = sizes.first(where: { $0 != size }) else { return [] }
        return [
            Finding(
                .bytes(.listedSize(expected: expected, found: size)), object: name,
                cause: size < expected ? .truncated : .overwritten)
        ]
    }
}
