// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import Diagnostics
import Inspection
import ObjectStore
import Synchronization

// What is read before anything else: the small objects that say what the others should be.
extension BackupVerification {
    /// What the control objects said.
    struct Controls {
        var isManifestAttestor: Bool { if case .manifest = attestor { true } else { false } }

        var attestor = Attestor.nobody
        var isAttestorUnchanged = false
        var manifest: BackupManifest?
        var info: BackupInfo?
        var read: Set<ObjectName> = []
        /// Nobody knows what the sum file or manifest says, so nothing can be held against it.
        var isUnstable = false
    }

    func readControls(_ memory: BackupMemory) throws -> Controls {
        var controls = Controls()
        if let object = backup.sumFile { try readSumFile(object, memory, &controls) }
        if let object = backup.infoFile { try readInfo(object, memory, &controls) }
        if let object = backup.manifest {
            if backup.sumFile == nil {
                try readManifest(object, memory, &controls)
            } else if context.options.level >= .inspected {
                try readManifestForContents(object, memory, &controls)
            }
        }
        return controls
    }

    private func readSumFile(_ object: StoredObject, _ memory: BackupMemory, _ controls: inout Controls)
        throws
    {
        let reading = try read(object, SumFile.name, memory, &controls, into: WholeObject.self) {
            (try? SumFile.parse($0)) != nil
        }
        if reading.change == .unstable { return }
        do throws(FormatError) {
            controls.attestor = .sumFile(try SumFile.parse(reading.value))
            controls.isAttestorUnchanged = reading.change == .unchanged
        } catch {
            reject(Finding(.sumFileInvalid, error, in: SumFile.name))
        }
    }

    private func readManifest(_ object: StoredObject, _ memory: BackupMemory, _ controls: inout Controls)
        throws
    {
        let reading = try read(
            object, BackupManifest.name, memory, &controls, provesItself: true, into: ManifestObject.self
        ) { $0.isSuccess }
        if reading.change == .unstable { return }
        var manifestOfPlain: BackupManifest?
        do throws(FormatError) {
            let manifest = try reading.value.get()
            controls.manifest = manifest
            state.withLock {
                $0.incompleteness = backup.completeness(manifest: manifest, now: context.clock.now)
            }
            guard backup.kind == .plain else { return }
            controls.attestor = .manifest(manifest)
            controls.isAttestorUnchanged = reading.change == .unchanged
            manifestOfPlain = manifest
        } catch {
            reject(.invalidManifest(error))
        }
        if let manifestOfPlain { try readRecoverySettings(manifestOfPlain, memory, &controls) }
    }

    /// Beside a sum file the manifest is an object like any other, which is read and judged with them; here it
    /// is read for what it says of the contents.
    private func readManifestForContents(
        _ object: StoredObject, _ memory: BackupMemory, _ controls: inout Controls
    ) throws {
        let name = BackupManifest.name
        state.withLock { $0.beingRead = name }
        let reading = try ControlReader(context: context, place: place).read(
            object, name: name, pin: memory.pins[name], provesItself: true, into: ManifestObject.self
        ) { $0.isSuccess }
        if reading.change == .unstable {
            state.withLock { $0.findings += reading.findings }
            return
        }
        do throws(FormatError) { controls.manifest = try reading.value.get() } catch {
            state.withLock { $0.findings.append(.invalidManifest(error)) }
        }
    }

    /// Settings that pg_basebackup appended after it made the manifest are told and are no damage.
    private func readRecoverySettings(
        _ manifest: BackupManifest, _ memory: BackupMemory, _ controls: inout Controls
    ) throws {
        let name = RecoverySettings.file
        guard let promise = manifest.files[name],
            let object = backup.objects.first(where: { backup.relativeName(of: $0) == name }),
            object.size > promise.size, object.size - promise.size <= 64 << 10, promise.size <= 1 << 20
        else { return }
        let reader = ControlReader(context: context, place: place)
        let reading = try reader.read(object, name: name, pin: memory.pins[name], into: WholeObject.self) {
            promise.isPrefix(of: $0)
        }
        // Appended once, before the first reading: what is appended later is judged like any other change.
        guard [.first, .unchanged].contains(reading.change), promise.isPrefix(of: reading.value) else {
            return
        }
        var result = reading.result(name: name, pin: memory.pins[name], now: context.clock.now)
        (result.isAttested, result.isJudgedWhole) = (true, true)
        result.findings.append(
            Finding(
                .recoverySettingsAdded, .warning, object: name,
                message:
                    "pg_basebackup --write-recovery-conf appended settings; the rest is as in the manifest"))
        meter.advance(by: object.size)
        controls.read.insert(name)
        context.options.output?.keep(reading.value, of: name)
        state.withLock { [result] in $0.results.append(result) }
    }

    private func readInfo(_ object: StoredObject, _ memory: BackupMemory, _ controls: inout Controls) throws {
        do {
            let reading = try read(object, BackupInfo.name, memory, &controls, into: WholeObject.self) { _ in
                true
            }
            controls.info = BackupInfo.parse(reading.value)
            if case .sumFile(let file) = controls.attestor, reading.change != .unstable,
                let line = file.entries.first(where: { $0.name == BackupInfo.name }),
                line.digest != reading.seen.sha256
            {
                state.withLock { $0.findings.append(.wrongInfo(line, found: reading.seen.sha256)) }
            }
        } catch let error as ObjectStoreError where error != .interrupted {
            // A claim that cannot be read is one claim less; the verdict never rests on it.
            controls.read.insert(BackupInfo.name)
            var finding = Finding.unreadable(BackupInfo.name, error)
            finding.severity = .warning
            state.withLock { [finding] in $0.findings.append(finding) }
        }
    }

    private func read<Sink: ControlSink & ~Copyable>(
        _ object: StoredObject, _ name: ObjectName, _ memory: BackupMemory, _ controls: inout Controls,
        provesItself: Bool = false, into sink: Sink.Type, isValid: (Sink.Value) -> Bool
    ) throws -> ControlReading<Sink.Value> {
        state.withLock { $0.beingRead = name }
        let reader = ControlReader(context: context, place: place)
        let reading = try reader.read(
            object, name: name, pin: memory.pins[name], provesItself: provesItself, into: sink,
            isValid: isValid)
        meter.advance(by: object.size)
        controls.read.insert(name)
        if reading.change == .unstable, name != BackupInfo.name { controls.isUnstable = true }
        let result = reading.result(name: name, pin: memory.pins[name], now: context.clock.now)
        state.withLock { $0.results.append(result) }
        return reading
    }

    /// An attestor that cannot be understood, by two readings that agree.
    private func reject(_ finding: Finding) {
        state.withLock { state in
            state.isSumFileValid = false
            state.findings.append(finding)
        }
    }
}

extension Finding {
    /// A file that is not what its format wants.
    init(_ code: FindingCode, _ error: FormatError, in object: ObjectName) {
        self.init(code, object: object, expected: error.expected, found: error.found, message: error.message)
    }

    fileprivate static func wrongInfo(_ line: SumFile.Entry, found: String) -> Finding {
        Finding(
            .checksumMismatch, object: BackupInfo.name, expected: line.digest, found: found,
            message: "is not what line \(line.line) of the sum file says")
    }

    static func invalidManifest(_ error: FormatError) -> Finding {
        let isOwnChecksum = if case .manifestChecksum = error { true } else { false }
        return Finding(isOwnChecksum ? .manifestChecksum : .manifestInvalid, error, in: BackupManifest.name)
    }
}
