// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import BackupFormats
import Catalogue
public import Diagnostics
import Files
import Inspection
public import ObjectStore
import PrivatePostgres

/// Carries out a plan: stream and prove, sync, recover privately, run scripts, switch.
///
/// 1. Every byte of the backup is read, proven and written into a staging folder beside the target.
/// 2. All of it is made safe on disk.
/// 3. A private server recovers it to the goal, is checked and stopped.
/// 4. Settings and scripts of the user's are put in.
/// 5. The staged directory takes the target's name.
///
/// Until the fifth step the target is as it was. After each step the journal in the staging folder says so, and
/// the same restore goes on from there when this process was killed.
public struct Restore {
    let plan: RestorePlan
    let store: any ObjectStore
    let reading: any ProvenReading
    /// Nil when all WAL is in the backup.
    let wal: WALSource?
    let environment: Environment

    /// What a restore needs of the world around it.
    public struct Environment: Sendable {
        /// Where it is remembered.
        public var log: any RestoreLog
        /// Who is told how far it is.
        public var observer: any RestoreObserver
        /// What tells the time of day.
        public var clock: WallClock
        /// What asks it to stop.
        public var cancellation: Cancellation
        /// The folders of PATH.
        public var searchPath: [String]
        /// What the history says it was done by.
        public var toolVersion: String
        /// What the recovered cluster is asked; nil for nothing but the look inside.
        public var questions: ClusterQuestions?
        /// The full path of this program, which holds the private server to its directories; nil for a program that cannot.
        public var executable: String?
        /// How the cluster's own code is run where nobody relies on what it does: that of a trial; nil for a restore, whose user is
        /// going to run it anyway.
        public var foreignCode: ForeignCode?
        /// Whether all of it runs in a container that is made for it, which holds the server, too.
        public var isContained = false

        /// Until it is set, nothing is asked, nothing runs in a container, and the cluster's own code runs as in any restore.
        public init(
            log: any RestoreLog, observer: any RestoreObserver, clock: WallClock, cancellation: Cancellation,
            searchPath: [String], toolVersion: String, executable: String? = nil
        ) {
            self.executable = executable
            (self.log, self.observer, self.clock) = (log, observer, clock)
            (self.cancellation, self.searchPath) = (cancellation, searchPath)
            self.toolVersion = toolVersion
        }
    }

    /// Nothing is done yet.
    public init(
        _ plan: RestorePlan, from store: any ObjectStore, wal: WALSource?, reading: any ProvenReading,
        _ environment: Environment
    ) {
        (self.plan, self.store, self.wal) = (plan, store, wal)
        (self.reading, self.environment) = (reading, environment)
    }

    /// Returns when the target is there and safe on disk; throws when it is as it was before.
    public func run() throws -> RestoreReport {
        let record = try environment.log.begin(start)
        var work = RestoreWork(self, record)
        do {
            try work.perform()
        } catch {
            // What went wrong first is what is told, even when the history cannot even take its end.
            let reason = (error as? any UserError)?.message ?? "\(error)"
            var end = end(of: work.report, Self.status(of: error), reason)
            if case .targetMissed(let missed) = error as? RestoreError {
                end.endPosition = missed.missed.reach.replayed.map { "\($0)" }
            }
            try? environment.log.end(record, end)
            throw error
        }
        do { try environment.log.end(record, end(of: work.report, .success)) } catch {
            environment.observer.noted("the history could not be written: \(error)")
        }
        return work.report
    }

    /// Does all but the switch, and takes away what was made, but for what is to be kept.
    ///
    /// Nothing is thrown: what failed is a part of what was shown.
    public func rehearse(keeping: Rehearsal.Keeping = .nothing) -> Rehearsal {
        var work = RestoreWork(self, RestoreID(0))
        return work.rehearse(keeping: keeping)
    }

    private var start: RestoreStart {
        RestoreStart(
            place: plan.backup.place(inStoreAt: plan.store), target: plan.request.target,
            goal: "\(plan.request.goal)", acceptsDamage: plan.request.acceptedDamage != nil,
            isResumed: plan.continues,
            started: environment.clock.now, toolVersion: environment.toolVersion)
    }

    private func end(of report: RestoreReport, _ status: ExitStatus, _ failure: String? = nil) -> RestoreEnd {
        RestoreEnd(
            exitStatus: status.rawValue, failure: failure,
            findings: report.readings.flatMap(\.findings) + (report.inside?.findings ?? []),
            endPosition: report.recovery.map { "\($0.end)" }, timeline: report.recovery?.timeline,
            ended: environment.clock.now)
    }

    private static func status(of error: any Error) -> ExitStatus {
        (error as? any UserError)?.exitStatus ?? .unknown
    }
}
