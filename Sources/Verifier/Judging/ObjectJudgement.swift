// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests

/// What a reading means, by the verdict table.
enum ObjectJudgement: Sendable, Equatable {
    enum Soundness: Sendable, Equatable {
        /// Nothing attests it; it has no pin or equals it.
        case unattested
        case first
        case asPinned
        /// As pinned, but copied or uploaded again.
        case moved
        /// As pinned, and attested for the first time.
        case attested
        /// Bad from its first reading on, and now as the sum file always said.
        case healed
    }

    case sound(Soundness)
    case damaged(Cause)
    case tampered

    var isSound: Bool { if case .sound = self { true } else { false } }
}

extension ObjectJudgement {
    /// The verdict table (ARCHITECTURE.md), row by row.
    init(_ seen: Observation, _ expected: Expectation) {
        let agreement = Self.agreement(seen, expected)
        guard let pin = expected.pin else {
            self =
                switch agreement {
                case nil: .sound(.unattested)
                case true?: .sound(.first)
                case false?: .damaged(.neverGood)
                }
            return
        }
        self =
            seen.sha256 == pin.sha256
            ? Self.asPinned(seen, expected, pin, agreement)
            : Self.unlikePinned(seen, expected, pin, agreement)
    }

    /// Whether the attestor agrees with the bytes; nil without one.
    private static func agreement(_ seen: Observation, _ expected: Expectation) -> Bool? {
        switch expected.attestation {
        case nil: nil
        case .sumFile(let sha256, _): seen.sha256 == sha256
        case .manifest(_, _, let size) where seen.validators.size != size: false
        case .manifest(.sha256, let digest, _): seen.sha256 == digest
        case .manifest(_, let digest, _):
            // Against a pin that this very manifest attested, its own digest was not taken again.
            seen.manifestDigest.map { $0 == digest }
                ?? (seen.sha256 == expected.pin?.sha256 && expected.pin?.isAttested == true
                    && expected.isAttestorUnchanged)
        }
    }

    private static func asPinned(
        _ seen: Observation, _ expected: Expectation, _ pin: Pin, _ agreement: Bool?
    ) -> ObjectJudgement {
        switch agreement {
        case false?: pin.isAttested ? .damaged(.sumFileChanged) : .damaged(.neverGood)
        case true? where !pin.isAttested: .sound(.attested)
        case nil where !pin.isAttested && seen.validators.isSameVersion(as: pin.validators):
            .sound(.unattested)
        default: seen.validators.isSameVersion(as: pin.validators) ? .sound(.asPinned) : .sound(.moved)
        }
    }

    private static func unlikePinned(
        _ seen: Observation, _ expected: Expectation, _ pin: Pin, _ agreement: Bool?
    ) -> ObjectJudgement {
        if agreement == true {
            // Never good, and now what an unchanged sum file has said from the start.
            return !pin.isAttested && expected.isAttestorUnchanged ? .sound(.healed) : .tampered
        }
        if seen.validators.size < pin.validators.size { return .damaged(.truncated) }
        return seen.validators.isSameVersion(as: pin.validators) ? .damaged(.bitRot) : .damaged(.overwritten)
    }
}
