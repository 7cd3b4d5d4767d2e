// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Operations
import Planning
import Settings

extension SweepVerb {
    /// Writes a plan for several machines.
    func makePlan(
        at path: String, _ order: SweepOrder, _ memory: Memory, _ configuration: Configuration,
        _ application: Application
    ) throws -> ExitStatus {
        let path = Paths.location(path)
        let point = try configuration.meetingPlaces(application).point(path)
        let made = try MakePlan(order, memory, application.context)
            .make(at: point, secret: configuration.sharedSecret())
        let plan = made.plan.plan
        let rest = made.left > 0 ? "; \(made.left) more are left to sweeps of one machine" : ""
        application.terminal.say(
            "\(Units.count(plan.work.count, "thing")) to do, \(Units.bytes(plan.bytes)), in '\(shown(path))'\(rest)"
        )
        for (name, error) in made.unreachable {
            application.terminal.say("\(name): could not be looked at: \(shown(error.message))")
        }
        if globals.json {
            application.terminal.document(try JSONDocument.text(MadePlanDocument(made, path)))
        }
        return made.exitStatus
    }

    /// Does one part of a plan.
    func doShard(of path: String) throws -> ExitStatus {
        guard let results = sharing.results else {
            throw CommandError.missingArgument(
                "--results", hint: "name the directory that all machines share, or s3://bucket/prefix.")
        }
        let (index, count) = try sharing.part()
        let application = try Application(globals, config: config.file)
        guard let configuration = application.configuration else {
            throw ConfigurationError.missing(Configuration.usualPath)
        }
        let (secret, jobs) = (try configuration.sharedSecret(), try ReadingOptions.jobs(jobs))
        let places = configuration.meetingPlaces(application)
        let plan = try SharedPlan(at: places.point(Paths.location(path)), secret: secret)
        let stores = try configuration.stores.filter { plan.storeNames.contains($0.name) }
            .map { try SweepStore($0, in: configuration, jobs: jobs) }
        let shard = try RunShard(index, of: count, plan, in: stores, jobs: jobs, application.context)
        // What was proven is put there also when somebody stops the shard.
        var lasting = application.context
        lasting.cancellation = Cancellation()
        let place = try MeetingPlaces(configuration.shards?.reach, lasting).place(Paths.location(results))
        let progress = SweepProgress(application.terminal, total: shard.bytes)
        let report = try ProgressDisplay(terminal: application.terminal).whileShown({ progress.line }) {
            try shard.run(into: place, secret: secret, observer: progress)
        }
        application.terminal.say("shard \(index) of \(count): what was proven is in '\(shown(report.file))'")
        if globals.json {
            application.terminal.document(
                try JSONDocument.text(ShardDocument(report, index, of: count, plan)))
        }
        return report.exitStatus
    }
}

/// `pg_backctl.sweep-plan-made/1`: a plan for several machines.
struct MadePlanDocument: Encodable {
    let schema = "pg_backctl.sweep-plan-made/1"
    var exitStatus: Int32
    var plan, file: String
    var works, left: Int
    var bytes: UInt64
    var unreachable: [SweepPlanDocument.Unreachable]

    init(_ made: MadePlan, _ path: String) {
        (exitStatus, plan, file) = (made.exitStatus.rawValue, made.plan.id, path)
        (works, left, bytes) = (made.plan.plan.work.count, made.left, made.plan.plan.bytes)
        unreachable = made.unreachable.map {
            SweepPlanDocument.Unreachable(store: $0.store, message: $0.error.message, hints: $0.error.hints)
        }
    }
}

/// `pg_backctl.sweep-shard/1`: what one machine's part of a plan came to.
struct ShardDocument: Encodable {
    let schema = "pg_backctl.sweep-shard/1"
    var exitStatus: Int32
    var plan, file: String
    var shard, shards: Int
    var isStopped: Bool
    var works: [SweptWork]

    init(_ report: ShardReport, _ shard: Int, of shards: Int, _ plan: SharedPlan) {
        (exitStatus, self.plan, file) = (report.exitStatus.rawValue, plan.id, report.file)
        (self.shard, self.shards) = (shard, shards)
        (isStopped, works) = (report.isStopped, report.works)
    }
}
