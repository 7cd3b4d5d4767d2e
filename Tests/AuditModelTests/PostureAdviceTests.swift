// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import Testing

@Suite struct `Advice on a bucket` {
    private static let now = Timestamp(seconds: 1_790_000_000)
    private static let day: Int64 = 86_400

    /// Nothing to say against it.
    private static let sound = BucketPosture(
        versioning: .said(.enabled), lock: .said(LockRule(isEnabled: true, mode: .compliance, days: 30)),
        lockedObjects: [], lifecycle: .said([]),
        publicAccessBlock: .said(
            PublicAccessBlock(
                blocksLists: true, ignoresLists: true, blocksPolicies: true, restrictsPolicies: true)),
        hasPublicPolicy: .said(false), publicGrants: .said([]), encryption: .said("AES256"),
        mayWrite: .said(false), mayDelete: .said(false))

    private func codes(_ change: (inout BucketPosture) -> Void, keepDays: Int? = 30) -> [String] {
        var posture = Self.sound
        change(&posture)
        return posture.advice(keepDays: keepDays, at: Self.now).map {
            "\($0.severity.rawValue) \($0.code.rawValue)"
        }
    }

    @Test func `is none for a sound one, nor for one that says nothing`() {
        #expect(codes { _ in } == [])
        let silent = BucketPosture(
            versioning: .unknown("HTTP 501"), lock: .unknown("HTTP 403"), lockedObjects: [],
            lifecycle: .unknown("HTTP 403"), publicAccessBlock: .unknown("HTTP 501"),
            hasPublicPolicy: .unknown("HTTP 501"), publicGrants: .unknown("HTTP 501"),
            encryption: .unknown("HTTP 501"), mayWrite: .notAsked("no probe"),
            mayDelete: .notAsked("no probe"))
        #expect(silent.advice(keepDays: 30, at: Self.now) == [])
    }

    @Test(arguments: [
        (LifecycleRule(name: "a", expiresAfterDays: 29), ["error expires-too-soon"]),
        (LifecycleRule(name: "a", expiresAfterDays: 30), []),
        (LifecycleRule(name: "a", isPartial: true, expiresAfterDays: 7), ["warning expires-too-soon"]),
        (LifecycleRule(name: "a", expiresOn: now.advanced(bySeconds: 29 * day)), ["error expires-too-soon"]),
        (LifecycleRule(name: "a", expiresOn: now.advanced(bySeconds: 31 * day)), []),
        (
            LifecycleRule(name: "a", moves: [.init(storageClass: "DEEP_ARCHIVE", afterDays: 3)]),
            ["error archived-too-soon"]
        ),
        (LifecycleRule(name: "a", moves: [.init(storageClass: "GLACIER", afterDays: 30)]), []),
        (LifecycleRule(name: "a", moves: [.init(storageClass: "GLACIER_IR", afterDays: 1)]), []),
        (LifecycleRule(name: "a", oldVersionsExpireAfterDays: 5), ["note old-versions-expire"]),
    ])
    func `holds lifecycle rules against the days to keep`(_ rule: LifecycleRule, _ expected: [String]) {
        #expect(codes { $0.lifecycle = .said([rule]) } == expected)
    }

    @Test func `tells of expiry in a note where nobody says how long backups are kept`() {
        let rule = LifecycleRule(name: "a", expiresAfterDays: 3650)
        #expect(codes({ $0.lifecycle = .said([rule]) }, keepDays: nil) == ["note expires-too-soon"])
    }

    @Test func `wants locks that last as long as backups are kept`() throws {
        #expect(codes { $0.lock = .said(LockRule(isEnabled: false)) } == ["warning not-locked"])
        #expect(codes { $0.lock = .said(LockRule(isEnabled: true)) } == ["warning not-locked"])
        #expect(
            codes { $0.lock = .said(LockRule(isEnabled: true, mode: .governance, days: 7)) } == [
                "warning lock-too-short", "note lock-can-be-lifted",
            ])
        var posture = Self.sound
        posture.lockedObjects = [
            LockedObject(
                name: "b/base.tar", modified: Self.now.advanced(bySeconds: -2 * Self.day),
                lock: .said(.init(mode: .compliance, until: Self.now.advanced(bySeconds: 5 * Self.day))))
        ]
        let advice = try #require(posture.advice(keepDays: 30, at: Self.now).first)
        #expect(advice.code == .lockTooShort && advice.problem.contains("for another 5 days, but"))
        #expect(posture.advice(keepDays: 7, at: Self.now) == [])
    }

    @Test func `names what is public, worst first, and our own powers`() {
        let found = codes {
            ($0.versioning, $0.mayWrite, $0.mayDelete) = (.said(.suspended), .said(true), .said(true))
            ($0.hasPublicPolicy, $0.publicGrants) = (.said(true), .said(["READ"]))
            ($0.publicAccessBlock, $0.encryption) = (.said(PublicAccessBlock()), .said("none"))
        }
        #expect(
            found == [
                "error public", "error public", "warning versions-not-kept", "warning not-encrypted",
                "warning may-delete", "warning may-write", "note can-be-made-public",
            ])
    }

    @Test func `survives as a document with what is unknown and what was not asked`() throws {
        var posture = Self.sound
        (posture.versioning, posture.mayWrite) = (.unknown("HTTP 501"), .notAsked("no probe"))
        let document = try JSONEncoder().encode(posture)
        #expect(try JSONDecoder().decode(BucketPosture.self, from: document) == posture)
        let text = String(decoding: document, as: UTF8.self)
        #expect(text.contains(#""versioning":{"unknown":"HTTP 501"}"#))
        #expect(text.contains(#""mayWrite":{"notAsked":"no probe"}"#))
    }
}

@Suite struct `Advice on a directory` {
    private func posture(mode: UInt32, _ isWritable: Told<Bool>) -> DirectoryPosture {
        DirectoryPosture(
            store: FolderRights(path: "/srv", owner: 26, mode: mode, isWritableByUs: isWritable),
            newestBackup: nil, isRoot: false)
    }

    @Test func `names who may write`() {
        #expect(posture(mode: 0o755, .said(false)).advice == [])
        #expect(posture(mode: 0o755, .unknown("no such file")).advice == [])
        #expect(posture(mode: 0o755, .said(true)).advice.map(\.code) == [.mayWrite])
        #expect(posture(mode: 0o777, .said(true)).advice.map(\.code) == [.writableByAll, .mayWrite])
    }
}
