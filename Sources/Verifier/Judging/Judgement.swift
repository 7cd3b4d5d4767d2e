// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests

/// What is known of an object's digest before it is read.
struct Expectation: Sendable, Equatable {
    /// What attests an object.
    enum Attestation: Sendable, Equatable {
        /// The sum file's line with this number says so.
        case sumFile(sha256: String, line: Int)
        /// The manifest says so; the digest is hex of this algorithm's bytes.
        case manifest(_ algorithm: DigestAlgorithm, digest: String, size: UInt64)
    }

    var attestation: Attestation?
    var pin: Pin?
    /// Whether the sum file (or the manifest, when it attests) equals a pin of its own.
    var isAttestorUnchanged: Bool

    /// The digest of the pin is the one that the sum file names.
    var pinAgreesWithAttestation: Bool {
        if case .sumFile(let sha256, _) = attestation {
            pin?.sha256 == sha256
        } else {
            pin?.isAttested ?? false
        }
    }
}

/// What a reading of an object gave.
struct Observation: Sendable, Equatable {
    var sha256: String
    var validators: Validators
    /// The bytes' digest by the manifest's algorithm, hex, when the manifest attests and it was taken.
    var manifestDigest: String?
}

/// What a reading means, by the verdict table.
enum Judgement: Sendable, Equatable {
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

extension Judgement {
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
    ) -> Judgement {
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
    ) -> Judgement {
        if agreement == true {
            // Never good, and now what an unchanged sum file has said from the start.
            return !pin.isAttested && expected.isAttestorUnchanged ? .sound(.healed) : .tampered
        }
        if seen.validators.size < pin.validators.size { return .damaged(.truncated) }
        return seen.validators.isSameVersion(as: pin.validators) ? .damaged(.bitRot) : .damaged(.overwritten)
    }
}
