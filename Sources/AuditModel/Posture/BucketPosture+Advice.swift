// SPDX-License-Identifier: Apache-2.0

extension BucketPosture {
    /// What is wrong with it for backups that are to be kept for `keepDays`, worst first.
    ///
    /// What the bucket does not say is no reason for advice. Without `keepDays` only what is wrong whatever they
    /// are is an error.
    public func advice(keepDays: Int?, at now: Timestamp) -> [PostureAdvice] {
        let judgement = BucketJudgement(posture: self, keepDays: keepDays, now: now)
        return
            (judgement.access + judgement.lifecycle + judgement.locks + judgement.versions
            + judgement.encryption + judgement.powers).worstFirst
    }
}

/// Holds a bucket's posture against how long backups are to be kept.
private struct BucketJudgement {
    let posture: BucketPosture
    let keepDays: Int?
    let now: Timestamp

    private static let day: Int64 = 86_400

    private var wanted: String { keepDays.map { "backups are to be kept for \(days($0))" } ?? "" }

    private func days(_ count: Int) -> String { Units.count(count, "day") }

    /// Whether something that happens this long after an object was written comes before it may.
    private func isTooSoon(_ afterDays: Int) -> Bool { keepDays.map { afterDays < $0 } ?? false }

    /// Whether a time comes before what was written just now may be gone.
    private func isTooSoon(_ time: Timestamp) -> Bool {
        keepDays.map { time < now.advanced(bySeconds: Int64($0) * Self.day) } ?? false
    }
}

// MARK: Whether somebody could take them away
extension BucketJudgement {
    var versions: [PostureAdvice] {
        guard let versioning = posture.versioning.value, versioning != .enabled else { return [] }
        let state = versioning == .never ? "does not keep versions" : "no longer keeps new versions"
        return [
            PostureAdvice(
                .versionsNotKept, .warning,
                "the bucket \(state): what is overwritten or deleted is gone",
                "switch versioning on, best with Object Lock.")
        ]
    }

    var locks: [PostureAdvice] { rule + objects }

    private var rule: [PostureAdvice] {
        guard let rule = posture.lock.value else { return [] }
        guard rule.isEnabled, let mode = rule.mode else {
            return hasLockedObjects ? [] : [notLocked(rule.isEnabled)]
        }
        var found: [PostureAdvice] = []
        if let days = rule.days, isTooSoon(days) {
            found.append(
                PostureAdvice(
                    .lockTooShort, .warning,
                    "new objects are locked for \(self.days(days)), but \(wanted)",
                    "set the default retention to the days that backups are kept."))
        }
        if mode == .governance { found.append(Self.liftable) }
        return found
    }

    private var hasLockedObjects: Bool {
        posture.lockedObjects.contains { $0.lock.value?.mode != nil || $0.lock.value?.isHeld == true }
    }

    private func notLocked(_ isPossible: Bool) -> PostureAdvice {
        PostureAdvice(
            .notLocked, .warning,
            isPossible
                ? "Object Lock is on, but nothing locks new backups"
                : "backups are not locked: who has the keys of the writer can delete them all",
            isPossible
                ? "set a default retention, or lock objects when they are written."
                : "use a bucket with Object Lock and a default retention in compliance mode.")
    }

    private static let liftable = PostureAdvice(
        .lockCanBeLifted, .note, "the lock is of governance mode: some users may lift it",
        "use compliance mode where nobody is to have that right.")

    /// The object whose lock ends first, against the end of its time.
    private var objects: [PostureAdvice] {
        guard let keepDays else { return [] }
        let late = posture.lockedObjects.compactMap { object -> (until: Timestamp, object: LockedObject)? in
            guard let lock = object.lock.value, !lock.isHeld, let until = lock.until,
                let written = object.modified,
                until.advanced(bySeconds: Self.day)
                    < written.advanced(bySeconds: Int64(keepDays) * Self.day)
            else { return nil }
            return (until, object)
        }
        guard let first = late.min(by: { $0.until < $1.until }) else { return [] }
        let left = Int(max(0, first.until.seconds(since: now) / Self.day))
        return [
            PostureAdvice(
                .lockTooShort, .warning,
                "'\(first.object.name)' of the newest backup is locked for another \(days(left)), but \(wanted)",
                "lock it for longer, and set the default retention to the days that backups are kept.")
        ]
    }
}

