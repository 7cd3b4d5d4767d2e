// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import Diagnostics
import ObjectStore
import Synchronization

/// One backup under verification, from its first listing to its verdict in the history.
///
/// `prepare` says what is to be read; the pieces are done by whatever threads are free; the one that does
/// the last of them calls `conclude`.
final class BackupVerification: Sendable {
    let context: ReadingContext
    let backup: Backup
    let place: BackupPlace
    let run: RunID
    let meter: BackupMeter
    private let state = Mutex(State())
    private let watch = Stopwatch()
    private let started: Timestamp

    private struct State {
        var outstanding = 0
        var results: [ObjectResult] = []
        var findings: [Finding] = []
        var absentees: [BackupPlan.Absentee] = []
        var isSumFileValid = true
        var hasAttestor = true
        var incompleteness: Completeness = .complete
        var isLocked = false
        var tampered: Set<ObjectName> = []
        /// The control object that an error of the store is about.
        var beingRead = SumFile.name
    }

    init(_ backup: Backup, context: ReadingContext, run: RunID) {
        (self.backup, self.context, self.run) = (backup, context, run)
        place = backup.place(inStoreAt: context.store.url)
        meter = BackupMeter(label: backup.label, bytes: backup.size)
        started = context.clock.now
    }

    /// Takes the lock, reads the control objects and lays out the work; empty when there is none to do.
    func prepare() throws(Stop) -> [WorkPiece] {
        do {
            try context.ledger.lock(place, for: run)
            state.withLock { $0.isLocked = true }
            let memory = try context.ledger.memory(of: place)
            state.withLock { $0.tampered = memory.tampered }
            return layOut(try readControls(memory), memory)
        } catch let error as ObjectStoreError {
            if error == .interrupted { throw .interrupted }
            add(.unreadable(state.withLock { $0.beingRead }, error))
        } catch let error as any UserError where error.exitStatus == .busy {
            add(Finding(.backupBusy, message: error.message))
        } catch {
            throw .failed(error)
        }
        return []
    }

    /// Something that keeps the backup from being looked at.
    private func add(_ finding: Finding) {
        state.withLock { state in
            state.findings.append(finding)
            state.hasAttestor = false
        }
    }

    // MARK: Control objects

    private struct Controls {
        var attestor = Attestor.nobody
        var isAttestorUnchanged = false
        var info: BackupInfo?
        var read: Set<ObjectName> = []
        /// Nobody knows what the sum file or manifest says, so nothing can be held against it.
        var isUnstable = false
    }

    private func readControls(_ memory: BackupMemory) throws -> Controls {
        var controls = Controls()
        if let object = backup.sumFile { try readSumFile(object, memory, &controls) }
        if let object = backup.infoFile { try readInfo(object, memory, &controls) }
        if backup.sumFile == nil, let object = backup.manifest { try readManifest(object, memory, &controls) }
        return controls
    }

    private func readSumFile(_ object: StoredObject, _ memory: BackupMemory, _ controls: inout Controls)
        throws
    {
        let reading = try read(object, SumFile.name, memory, &controls) { (try? SumFile.parse($0)) != nil }
        if reading.change == .unstable { return }
        do throws(FormatError) {
            controls.attestor = .sumFile(try SumFile.parse(reading.bytes))
            controls.isAttestorUnchanged = reading.change == .unchanged
        } catch {
            reject(SumFile.name, .sumFileInvalid, error, reading)
        }
    }

    private func readManifest(_ object: StoredObject, _ memory: BackupMemory, _ controls: inout Controls)
        throws
    {
        let reading = try read(object, BackupManifest.name, memory, &controls, provesItself: true) {
            (try? BackupManifest.parse($0)) != nil
        }
        if reading.change == .unstable { return }
        var manifestOfPlain: BackupManifest?
        do throws(FormatError) {
            let manifest = try BackupManifest.parse(reading.bytes)
            state.withLock {
                $0.incompleteness = backup.completeness(manifest: manifest, now: context.clock.now)
            }
            guard backup.kind == .plain else { return }
            controls.attestor = .manifest(manifest)
            controls.isAttestorUnchanged = reading.change == .unchanged
            manifestOfPlain = manifest
        } catch {
            let isOwnChecksum = if case .manifestChecksum = error { true } else { false }
            reject(BackupManifest.name, isOwnChecksum ? .manifestChecksum : .manifestInvalid, error, reading)
        }
        if let manifestOfPlain { try readRecoverySettings(manifestOfPlain, memory, &controls) }
    }

