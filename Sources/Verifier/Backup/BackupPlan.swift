// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import Digests
import ObjectStore

/// What attests the objects of a backup.
enum Attestor: Sendable {
    case sumFile(SumFile)
    /// Of a plain-format backup without a sum file.
    case manifest(BackupManifest)
    case nobody
}

/// The pure part of preparing a backup: which objects are to be checked against what, which are absent and
/// which ought not to be there.
struct BackupPlan: Sendable {
    /// An object that ought to be there and was not listed.
    struct Absentee: Sendable, Equatable {
        var name: ObjectName
        var reason: Reason

        enum Reason: Sendable, Equatable {
            case inSumFile(line: Int)
            case inManifest
            /// Read earlier, and named by nothing any more.
            case pinned(since: Timestamp, isTampering: Bool)
        }
    }

    var tasks: [ObjectTask] = []
    var absentees: [Absentee] = []
    var findings: [Finding] = []

    /// Names that a sum file need not list.
    static let excused: Set<ObjectName> = [SumFile.name, BackupInfo.name, BackupManifest.name]

    struct Inputs {
        var backup: Backup
        var place: BackupPlace
        var memory: BackupMemory
        var attestor: Attestor
        var isAttestorUnchanged: Bool
        /// Whether members are held against a manifest beside the attestor.
        var comparesMembers: Bool
        /// Objects that were read already while preparing.
        var read: Set<ObjectName>
    }

    /// Names of what stands where an object should and cannot be read as one, such as a symbolic link.
    private var odd: Set<ObjectName> = []

    init(_ inputs: Inputs) {
        let claims = Claims(inputs.attestor)
        var present: Set<ObjectName> = []
        for object in inputs.backup.objects {
            let name = inputs.backup.relativeName(of: object)
            present.insert(name)
            if inputs.read.contains(name) { continue }
            if let oddity = object.oddity {
                odd.insert(name)
                findings.append(.odd(name, oddity))
                continue
            }
            let finding = Self.unlisted(object, name, inputs, claims)
            if let finding { findings.append(finding) }
            var task = Self.task(object, name, inputs, claims[name])
            // What only the manifest vouches for is attested where its members are compared.
            if finding?.severity == .warning, object.otherName == nil || inputs.comparesMembers {
                task.needsAttestation = false
            }
            tasks.append(task)
        }
        absentees = Self.absentees(inputs, present).filter { !isBehindOddity($0.name) }
    }

    /// Whether a folder of this name is a link, so that nobody knows what is behind it.
    ///
    /// A plain backup links its tablespaces to where they were written, which may be out of the store; such a link is not followed.
    private func isBehindOddity(_ name: ObjectName) -> Bool {
        guard !odd.isEmpty else { return false }
        return name.bytes.indices.contains { index in
            name.bytes[index] == UInt8(ascii: "/") && odd.contains(ObjectName(bytes: name.bytes[..<index]))
        }
    }

    private static func task(
        _ object: StoredObject, _ name: ObjectName, _ inputs: Inputs, _ claim: Expectation.Attestation?
    ) -> ObjectTask {
        let expectation = Expectation(
            attestation: claim, pin: inputs.memory.pins[name], isAttestorUnchanged: inputs.isAttestorUnchanged
        )
        return ObjectTask(
            object: object, name: name, place: inputs.place, expectation: expectation,
            progress: inputs.memory.progress[name], needsAttestation: needsAttestation(name, inputs.attestor))
    }

    /// WAL of a plain backup is judged by the rules for WAL, not by the manifest, which does not list it.
    private static func needsAttestation(_ name: ObjectName, _ attestor: Attestor) -> Bool {
        switch attestor {
        case .manifest: !excused.contains(name) && !name.hasPrefix("pg_wal/")
        case .sumFile, .nobody: !excused.contains(name)
        }
    }

    private static func unlisted(
        _ object: StoredObject, _ name: ObjectName, _ inputs: Inputs, _ claims: Claims
    ) -> Finding? {
        let attestor = inputs.attestor
        guard !claims.allow(name), needsAttestation(name, attestor) else { return nil }
        if case .manifest = attestor, name == RecoverySettings.signal, object.size == 0 {
            return Finding(
                .recoverySettingsAdded, .warning, object: name,
                message: "was added by pg_basebackup --write-recovery-conf: restored, this becomes a standby")
        }
        if case .manifest = attestor {
            return Finding(.unlistedObject, object: name, message: "is not listed in the manifest")
        }
        // `find` follows no link. Level `inspected` holds it against the manifest all the same.
        if object.otherName != nil, inputs.backup.manifest != nil {
            return Finding(
                .unlistedObject, .warning, object: name,
                message:
                    "is not listed in the sum file, whose maker saw nothing behind a tablespace's link; only the manifest vouches for it"
            )
        }
        return Finding(.unlistedObject, object: name, message: "is not listed in the sum file")
    }

    private static func absentees(_ inputs: Inputs, _ present: Set<ObjectName>) -> [Absentee] {
        var absentees: [Absentee] = []
        switch inputs.attestor {
        case .sumFile(let file):
            absentees += file.entries.filter { !present.contains($0.name) }.map {
                Absentee(name: $0.name, reason: .inSumFile(line: $0.line))
            }
        case .manifest(let manifest):
            absentees += manifest.files.lazy.filter { !present.contains($0.path) }.map {
                Absentee(name: $0.path, reason: .inManifest)
            }
        case .nobody: break
        }
        let named = Set(absentees.map(\.name))
        // Where nothing lists the objects, what was once a whole backup is what it was made of.
        let wasWhole =
            if case .nobody = inputs.attestor { inputs.memory.inspection?.isComplete == true } else { false }
        let forgotten = inputs.memory.pins.filter { name, pin in
            !present.contains(name) && !named.contains(name)
                && (pin.isAttested || excused.contains(name) || wasWhole)
        }
        absentees += forgotten.map { name, pin in
            Absentee(name: name, reason: .pinned(since: pin.since, isTampering: pin.isAttested))
        }
        return absentees.sorted { $0.name < $1.name }
    }
}

extension BackupPlan.Absentee {
    var finding: Finding {
        switch reason {
        case .inSumFile(let line):
            Finding(
                .missingObject, object: name, expected: "line \(line) of \(SumFile.name)", found: "nothing",
                message: "is listed in the sum file and does not exist")
        case .inManifest:
            Finding(
                .missingObject, object: name, expected: "listed in \(BackupManifest.name)", found: "nothing",
                message: "is listed in the manifest and does not exist")
        case .pinned(let since, let isTampering):
            Finding(
                .missingObject, object: name, expected: "there since \(since.day)", found: "nothing",
                message: isTampering
                    ? "was removed together with its checksum" : "was there when first read on \(since.day)")
        }
    }

    var verdict: Verdict {
        if case .pinned(_, let isTampering) = reason, isTampering { .tampered } else { .damaged }
    }
}