// MARK: Whether the bucket itself takes them away
extension BucketJudgement {
    var lifecycle: [PostureAdvice] {
        (posture.lifecycle.value ?? []).flatMap { expiry(of: $0) + archiving(by: $0) + oldVersions(by: $0) }
    }

    private func severity(_ rule: LifecycleRule, isTooSoon: Bool) -> Severity {
        guard isTooSoon else { return .note }
        return rule.isPartial ? .warning : .error
    }

    private func subject(_ rule: LifecycleRule) -> String {
        "lifecycle rule '\(rule.name)'" + (rule.isPartial ? ", which is for some of the objects," : "")
    }

    /// Without days to keep, every rule is worth knowing; with them, only those that come too soon are.
    private func isTold(_ isTooSoon: Bool) -> Bool { isTooSoon || keepDays == nil }

    private func but(_ isTooSoon: Bool) -> String { isTooSoon ? ", but \(wanted)" : "" }

    private func expiry(of rule: LifecycleRule) -> [PostureAdvice] {
        var found: [PostureAdvice] = []
        func add(_ when: String, _ isEarly: Bool) {
            guard isTold(isEarly) else { return }
            found.append(
                PostureAdvice(
                    .expiresTooSoon, severity(rule, isTooSoon: isEarly),
                    "\(subject(rule)) deletes objects \(when)\(but(isEarly))",
                    "let backups be deleted by your retention, which knows chains, and not by their age."))
        }
        if let count = rule.expiresAfterDays { add("after \(days(count))", isTooSoon(count)) }
        if let time = rule.expiresOn { add("on \(time.day)", isTooSoon(time)) }
        return found
    }

    private func archiving(by rule: LifecycleRule) -> [PostureAdvice] {
        rule.moves.filter(\.needsRestoring).compactMap { move in
            let isEarly = move.afterDays.map(isTooSoon) ?? move.on.map(isTooSoon) ?? false
            guard isTold(isEarly) else { return nil }
            let when = move.afterDays.map { "after \(days($0))" } ?? move.on.map { "on \($0.day)" } ?? ""
            return PostureAdvice(
                .archivedTooSoon, severity(rule, isTooSoon: isEarly),
                "\(subject(rule)) moves objects to \(move.storageClass) \(when)\(but(isEarly)): "
                    + "to restore one then takes hours or days",
                "leave backups that may be needed in a class that can be read at once, such as GLACIER_IR.")
        }
    }

    private func oldVersions(by rule: LifecycleRule) -> [PostureAdvice] {
        guard let count = rule.oldVersionsExpireAfterDays, isTooSoon(count) else { return [] }
        return [
            PostureAdvice(
                .oldVersionsExpire, .note,
                "\(subject(rule)) deletes what was overwritten or deleted \(days(count)) later",
                "be sure that somebody would notice in that time: verify more often than that.")
        ]
    }
}

// MARK: Who else may
extension BucketJudgement {
    var access: [PostureAdvice] {
        var found: [PostureAdvice] = []
        if posture.hasPublicPolicy.value == true {
            found.append(
                PostureAdvice(
                    .isPublic, .error, "the bucket's policy lets everybody in",
                    "take the public statements out of the policy, and block public access."))
        }
        if let grants = posture.publicGrants.value, !grants.isEmpty {
            found.append(
                PostureAdvice(
                    .isPublic, .error,
                    "the bucket's access list grants everybody \(grants.joined(separator: ", "))",
                    "take the grant away, and block public access."))
        }
        if let block = posture.publicAccessBlock.value, !block.isComplete {
            found.append(
                PostureAdvice(
                    .canBeMadePublic, .note, "nothing keeps the bucket from being made public",
                    "switch all four parts of Block Public Access on."))
        }
        return found
    }

    var encryption: [PostureAdvice] {
        guard posture.encryption.value == "none" else { return [] }
        return [
            PostureAdvice(
                .notEncrypted, .warning, "new objects are not encrypted at rest",
                "set a default encryption, or encrypt backups before they are sent.")
        ]
    }

    var powers: [PostureAdvice] {
        let advice = "give the verification keys of its own that may list and read, and nothing else."
        var found: [PostureAdvice] = []
        if posture.mayDelete.value == true {
            found.append(
                PostureAdvice(
                    .mayDelete, .warning, "these credentials may delete versions of objects for good", advice)
            )
        }
        if posture.mayWrite.value == true {
            found.append(
                PostureAdvice(.mayWrite, .warning, "these credentials may write to the store", advice))
        }
        return found
    }
}
