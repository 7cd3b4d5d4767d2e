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
    var tasks: [ObjectTask] = []
    var absences = Absences()
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
        let attestations = Attestations(inputs.attestor)
        var present: Set<ObjectName> = []
        for object in inputs.backup.objects {
            let name = inputs.backup.relativeName(of: object)
            present.insert(name)
            if inputs.read.contains(name) { continue }
            if let oddity = object.oddity, inputs.backup.isLinkOfWAL(object) {
                findings.append(.walElsewhere(oddity))
                continue
            }
            if let oddity = object.oddity {
                odd.insert(name)
                findings.append(.odd(name, oddity))
                continue
            }
            let finding = Self.unlisted(object, name, inputs, attestations)
            if let finding { findings.append(finding) }
            var task = Self.task(object, name, inputs, attestations[name])
            // What only the manifest vouches for is attested where its members are compared.
            if finding?.severity == .warning, object.otherName == nil || inputs.comparesMembers {
                task.needsAttestation = false
            }
            tasks.append(task)
        }
        absences = absences(inputs, attestations, present)
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
        _ object: StoredObject, _ name: ObjectName, _ inputs: Inputs, _ attestations: Attestations
    ) -> Finding? {
        let attestor = inputs.attestor
        guard !attestations.allow(name), needsAttestation(name, attestor) else { return nil }
        if case .manifest = attestor {
            let isAddedSignal = name == RecoverySettings.signal && object.size == 0
            return Finding(
                isAddedSignal ? .member(.addedSignal) : .presence(.unlisted(by: .manifest)), object: name)
        }
        // `find` follows no link. Level `inspected` holds it against the manifest all the same.
        let isBehindLink = object.otherName != nil && inputs.backup.manifest != nil
        return Finding(
            .presence(isBehindLink ? .unlistedBehindLink : .unlisted(by: .sumFile)), object: name)
    }

    private func absences(
        _ inputs: Inputs, _ attestations: Attestations, _ present: Set<ObjectName>
    ) -> Absences {
        let attested = Self.attested(inputs.attestor).filter { !present.contains($0.name) }
        let forgotten = Self.forgotten(inputs, attestations, present)
        return Absences(
            [AnySequence(attested), AnySequence(forgotten)].joined().lazy.filter { !isBehindOddity($0.name) },
            of: attestations, isGrave: inputs.memory.tampered.contains)
    }

    /// All that the attestor names, one after the other: there may be millions.
    private static func attested(_ attestor: Attestor) -> LazySequence<AnySequence<Absentee>> {
        let absentees: AnySequence<Absentee> =
            switch attestor {
            case .sumFile(let file):
                AnySequence(
                    file.entries.lazy.map { Absentee(name: $0.name, reason: .inSumFile(line: $0.line)) })
            case .manifest(let manifest):
                AnySequence(manifest.files.lazy.map { Absentee(name: $0.path, reason: .inManifest) })
            case .nobody: AnySequence([])
            }
        return absentees.lazy
    }

    /// What was read earlier and is named by nothing any more.
    private static func forgotten(
        _ inputs: Inputs, _ attestations: Attestations, _ present: Set<ObjectName>
    ) -> [Absentee] {
        // Where nothing lists the objects, what was once a whole backup is what it was made of.
        let isUnlisted = if case .nobody = inputs.attestor { true } else { false }
        let wasWhole = isUnlisted && inputs.memory.inspection?.isComplete == true
        let pins = inputs.memory.pins.filter { name, pin in
            !present.contains(name) && (isUnlisted || !attestations.allow(name))
                && (pin.isAttested || excused.contains(name) || wasWhole)
        }
        return pins.map { name, pin in
            Absentee(name: name, reason: .pinned(since: pin.since, isTampering: pin.isAttested))
        }
    }
}
