// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue

/// What the small objects of a backup say, which are read before all others: what the others should be.
struct Controls: Sendable {
    var attestor = Attestor.nobody
    /// Whether the attestor has the bytes it was pinned with.
    var isAttestorUnchanged = false
    /// False when there is an attestor and nobody can understand it.
    var isAttestorValid = true
    /// Set when two readings of an attestor differed, so that nothing can be held against it.
    var isUnstable = false
    var manifest: BackupManifest?
    var info: BackupInfo?
    var completeness: Completeness = .complete
    /// The objects that need no other reading.
    var read: Set<ObjectName> = []
    var results: [ObjectResult] = []
    var findings: [Finding] = []

    var isManifestAttestor: Bool { if case .manifest = attestor { true } else { false } }

    var sumFile: SumFile? { if case .sumFile(let file) = attestor { file } else { nil } }

    /// What the info file gets wrong is worth knowing and no more: it is never relied on.
    func contradictions(label: String) -> [Finding] {
        guard let info else { return [] }
        return info.contradictions(label: label, sumFile: sumFile).map {
            Finding(.control(.infoContradicts($0)), object: BackupInfo.name)
        }
    }
}
