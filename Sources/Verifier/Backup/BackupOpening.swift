// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import ObjectStore

/// The way from a listed backup to what is to be read of it: control objects, plan, tasks.
struct BackupOpening {
    /// What it ends in.
    struct Outcome {
        var groundwork: Groundwork
        /// Of the control objects, which are read already.
        var results: [ObjectResult] = []
        /// Empty when there is nothing to read, or nothing that could be held against it.
        var tasks: [ObjectTask] = []
    }

    let backup: Backup
    let place: BackupPlace
    let context: ReadingContext
    let lineage: Lineage
    let meter: BackupMeter

    /// Throws only when it was interrupted: a backup that cannot be read is an outcome, too.
    func open(_ memory: BackupMemory) throws(EarlyEnd) -> Outcome {
        var groundwork = Groundwork(started: context.clock.now, tampered: memory.tampered)
        var reader = ControlsReader(backup, at: place, memory, context: context, meter: meter)
        do throws(ObjectStoreError) { try reader.readAll() } catch {
            if error == .interrupted { throw .interrupted }
            groundwork.add(reader.controls)
            groundwork.add(obstacle: .unreadable(reader.beingRead, error))
            return Outcome(groundwork: groundwork, results: reader.controls.results)
        }
        groundwork.add(reader.controls)
        let tasks = isWorthReading(reader.controls, memory) ? tasks(reader.controls, memory, &groundwork) : []
        return Outcome(groundwork: groundwork, results: reader.controls.results, tasks: tasks)
    }

    /// What was whole once is no upload under way: what it lacks was taken away.
    private func isWorthReading(_ controls: Controls, _ memory: BackupMemory) -> Bool {
        if controls.isUnstable { return false }
        let wasComplete =
            memory.inspection?.isComplete == true
            || memory.pins.contains { $0.value.isAttested || $0.key == SumFile.name }
        return controls.completeness.isComplete || wasComplete
    }

    private func tasks(
        _ controls: Controls, _ memory: BackupMemory, _ groundwork: inout Groundwork
    ) -> [ObjectTask] {
        let plan = BackupPlan(
            .init(
                backup: backup, place: place, memory: memory, attestor: controls.attestor,
                isAttestorUnchanged: controls.isAttestorUnchanged,
                comparesMembers: controls.manifest != nil, read: controls.read))
        let contents = ContentWork(
            backup, controls.manifest, memory, options: context.options,
            isManifestAttestor: controls.isManifestAttestor)
        if let manifest = controls.manifest { lineage.learn(.init(manifest), of: backup.label) }
        groundwork.findings += plan.findings + controls.contradictions(label: place.label)
        if !contents.judgesWAL { groundwork.findings += backup.walFindings }
        (groundwork.absences, groundwork.contents) = (plan.absences, contents)
        if case .nobody = controls.attestor { groundwork.hasAttestor = false }
        guard let only = context.options.only else {
            return plan.tasks.map { contents.ordered(equipped($0)) }
        }
        groundwork.absences = Absences()
        return plan.tasks.filter { only.contains($0.name) }.map { contents.ordered(equipped($0)) }
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

    private func isUsable(_ progress: ObjectProgress, for task: ObjectTask) -> Bool {
        if case .read(let states) = progress.extent, !states.canBeResumed(inObjectOf: task.size) {
            return false
        }
        return progress.validators == task.object.validators
            && context.clock.now.seconds(since: progress.since) <= context.options.progressLifetime
            && progress.since <= context.clock.now
    }
}

extension Groundwork {
    fileprivate mutating func add(_ controls: Controls) {
        findings += controls.findings
        completeness = controls.completeness
        isAttestorValid = controls.isAttestorValid && !controls.isUnstable
        if controls.isUnstable { hasAttestor = false }
    }
}
