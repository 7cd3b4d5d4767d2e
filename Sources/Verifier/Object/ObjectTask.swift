// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests
import Inspection
import ObjectStore

/// One object to be checked, and all that is known of it beforehand.
struct ObjectTask: Sendable {
    /// Another version, with another size, when the object changed after it was listed.
    var object: StoredObject { didSet { inspection?.size = object.size } }
    /// Relative to the backup's folder.
    var name: ObjectName
    var place: BackupPlace
    var expectation: Expectation
    /// Set when the object can be proven chunk by chunk against its pin.
    var known: KnownChunks?
    var progress: ObjectProgress?
    /// Whether the backup's level depends on something attesting this object.
    var needsAttestation: Bool
    /// How its contents are taken apart, where that can be told.
    var inspection: InspectionOrder?
    /// Whether that is to be done while it is read first; else only when a second look is needed.
    var isInspectedAtOnce = false

    var size: UInt64 { object.size }

    /// Whether anything but the listing says that the object ought to be there.
    var isExpected: Bool { expectation.attestation != nil || expectation.pin != nil }

    /// The digest beside SHA-256 that must be taken, because a manifest attests by it.
    ///
    /// Not when the pin was attested already, by the manifest as it is now: then SHA-256 proves as much.
    var manifestAlgorithm: DigestAlgorithm? {
        guard case .manifest(let algorithm, _, _) = expectation.attestation, algorithm != .sha256,
            expectation.pin?.isAttested != true || !expectation.isAttestorUnchanged
        else { return nil }
        return algorithm
    }

    /// Whether the chunks of the object as it is now can be read apart from each other.
    var canBeProvenInChunks: Bool {
        guard let known, manifestAlgorithm == nil, !isInspectedAtOnce else { return false }
        return known.count > 1 && known.size == size
    }
}
