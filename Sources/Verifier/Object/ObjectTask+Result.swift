// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests
import ObjectStore

extension ObjectJudgement {
    var verdict: Verdict {
        switch self {
        case .sound: .verified
        case .damaged: .damaged
        case .tampered: .tampered
        }
    }
}

extension ObjectTask {
    func result(
        _ verdict: Verdict, _ cost: ReadingCost, findings: [Finding] = [], isRead: Bool = true
    ) -> ObjectResult {
        let report = ObjectReport(
            name: name, size: size, verdict: verdict, bytesRead: cost.bytesRead,
            bytesResumed: cost.bytesResumed,
            seconds: cost.seconds, retries: cost.retries, validators: object.validators)
        return ObjectResult(
            report: report, findings: findings, needsAttestation: needsAttestation, isRead: isRead)
    }

    /// What a judgement does to the pin.
    ///
    /// Damage and tampering change nothing: what was pinned first stays what all is held against. Only an
    /// object that was never good is pinned as it is, unattested.
    func pinChange(
        _ seen: Observation, _ judgement: ObjectJudgement, _ midstates: Midstates?, now: Timestamp
    ) -> PinChange? {
        let reason: PinChange.Reason
        switch judgement {
        case .tampered: return nil
        case .damaged:
            if expectation.pin != nil { return nil }
            reason = .first
        case .sound(.first): reason = .first
        case .sound(.unattested), .sound(.asPinned):
            if expectation.pin == nil {
                reason = .first
            } else if lacksStates {
                reason = .midstates
            } else {
                return nil
            }
        case .sound(.moved): reason = .moved
        case .sound(.attested): reason = .attested
        case .sound(.healed): reason = .healed
        }
        return PinChange(
            object: name, pin: pin(seen, judgement, midstates, reason, now), midstates: sealable(midstates),
            reason: reason)
    }

    /// Whether a reading from end to end should leave states where there are none that hold.
    private var lacksStates: Bool { known == nil && expectation.pin?.isAttested != nil && size > 0 }

    private func sealable(_ midstates: Midstates?) -> Midstates? {
        guard let midstates, midstates.count > 0 else { return nil }
        return midstates
    }

    private func pin(
        _ seen: Observation, _ judgement: ObjectJudgement, _ midstates: Midstates?,
        _ reason: PinChange.Reason,
        _ now: Timestamp
    ) -> Pin {
        let old = expectation.pin?.sha256 == seen.sha256 ? expectation.pin : nil
        let seal = sealable(midstates).map {
            MidstateSeal(chunkSize: $0.chunkSize, digest: SHA256.digest(of: $0.states).hex)
        }
        return Pin(
            sha256: seen.sha256, validators: seen.validators,
            isAttested: judgement.isSound && (expectation.attestation != nil || old?.isAttested == true),
            midstates: seal ?? (midstates == nil ? old?.midstates : nil), since: old?.since ?? now)
    }
}
