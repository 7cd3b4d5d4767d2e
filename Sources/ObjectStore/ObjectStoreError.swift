// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics

/// Why objects could not be listed or read.
///
/// None of these says anything about the bytes of an object: a network, a credential or a disk failed.
public enum ObjectStoreError: UserError, Equatable, Codable {
    /// The object does not exist (any more).
    case missing(ObjectName)
    /// The object is another version than was asked for.
    case changed(ObjectName, expected: String, found: String)
    /// A version of the object whose bytes must be brought back from an archive first.
    case coldStorage(ObjectName, storageClass: String)
    /// The bucket or directory itself is not there.
    case noSuchStore(String)
    /// The store will not let these credentials in.
    case denied(String, reason: String, hint: String)
    /// One failure that may pass.
    case transient(String, reason: String, kind: TransientKind)
    /// It went on failing until the budget or the deadline was used up.
    case gaveUp(String, attempts: String)
    /// The store answered something that no correct store answers.
    case misbehaving(String, reason: String)
    /// The store cannot be used as asked: a configuration that can never work.
    case unusable(String, reason: String, hint: String)
    /// This process was asked to stop.
    case interrupted
}

/// How a failure that may pass should be waited out.
public enum TransientKind: Sendable, Equatable, Codable {
    /// A connection that failed, broke or stalled; a server's error.
    case fault
    /// The store asks for fewer requests; in seconds, if it said how long to wait.
    case slowDown(retryAfter: Int64?)
    /// The store's clock, which differs too much from ours.
    case clockSkew(serverTime: Timestamp)
    /// Temporary credentials ended.
    case expiredCredentials
}

extension ObjectStoreError {
    /// Whether the same request may succeed later.
    public var isTransient: Bool {
        if case .transient = self { true } else { false }
    }

    /// What happened, and to which object or place.
    public var message: String {
        switch self {
        case .missing(let name): "object '\(name)' does not exist"
        case .changed(let name, let expected, let found):
            "object '\(name)' changed while it was read: expected \(expected), found \(found)"
        case .coldStorage(let name, let storageClass):
            "object '\(name)' is archived in storage class \(storageClass)"
        case .noSuchStore(let store): "'\(store)' does not exist"
        case .denied(let what, let reason, _): "access to \(what) denied: \(reason)"
        case .transient(let what, let reason, _): "\(what): \(reason)"
        case .gaveUp(let what, let attempts): "gave up on \(what): \(attempts)"
        case .misbehaving(let what, let reason): "\(what): the store's answer makes no sense: \(reason)"
        case .unusable(let what, let reason, _): "\(what): \(reason)"
        case .interrupted: "interrupted"
        }
    }

    /// One for each kind; none for an interruption.
    public var hints: [String] {
        switch self {
        case .denied(_, _, let hint), .unusable(_, _, let hint): [hint]
        case .coldStorage: ["bring the object back from the archive, then verify again."]
        case .noSuchStore: ["check the spelling, the endpoint and the region."]
        case .changed: ["is something still writing to this backup?"]
        case .gaveUp: ["is the store reachable from here? nothing was said about the backup itself."]
        case .missing: ["was it deleted meanwhile? look for a lifecycle rule or a retention job."]
        case .transient: ["this may pass: try again."]
        case .misbehaving:
            ["is there a proxy in between, or a server that is not quite S3? --verbose says more."]
        case .interrupted: []
        }
    }

    /// 130 for an interruption, 9 where the store itself is not there, else 5.
    public var exitStatus: ExitStatus {
        switch self {
        case .interrupted: .interrupted
        case .noSuchStore: .nothingThere
        default: .inconclusive
        }
    }
}
