// SPDX-License-Identifier: Apache-2.0
import AuditModel

extension BackupReport {
    /// Whether what was read may be started on; throws the reason why not.
    ///
    /// `acceptedDamage` lets the damaged backup of that label through, if it was read to its end; `hasArchive`
    /// one that lacks nothing but WAL.
    func requireRestorable(acceptedDamage: String?, hasArchive: Bool) throws(RestoreError) {
        let errors = findings.filter { $0.severity == .error }
        switch verdict {
        case .verified: return
        case .damaged where acceptedDamage == label: try requireWhole(errors)
        case .damaged: throw .damaged(label, errors)
        case .tampered: throw .tampered(label, reason: errors.first?.message ?? "see its findings")
        case .inconclusive: throw .inconclusive(label, errors.isEmpty ? findings : errors)
        case .incomplete: try requireLackOfWALOnly(hasArchive)
        }
    }

    /// What could not be read was not written either, and that nobody has accepted.
    private func requireWhole(_ errors: [Finding]) throws(RestoreError) {
        let unread = errors.filter {
            [.unreadableObject, .objectChanging, .unstableRead, .archivedObject].contains($0.code)
        }
        guard unread.isEmpty, objects.allSatisfy({ $0.verdict != .inconclusive }) else {
            throw .inconclusive(label, unread.isEmpty ? errors : unread)
        }
    }

    /// Warnings that are told and keep nobody from restoring.
    private static let harmless: Set<FindingCode> = [
        .recoverySettingsAdded, .manifestMissing, .modeUnexpected, .wrongSuffix, .gzipHeader,
        .repackedArchive,
        .infoContradicts,
    ]

    private func requireLackOfWALOnly(_ hasArchive: Bool) throws(RestoreError) {
        let reasons = findings.filter { $0.severity != .note && !Self.harmless.contains($0.code) }
        let lacksOnlyWAL = !reasons.isEmpty && reasons.allSatisfy { $0.code == .walGap }
        if lacksOnlyWAL, hasArchive, level ?? .listed >= .checksummed { return }
        let hint =
            lacksOnlyWAL
            ? "its WAL must come from an archive: name it after --wal-archive."
            : "`pg_backctl verify --level inspected` says what is missing."
        throw .notProven(
            label, reason: reasons.first?.message ?? "the level 'inspected' was not reached", hint: hint)
    }
}