    /// Settings that pg_basebackup appended after it made the manifest are told and are no damage.
    private func readRecoverySettings(
        _ manifest: BackupManifest, _ memory: BackupMemory, _ controls: inout Controls
    ) throws {
        let name = RecoverySettings.file
        guard let promise = manifest.files.first(where: { $0.path == name }),
            let object = backup.objects.first(where: { backup.relativeName(of: $0) == name }),
            object.size > promise.size, object.size - promise.size <= 64 << 10, promise.size <= 1 << 20
        else { return }
        let reader = ControlReader(context: context, place: place)
        let reading = try reader.read(object, name: name, pin: memory.pins[name], provesItself: false) {
            promise.isPrefix(of: $0)
        }
        // Appended once, before the first reading: what is appended later is judged like any other change.
        guard [.first, .unchanged].contains(reading.change), promise.isPrefix(of: reading.bytes) else {
            return
        }
        var result = reading.result(name: name, pin: memory.pins[name], now: context.clock.now)
        result.isAttested = true
        result.findings.append(
            Finding(
                .recoverySettingsAdded, .warning, object: name,
                message:
                    "pg_basebackup --write-recovery-conf appended settings; the rest is as in the manifest"))
        meter.advance(by: object.size)
        controls.read.insert(name)
        state.withLock { [result] in $0.results.append(result) }
    }

    private func readInfo(_ object: StoredObject, _ memory: BackupMemory, _ controls: inout Controls) throws {
        do {
            let reading = try read(object, BackupInfo.name, memory, &controls) { _ in true }
            controls.info = BackupInfo.parse(reading.bytes)
        } catch let error as ObjectStoreError where error != .interrupted {
            // A claim that cannot be read is one claim less; the verdict never rests on it.
            controls.read.insert(BackupInfo.name)
            var finding = Finding.unreadable(BackupInfo.name, error)
            finding.severity = .warning
            state.withLock { [finding] in $0.findings.append(finding) }
        }
    }

    private func read(
        _ object: StoredObject, _ name: ObjectName, _ memory: BackupMemory, _ controls: inout Controls,
        provesItself: Bool = false, isValid: ([UInt8]) -> Bool
    ) throws -> ControlReading {
        state.withLock { $0.beingRead = name }
        let reader = ControlReader(context: context, place: place)
        let reading = try reader.read(
            object, name: name, pin: memory.pins[name], provesItself: provesItself, isValid: isValid)
        meter.advance(by: object.size)
        controls.read.insert(name)
        if reading.change == .unstable, name != BackupInfo.name { controls.isUnstable = true }
        let result = reading.result(name: name, pin: memory.pins[name], now: context.clock.now)
        state.withLock { $0.results.append(result) }
        return reading
    }

    /// A sum file or manifest that cannot be understood, by two readings that agree.
    private func reject(
        _ name: ObjectName, _ code: FindingCode, _ error: FormatError, _ reading: ControlReading
    ) {
        state.withLock { state in
            state.isSumFileValid = false
            state.findings.append(
                Finding(
                    code, object: name, expected: error.expected, found: error.found, message: error.message))
        }
    }

    // MARK: Work

    private func layOut(_ controls: Controls, _ memory: BackupMemory) -> [WorkPiece] {
        if controls.isUnstable {
            state.withLock { ($0.isSumFileValid, $0.hasAttestor) = (false, false) }
            return []
        }
        let incompleteness = state.withLock { state in
            if backup.manifest == nil {
                state.incompleteness = backup.completeness(manifest: nil, now: context.clock.now)
            }
            return state.incompleteness
        }
        // What was whole once is no upload under way: what it lacks was taken away.
        let wasComplete = memory.pins.contains { $0.value.isAttested || $0.key == SumFile.name }
        guard incompleteness.isComplete || wasComplete else { return [] }
        let plan = BackupPlan(
            .init(
                backup: backup, place: place, memory: memory, attestor: controls.attestor,
                isAttestorUnchanged: controls.isAttestorUnchanged, read: controls.read))
        state.withLock { state in
            state.findings += plan.findings + claimFindings(controls) + backup.walFindings
            state.absentees = plan.absentees
            if case .nobody = controls.attestor { state.hasAttestor = false }
        }
        let pieces = plan.tasks.sorted { $0.size > $1.size }.flatMap { self.pieces(of: equipped($0)) }
        state.withLock { $0.outstanding = pieces.count }
        return pieces
    }

