// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import Diagnostics
import Files
import Foundation
import Glibc
import ObjectStore
import PrivatePostgres
import Restorer
public import Settings
import StoreLending
import Threads

/// The part of a trial that runs in its container: an order comes in, backups and WAL are read from stores that are lent,
/// and what was seen goes out, all of it over the standard input and output.
///
/// It is the first process of its container, so that its end is the end of all the others there.
public struct TryInside: Sendable {
    private let settings: Settings
    private let context: OperationContext
    private let scratch: String
    private let outside: DescriptorChannel

    /// For who was started in a container by `TryInContainer`.
    ///
    /// `program` runs pg_backctl in the container, `scratch` is where it may write; absolute paths. `input` and `output` are
    /// descriptors that lead to the process outside, and to nothing else.
    public init(
        program: String, scratch: String, input: Int32, output: Int32, _ settings: Settings,
        _ context: OperationContext
    ) throws {
        outside = try DescriptorChannel(input: input, output: output)
        var context = context
        (context.executable, context.isContained) = (program, true)
        (self.settings, self.context, self.scratch) = (settings, context, scratch)
    }

    /// Returns when what was seen is told; ends the process when nobody is there any more to be told.
    public func run() throws -> ExitStatus {
        // The server runs foreign code as the same user.
        try OwnProcess.closeToOthers()
        let outside = StoreBorrower(over: outside)
        let arrival = Monitor<InsideOrder?>(nil)
        let listener = WorkerThread.start {
            outside.listen { message in
                guard let order = try? JSONDecoder().decode(InsideOrder.self, from: Data(message)) else {
                    return
                }
                arrival.withState { $0 = order }
            }
            _exit(ExitStatus.terminated.rawValue)
        }
        guard listener != nil else { throw OperationError.usage("no thread is left", hint: "free some.") }
        return carryOut(arrival.wait { $0 }, outside)
    }

    private func carryOut(_ order: InsideOrder, _ outside: StoreBorrower) -> ExitStatus {
        let observer = InsideObserver(outside)
        do {
            let prepared = try TryBackup(try trial(order, outside), .none, context).prepare()
            observer.tell(.planned(goal: "\(prepared.start.goal)", bytes: prepared.plan.bytesToRead))
            let report = try telling(observer) { try prepared.run(observer: observer) }
            if let seen = report.seen { observer.tell(seen) }
            observer.tell(
                .ended(report.end.bounded, report.failure.map { ToldError($0, report.exitStatus) }))
            return report.exitStatus
        } catch {
            let told = ToldError(error)
            observer.tell(.refused(told))
            return told.exitStatus
        }
    }

    /// Tells about twice a second how far reading has come.
    private func telling<Result>(
        _ observer: InsideObserver, _ body: () throws -> Result
    ) rethrows -> Result {
        let isOver = Monitor(false)
        let thread = WorkerThread.start {
            while !isOver.withState({ $0 }) {
                usleep(500_000)
                observer.tellMeters()
            }
        }
        defer {
            isOver.withState { $0 = true }
            thread?.join()
        }
        return try body()
    }

    private func trial(_ order: InsideOrder, _ outside: StoreBorrower) throws -> TrialOrder {
        var store = StoreAddress(order.store, settings)
        store.lent = outside.store(0, url: order.store)
        var trial = TrialOrder(
            of: order.label, in: store, goal: order.goal, scratch: scratch, owner: try ServerOwner.find(nil),
            jobs: order.jobs, searchPath: settings.searchPath)
        if let name = order.walArchive {
            var archive = StoreAddress(name, settings)
            archive.lent = outside.store(1, url: name)
            trial.walArchive = archive
        }
        (trial.archiveName, trial.seed) = (order.archiveName, order.seed)
        // How long, they know outside.
        trial.keepsFailedFor = order.keepsFailed ? 366 * 86_400 : nil
        trial.checks.builtIn = order.builtIn
        trial.foreignCode.limits.time = order.timeLimit
        // What it is compared with, they know outside.
        trial.checks.comparesBaseline = false
        if let checks = order.checks { trial.checks = try Self.checks(checks, trial.checks) }
        return trial
    }

    private static func checks(_ told: InsideOrder.Checks, _ checks: TrialChecks) throws -> TrialChecks {
        var checks = checks
        let file = try CheckFile.parse(Array(told.text.utf8), name: "the file of checks")
        (checks.file, checks.window, checks.runsCommands) = (file, told.window, false)
        checks.previous = told.previous
        return checks
    }
}
