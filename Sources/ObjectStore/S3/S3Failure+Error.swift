// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// What a request was about, as errors name it.
enum S3Subject: Equatable {
    /// An object, and the version of it that was asked for; nil for any.
    case object(ObjectName, expected: Validators?)
    /// An object that is put there.
    case writing(ObjectName)
    case listing(of: String)
    /// The bucket itself, and what it was asked about itself.
    case bucket(String, String)

    var text: String {
        switch self {
        case .object(let name, _): "object '\(name)'"
        case .writing(let name): "writing object '\(name)'"
        case .listing(let store): "listing of '\(store)'"
        case .bucket(let store, let what): "\(what) of '\(store)'"
        }
    }
}

/// The one table from what a store answers to what it means ("Error responses", Amazon S3 API Reference).
extension S3Failure {
    /// What this reply means for a request about `subject` in `store`.
    func error(about subject: S3Subject, in store: String) -> ObjectStoreError {
        byCode(subject, store) ?? byStatus(subject, store)
    }

    private func byCode(_ subject: S3Subject, _ store: String) -> ObjectStoreError? {
        if code.hasPrefix("KMS.") || code.hasPrefix("KMS") { return denied(subject, Self.kmsHint) }
        switch code {
        case "NoSuchBucket": return .noSuchStore(store)
        case "NoSuchKey", "NoSuchVersion": return missing(subject, store)
        case "AccessDenied", "AllAccessDisabled", "AccountProblem":
            return denied(subject, accessHint(subject))
        case "InvalidAccessKeyId": return denied(subject, "does this access key belong to this endpoint?")
        case "SignatureDoesNotMatch":
            return denied(
                subject, "is the secret key right, and is the region the one that the server expects?")
        case "InvalidToken": return denied(subject, "does the session token belong to this access key?")
        case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired":
            return .transient(subject.text, reason: summary, kind: .expiredCredentials)
        case "RequestTimeTooSkewed": return skewed(subject)
        case "InvalidObjectState": return coldStorage(subject)
        case "SlowDown", "ServiceUnavailable", "TooManyRequests", "Throttling", "ThrottlingException",
            "RequestLimitExceeded", "RequestThrottled":
            return slowDown(subject)
        case "RequestTimeout", "InternalError", "OperationAborted":
            return .transient(subject.text, reason: summary, kind: .fault)
        case "PreconditionFailed", "InvalidRange": return changed(subject)
        case "NotImplemented": return unsupported(subject)
        default: return nil
        }
    }

    private func byStatus(_ subject: S3Subject, _ store: String) -> ObjectStoreError {
        switch status {
        case 300..<400: return elsewhere(subject)
        case 400 where otherRegion != nil: return elsewhere(subject)
        case 400 where mentions("encrypt"), 400 where mentions("server-side-encryption"):
            return .unusable(subject.text, reason: detail, hint: Self.customerKeyHint)
        case 401, 403: return denied(subject, accessHint(subject))
        case 404: return missing(subject, store)
        case 405 where isDeleteMarker: return missing(subject, store)
        case 408, 409, 425, 500, 502, 504, 505..<600:
            return .transient(subject.text, reason: summary, kind: .fault)
        case 412, 416: return changed(subject)
        case 429: return slowDown(subject)
        case 501: return unsupported(subject)
        case 503:
            return hasRetryAfter
                ? slowDown(subject) : .transient(subject.text, reason: summary, kind: .fault)
        case 400..<500:
            return .unusable(
                subject.text, reason: detail, hint: "check the endpoint, the region and the credentials.")
        default: return .misbehaving(subject.text, reason: "\(summary), where bytes were asked for")
        }
    }

    private func mentions(_ word: String) -> Bool {
        document.message?.lowercased().contains(word) ?? false
    }
}

// MARK: One meaning each
extension S3Failure {
    private static let kmsHint = "may these credentials use the KMS key that the object is encrypted with?"
    private static let customerKeyHint =
        "the object seems to be encrypted with a key of the customer (SSE-C): give that key."

    private func accessHint(_ subject: S3Subject) -> String {
        if mentions("kms") { return Self.kmsHint }
        if case .writing = subject { return "may these credentials write there (s3:PutObject)?" }
        return
            "may these credentials list the bucket (s3:ListBucket) and read its objects (s3:GetObject)?"
    }

    private func denied(_ subject: S3Subject, _ hint: String) -> ObjectStoreError {
        .denied(subject.text, reason: detail, hint: hint)
    }

    private func missing(_ subject: S3Subject, _ store: String) -> ObjectStoreError {
        switch subject {
        case .object(let name, _): .missing(name)
        case .listing: .noSuchStore(store)
        // Servers say of many things that a bucket lacks them.
        case .bucket, .writing:
            .unusable(subject.text, reason: detail, hint: "does this server know such a thing?")
        }
    }

    private func changed(_ subject: S3Subject) -> ObjectStoreError {
        switch subject {
        case .object(let name, let expected):
            .changed(name, expected: expected?.summary ?? "any version", found: summary)
        case .listing, .bucket, .writing: .misbehaving(subject.text, reason: summary)
        }
    }

    private func coldStorage(_ subject: S3Subject) -> ObjectStoreError {
        guard case .object(let name, _) = subject else { return denied(subject, accessHint(subject)) }
        let storageClass = document.storageClass.map { ObjectName(String($0.prefix(64))).description }
        return .coldStorage(name, storageClass: storageClass ?? "that is not told")
    }

    private func skewed(_ subject: S3Subject) -> ObjectStoreError {
        guard let serverTime else { return denied(subject, "is this machine's clock right?") }
        return .transient(subject.text, reason: summary, kind: .clockSkew(serverTime: serverTime))
    }

    private func slowDown(_ subject: S3Subject) -> ObjectStoreError {
        .transient(subject.text, reason: summary, kind: .slowDown(retryAfter: retryAfter))
    }

    private func unsupported(_ subject: S3Subject) -> ObjectStoreError {
        .unusable(
            subject.text, reason: detail, hint: "the server lacks what is needed here: is it an S3 server?")
    }

    /// The answer that the bucket is somewhere else; nobody follows it with credentials.
    private func elsewhere(_ subject: S3Subject) -> ObjectStoreError {
        let hint = otherRegion.map { "the bucket is in region '\($0)': use that one." }
        return .unusable(
            subject.text, reason: "\(summary): the server sends us elsewhere, and redirects are not followed",
            hint: hint ?? "check the endpoint and the region.")
    }
}
