// SPDX-License-Identifier: Apache-2.0
import AuditModel
import PrivatePostgres
import Restorer
import Synchronization

/// Watches a restore and says in one line how far it is.
final class RestoreProgress: RestoreObserver, VerificationObserver {
    private let terminal: Terminal
    private let total: UInt64
    private let state = Mutex(State())

    private struct State {
        var phase: RestorePhase.Name?
        var meters: [BackupMeter] = []
        var watch = Stopwatch()
        var recovery: RecoveryProgress?
        var script: String?
        var check: String?
        var database: (number: Int, count: Int)?
        /// In bytes, of the files that are kept.
        var copied: UInt64 = 0
    }

    init(_ terminal: Terminal, total: UInt64) { (self.terminal, self.total) = (terminal, total) }

    func began(_ phase: RestorePhase.Name, bytes: UInt64?) {
        state.withLock { ($0.phase, $0.watch) = (phase, Stopwatch()) }
    }

    func recovered(_ progress: RecoveryProgress) { state.withLock { $0.recovery = progress } }

    func copied(_ bytes: UInt64) { state.withLock { $0.copied &+= bytes } }

    func scriptBegan(_ name: String) { state.withLock { $0.script = name } }

    func looked(at database: Int, of count: Int) {
        state.withLock { $0.database = (database, count) }
    }

    func asking(_ check: String) { state.withLock { $0.check = check } }

    func noted(_ text: String) { terminal.say(text) }

    func backupStarted(_ meter: BackupMeter) { state.withLock { $0.meters.append(meter) } }

    func backupFinished(_ report: BackupReport) {}

    var line: String {
        let state = state.withLock { $0 }
        switch state.phase {
        case nil where state.copied > 0, .sync where state.copied > 0:
            return "keeping a copy of the files, \(Units.bytes(state.copied))"
        case nil: return ""
        case .plan: return "choosing and planning"
        case .copy: return "keeping a copy of the files"
        case .download, .write, .stream:
            let done = state.meters.reduce(0) { $0 &+ $1.done }
            return Advance.line(
                ["restoring"] + Advance(done: done, total: total, elapsed: state.watch.seconds).parts)
        case .sync: return "making it safe on disk"
        case .combine: return "putting incremental backups together"
        case .recover, .scripts: return Self.server(state)
        case .checks: return "checking \(state.check ?? "it")"
        case .cleanUp: return "taking it away"
        case .switch: return "moving it to its place"
        }
    }

    private static func server(_ state: State) -> String {
        if let database = state.database {
            return "looking into database \(database.number) of \(database.count)"
        }
        guard state.phase == .scripts else { return recovery(state.recovery, seconds: state.watch.seconds) }
        return "running \(state.script.map { ObjectName($0).description } ?? "scripts")"
    }

    private static func recovery(_ progress: RecoveryProgress?, seconds: Double) -> String {
        guard let progress else { return "starting PostgreSQL" }
        guard let total = progress.total, total > 0 else {
            return Advance.line([
                "recovering", "at \(progress.replayed)", Units.rate(progress.done, seconds: seconds),
            ])
        }
        let advance = Advance(done: progress.done, total: total, elapsed: seconds)
        return Advance.line(["recovering", "at \(progress.replayed)"] + advance.parts)
    }
}
