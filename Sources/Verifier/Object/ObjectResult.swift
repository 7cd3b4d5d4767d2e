// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Inspection

/// What checking one object came to.
struct ObjectResult: Sendable {
    var report: ObjectReport
    var findings: [Finding] = []
    var pinChange: PinChange?
    /// What its contents were, when they were taken apart.
    var contents: ObjectContents?
    /// Of its bytes, where a manifest attests by another algorithm than SHA-256 and nobody had compared it before.
    var manifestDigest: ManifestDigest?
    /// Whether it was judged by all it says, so that there is nothing to take apart.
    var isJudgedWhole = false
    /// Whether something other than its own pin vouches for the bytes.
    var isAttested = false
    var needsAttestation = true
    /// Whether its bytes were all read (or were, by an interrupted run).
    var isRead = true
    /// Whether it ought to be there and went away between the listing and the reading.
    var isGone = false
}

extension ObjectResult {
    var isSound: Bool { report.verdict == .verified }

    /// What an interrupted run leaves of it to the next one; nil for what that must read itself.
    func progress(at now: Timestamp) -> ProgressStep? {
        guard isSound, isRead, let sha256 = report.sha256, let version = report.validators else { return nil }
        return .complete(sha256: sha256, manifestDigest: manifestDigest, validators: version, at: now)
    }
}
