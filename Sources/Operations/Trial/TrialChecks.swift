// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import History
import ObjectStore
public import Restorer

/// What a trial asks of the cluster that it recovered.
public struct TrialChecks: Sendable {
    /// What every cluster is asked; each can be switched off.
    public var builtIn = BuiltInChecks()
    /// Whether the cluster is compared with what earlier trials saw of it.
    public var comparesBaseline = true
    /// The part of its rows that a table may lose from one trial to the next before it is told, from 0 to 1.
    public var mayShrink = 0.5
    /// The user's; nil where there are none.
    public var file: CheckFile?
    /// How long all of the user's may take.
    public var window = Duration.seconds(3600)
    /// Whether commands of that file are run.
    var runsCommands = true
    /// What its checks measured at the last trial, by their names; nil to look into the history.
    var previous: [String: Double]?

    /// All that are built in.
    public init() {}
}

extension TrialChecks {
    /// What the checks of the file measured at the last trial of the same cluster, by their names.
    func measured(before backup: Backup, in store: any ObjectStore, _ memory: Memory) -> [String: Double] {
        guard let history = memory.history, let file else { return [:] }
        let cluster = try? backup.claimedCluster(in: store)
        return file.checks.reduce(into: [:]) { values, check in
            let last = try? history.lastMeasured(
                check.name, in: ObjectName(check.database), at: store.url, ofCluster: cluster,
                outcome: .passed)
            values[check.name] = last?.value
        }
    }
}
