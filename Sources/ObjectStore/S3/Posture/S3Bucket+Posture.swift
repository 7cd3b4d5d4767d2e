// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import HTTP

extension RetryingStore {
    /// How a bucket keeps its objects, as it says itself; nil for a store that is no bucket.
    ///
    /// Sends GET and HEAD alone, unless `isProbing`: then, too, two requests that cannot succeed, which tell by
    /// their refusal what these credentials may do. What is not answered is told as such. `objects` are asked
    /// for their locks, one request each. Throws when the store itself is not there, or when interrupted.
    public func posture(
        sampling objects: [StoredObject], isProbing: Bool
    ) throws(ObjectStoreError) -> BucketPosture? {
        guard let bucket = store as? S3Bucket else { return nil }
        let look = PostureLook(bucket: bucket, store: self)
        return try look.posture(sampling: objects, isProbing: isProbing)
    }
}

/// Asks a bucket one question after the other.
private struct PostureLook {
    let bucket: S3Bucket
    let store: RetryingStore

    func posture(
        sampling objects: [StoredObject], isProbing: Bool
    ) throws(ObjectStoreError) -> BucketPosture {
        let lock = try ask(PostureQuestions.lock())
        var locked: [LockedObject] = []
        for object in objects { locked.append(try self.lock(of: object, in: lock)) }
        let unasked = Told<Bool>.notAsked("only a probe asks: nothing but reading is done without one")
        var posture = BucketPosture(
            versioning: try ask(PostureQuestions.versioning()), lock: lock, lockedObjects: locked,
            lifecycle: try ask(PostureQuestions.lifecycle(of: bucket.location.keyPrefix)),
            publicAccessBlock: try ask(PostureQuestions.publicAccessBlock()),
            hasPublicPolicy: try ask(PostureQuestions.publicPolicy()),
            publicGrants: try ask(PostureQuestions.publicGrants()),
            encryption: try ask(PostureQuestions.encryption()), mayWrite: unasked, mayDelete: unasked)
        guard isProbing else { return posture }
        posture.mayWrite = try asked { () throws(ObjectStoreError) in try bucket.mayWrite() }
        posture.mayDelete = try asked { () throws(ObjectStoreError) in
            try bucket.mayDelete(versioning: posture.versioning)
        }
        return posture
    }

    private func ask<Value>(_ question: PostureQuestion<Value>) throws(ObjectStoreError) -> Told<Value> {
        try asked { () throws(ObjectStoreError) in
            question.told(
                try store.repeated { () throws(ObjectStoreError) in
                    try bucket.reply(
                        to: S3Bucket.Call(
                            method: .get, query: [(question.subresource, "")],
                            subject: .bucket(bucket.url, question.subresource)))
                })
        }
    }

    /// What is no answer is told as none; only the end of everything is an error.
    private func asked<Value>(
        _ question: () throws(ObjectStoreError) -> Told<Value>
    ) throws(ObjectStoreError) -> Told<Value> {
        do throws(ObjectStoreError) { return try question() } catch {
            switch error {
            case .interrupted, .noSuchStore: throw error
            default: return .unknown(error.message)
            }
        }
    }

    /// A store shows an object's lock only to those who may see it, so that no lock is shown tells little.
    private func lock(
        of object: StoredObject, in rule: Told<LockRule>
    ) throws(ObjectStoreError) -> LockedObject {
        let lock = try asked { () throws(ObjectStoreError) -> Told<LockedObject.Lock> in
            if rule.value?.isEnabled == false { return .said(LockedObject.Lock()) }
            let lock = try store.repeated { () throws(ObjectStoreError) in try bucket.lock(of: object) }
            guard let lock else {
                return .unknown("no lock is shown: there is none, or these credentials may not see it")
            }
            return .said(lock)
        }
        return LockedObject(
            name: object.name.description, modified: object.validators.modified, lock: lock)
    }
}

extension S3Bucket {
    /// Nil when the store says nothing of a lock.
    fileprivate func lock(of object: StoredObject) throws(ObjectStoreError) -> LockedObject.Lock? {
        var found: HTTPHead?
        try exchange(
            Call(
                method: .head, key: location.key(of: object.name), headers: customerKeyHeaders,
                subject: .object(object.name, expected: nil)),
            onHead: { head in found = head }, onBody: { _ throws(EarlyEnd) in throw .enough })
        guard let found else { return nil }
        let mode = found.value("x-amz-object-lock-mode").flatMap(LockMode.init(rawValue:))
        let isHeld = found.value("x-amz-object-lock-legal-hold") == "ON"
        guard mode != nil || isHeld else { return nil }
        let until = found.value("x-amz-object-lock-retain-until-date").flatMap(Timestamp.init(iso8601:))
        return LockedObject.Lock(mode: mode, until: until, isHeld: isHeld)
    }
}