    /// What the info file gets wrong is worth knowing and no more: it is never relied on.
    private func claimFindings(_ controls: Controls) -> [Finding] {
        guard let info = controls.info else { return [] }
        let sumFile: SumFile? = if case .sumFile(let file) = controls.attestor { file } else { nil }
        return info.contradictions(label: place.label, sumFile: sumFile).map {
            Finding(.infoContradicts, .warning, object: BackupInfo.name, message: $0)
        }
    }

    /// A task with the states and the progress that hold for it.
    private func equipped(_ task: ObjectTask) -> ObjectTask {
        var task = task
        if context.options.isFresh {
            task.progress = nil
            return task
        }
        if let progress = task.progress, !isUsable(progress, for: task) { task.progress = nil }
        if let pin = task.expectation.pin, pin.midstates != nil,
            let midstates = try? context.ledger.midstates(of: task.name, in: place)
        {
            task.known = KnownChunks(midstates, pin: pin)
        }
        return task
    }

    private func isUsable(_ progress: Progress, for task: ObjectTask) -> Bool {
        if case .read(let states) = progress.extent, !states.canBeResumed(inObjectOf: task.size) {
            return false
        }
        return progress.validators == task.object.validators
            && context.clock.now.seconds(since: progress.since) <= context.options.progressLifetime
            && progress.since <= context.clock.now
    }

    private func pieces(of task: ObjectTask) -> [WorkPiece] {
        if context.options.level == .listed { return [.head(self, task)] }
        if case .complete? = task.progress?.extent { return [.whole(self, task)] }
        guard task.canBeProvenInChunks, let known = task.known else { return [.whole(self, task)] }
        let chunked = ChunkedObject(task, known: known, context: context, meter: meter)
        let spans = chunked.spans
        return spans.isEmpty ? [.whole(self, task)] : spans.map { .span(self, chunked, $0) }
    }

    /// Takes in the result of a piece of work; says whether it was the last one.
    func complete(_ result: ObjectResult?) -> Bool {
        state.withLock { state in
            if let result { state.results.append(result) }
            state.outstanding -= 1
            return state.outstanding == 0
        }
    }

    // MARK: Verdict

    /// Puts the verdict together, writes it into the history and gives up the lock.
    func conclude() throws(Stop) -> BackupReport {
        if context.cancellation.isRequested { throw .interrupted }
        let absent = try confirmAbsence()
        let summary = state.withLock { state in
            BackupSummary(
                .init(
                    results: state.results, findings: state.findings.filter { !absent.refutes($0) },
                    absent: absent,
                    isSumFileValid: state.isSumFileValid, hasAttestor: state.hasAttestor,
                    completeness: state.incompleteness, levelAsked: context.options.level, backup: backup,
                    tampered: state.tampered))
        }
        let report = summary.report(label: backup.label, started: started, seconds: watch.seconds)
        if state.withLock({ $0.isLocked }) {
            let outcome = BackupOutcome(
                place: place, report: report, levelAsked: context.options.level, pins: summary.pinChanges,
                ended: context.clock.now)
            do { try context.ledger.record(outcome, in: run) } catch { throw .failed(error) }
            state.withLock { $0.isLocked = false }
        }
        return report
    }

    private func confirmAbsence() throws(Stop) -> AbsenceCheck.Outcome {
        let (absentees, gone, unlisted) = state.withLock { state in
            (
                state.absentees, state.results.filter(\.isGone).map(\.report.name),
                state.findings.filter { $0.code == .unlistedObject }.compactMap(\.object)
            )
        }
        do throws(ObjectStoreError) {
            return try AbsenceCheck(context: context, backup: backup)
                .confirm(absentees, gone: gone, unlisted: unlisted)
        } catch {
            if error == .interrupted { throw .interrupted }
            return AbsenceCheck.Outcome(
                findings: [.unreadable(backup.folder, error)], verdict: .inconclusive,
                phantoms: Set(unlisted))
        }
    }

    /// Leaves the backup without a verdict; what was read stays kept.
    func abandon() {
        if state.withLock({ $0.isLocked }) { try? context.ledger.release(place) }
    }
}
