// SPDX-License-Identifier: Apache-2.0
import AuditModel
import DockerEngine
import Logging

/// Takes away the containers and volumes of trials that were killed, or whose time to be looked at is over.
///
/// What only looks like ours, or may be in use by somebody whom this process cannot see, stays.
struct ReapContainers {
    let engine: Engine
    let context: OperationContext

    /// What cannot be removed goes into the log, and the next trial tries it again.
    func run() throws(EngineError) {
        let now = TrialMark(at: context.clock.now)
        var kept: Set<String> = []
        for listed in try engine.containers(labelled: TrialMark.label) {
            guard let mark = TrialMark(listed.labels) else { continue }
            let container = try engine.container(listed.id)
            guard let container, container.name.hasPrefix(TrialMark.prefix) else { continue }
            if mark.isOver(seenBy: now, isRunning: container.isRunning) {
                attempt(container.name) { () throws(EngineError) in try engine.removeContainer(container.id) }
            } else {
                kept.formUnion(container.volumes.values)
            }
        }
        for volume in try engine.volumes(labelled: TrialMark.label)
        where volume.name.hasPrefix(TrialMark.prefix) && !kept.contains(volume.name) {
            guard let mark = TrialMark(volume.labels), mark.isOver(seenBy: now, isRunning: false) else {
                continue
            }
            attempt(volume.name) { () throws(EngineError) in try engine.removeVolume(volume.name) }
        }
    }

    private func attempt(_ name: String, _ step: () throws(EngineError) -> Void) {
        do throws(EngineError) { try step() } catch {
            context.logger.warning(
                "what an earlier trial left cannot be removed",
                metadata: ["name": "\(ObjectName(name))", "why": "\(error.message)"])
        }
    }
}
