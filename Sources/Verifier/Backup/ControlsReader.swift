// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import Inspection
import ObjectStore

/// Reads the control objects of a backup, each with what the ones before it said: sum file, info file, manifest.
///
/// What was read before the store failed stays in `controls`.
struct ControlsReader {
    private let backup: Backup
    private let place: BackupPlace
    private let memory: BackupMemory
    private let context: ReadingContext
    private let meter: BackupMeter
    private(set) var controls = Controls()
    /// The object that an error of the store is about.
    private(set) var beingRead = SumFile.name

    init(
        _ backup: Backup, at place: BackupPlace, _ memory: BackupMemory, context: ReadingContext,
        meter: BackupMeter
    ) {
        (self.backup, self.place, self.memory) = (backup, place, memory)
        (self.context, self.meter) = (context, meter)
    }

    mutating func readAll() throws(ObjectStoreError) {
        if let object = backup.sumFile { try readSumFile(object) }
        if let object = backup.infoFile { try readInfo(object) }
        if let object = backup.manifest { try readManifest(object) }
        if backup.manifest == nil { judgeCompleteness(by: nil) }
    }

    /// Without a sum file it is the manifest that says what there ought to be.
    private mutating func readManifest(_ object: StoredObject) throws(ObjectStoreError) {
        if backup.sumFile == nil {
            try readAttestingManifest(object)
        } else if context.options.level >= .inspected {
            try readManifestForContents(object)
        }
    }

    private mutating func judgeCompleteness(by manifest: BackupManifest?) {
        controls.completeness = backup.completeness(manifest: manifest, now: context.clock.now)
    }

    // MARK: What attests

    private mutating func readSumFile(_ object: StoredObject) throws(ObjectStoreError) {
        let reading = try read(object, SumFile.name, into: WholeObject.self) {
            (try? SumFile.parse($0)) != nil
        }
        if reading.change == .unstable { return }
        do throws(FormatError) {
            controls.attestor = .sumFile(try SumFile.parse(reading.value))
            controls.isAttestorUnchanged = reading.change == .unchanged
        } catch {
            reject(Finding(.control(.invalidSumFile(.init(error))), object: SumFile.name))
        }
    }

    private mutating func readAttestingManifest(_ object: StoredObject) throws(ObjectStoreError) {
        let reading = try read(
            object, BackupManifest.name, provesItself: true, into: ManifestObject.self
        ) { $0.isSuccess }
        if reading.change == .unstable { return }
        let manifest: BackupManifest
        do throws(FormatError) { manifest = try reading.value.get() } catch {
            return reject(.invalidManifest(error))
        }
        controls.manifest = manifest
        judgeCompleteness(by: manifest)
        guard backup.kind == .plain else { return }
        controls.attestor = .manifest(manifest)
        controls.isAttestorUnchanged = reading.change == .unchanged
        try readRecoverySettings(manifest)
    }

    /// An attestor that cannot be understood, by two readings that agree.
    private mutating func reject(_ finding: Finding) {
        controls.isAttestorValid = false
        controls.findings.append(finding)
    }

    /// Settings that pg_basebackup appended after it made the manifest are told and are no damage.
    private mutating func readRecoverySettings(_ manifest: BackupManifest) throws(ObjectStoreError) {
        let name = RecoverySettings.file
        guard let promise = manifest.files[name],
            let object = backup.objects.first(where: { backup.relativeName(of: $0) == name }),
            object.size > promise.size, object.size - promise.size <= 64 << 10, promise.size <= 1 << 20
        else { return }
        let reading = try reader.read(object, name: name, pin: memory.pins[name], into: WholeObject.self) {
            promise.isPrefix(of: $0)
        }
        // Appended once, before the first reading: what is appended later is judged like any other change.
        guard [.first, .unchanged].contains(reading.change), promise.isPrefix(of: reading.value) else {
            return
        }
        var result = reading.result(name: name, pin: memory.pins[name], now: context.clock.now)
        (result.isAttested, result.isJudgedWhole) = (true, true)
        result.findings.append(Finding(.member(.appendedSettings), object: name))
        meter.advance(by: object.size)
        controls.read.insert(name)
        context.options.output?.keep(reading.value, of: name)
        controls.results.append(result)
    }

    // MARK: What does not attest

    /// Beside a sum file the manifest is an object like any other, which is read and judged with them; here it
    /// is read for what it says of the contents.
    private mutating func readManifestForContents(_ object: StoredObject) throws(ObjectStoreError) {
        let name = BackupManifest.name
        beingRead = name
        let reading = try reader.read(
            object, name: name, pin: memory.pins[name], provesItself: true, into: ManifestObject.self
        ) { $0.isSuccess }
        if reading.change == .unstable {
            controls.findings += reading.findings
            return
        }
        do throws(FormatError) { controls.manifest = try reading.value.get() } catch {
            controls.findings.append(.invalidManifest(error))
        }
    }

    private mutating func readInfo(_ object: StoredObject) throws(ObjectStoreError) {
        do throws(ObjectStoreError) {
            let reading = try read(object, BackupInfo.name, into: WholeObject.self) { _ in true }
            controls.info = BackupInfo.parse(reading.value)
            if reading.change != .unstable,
                let line = controls.sumFile?.entries.first(where: { $0.name == BackupInfo.name }),
                line.digest != reading.seen.sha256
            {
                controls.findings.append(.wrongInfo(line, found: reading.seen.sha256))
            }
        } catch {
            if error == .interrupted { throw error }
            // A claim that cannot be read is one claim less; the verdict never rests on it.
            controls.read.insert(BackupInfo.name)
            var finding = Finding.unreadable(BackupInfo.name, error)
            finding.severity = .warning
            controls.findings.append(finding)
        }
    }

    // MARK: Reading

    private var reader: ControlReader { ControlReader(context: context) }

    /// Reads one with a line of its own in the report.
    private mutating func read<Sink: ControlSink & ~Copyable>(
        _ object: StoredObject, _ name: ObjectName, provesItself: Bool = false, into sink: Sink.Type,
        isValid: (Sink.Value) -> Bool
    ) throws(ObjectStoreError) -> ControlReading<Sink.Value> {
        beingRead = name
        let reading = try reader.read(
            object, name: name, pin: memory.pins[name], provesItself: provesItself, into: sink,
            isValid: isValid)
        meter.advance(by: object.size)
        controls.read.insert(name)
        if reading.change == .unstable, name != BackupInfo.name { controls.isUnstable = true }
        controls.results.append(reading.result(name: name, pin: memory.pins[name], now: context.clock.now))
        return reading
    }
}

extension Finding {
    fileprivate static func wrongInfo(_ line: SumFile.Entry, found: String) -> Finding {
        let fact = ControlFact.infoChecksum(line: line.line, expected: line.digest, found: found)
        return Finding(.control(fact), object: BackupInfo.name)
    }

    fileprivate static func invalidManifest(_ error: FormatError) -> Finding {
        let isOwnChecksum = if case .manifestChecksum = error { true } else { false }
        let fault = FormatFault(error)
        return Finding(
            .control(isOwnChecksum ? .manifestChecksum(fault) : .invalidManifest(fault)),
            object: BackupManifest.name)
    }
}
