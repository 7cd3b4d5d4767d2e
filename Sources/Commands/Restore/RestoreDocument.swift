// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import Diagnostics
import PrivatePostgres
import Restorer
import WALArchive

/// `pg_backctl.restore-plan/1`: what a restore would do.
struct RestorePlanDocument: Encodable {
    let schema = "pg_backctl.restore-plan/1"
    let exitStatus: Int32
    var plan: RestorePlanNode

    init(_ plan: RestorePlan) {
        exitStatus = (plan.objections.first ?? plan.expectedStop)?.exitStatus.rawValue ?? 0
        self.plan = RestorePlanNode(plan)
    }
}

struct RestorePlanNode: Encodable {
    struct Tablespace: Encodable {
        var oid: UInt32
        var origin: Nullable<String>
        var directory: String
        var bytes: Nullable<UInt64>
    }

    struct Skipped: Encodable {
        var label: String
        var reason: String
    }

    struct Room: Encodable {
        var directory: String
        var bytesLeast, bytesLikely, bytesFree, filesLeast, filesLikely: UInt64
        var filesFree: Nullable<UInt64>
        var isTight: Bool

        init(_ room: RestorePlan.Room) {
            (directory, isTight) = (room.directory, room.isTight)
            (bytesLeast, bytesLikely, bytesFree) = (room.bytes.least, room.bytes.likely, room.bytesFree)
            (filesLeast, filesLikely) = (room.files.least, room.files.likely)
            filesFree = Nullable(room.filesFree)
        }
    }

    /// What the archive of WAL holds behind the backup.
    struct Archive: Encodable {
        var segments: UInt64
        var last: Nullable<String>
        var end: String
        var timeline: UInt32
        var archived: Nullable<Timestamp>
        var isCut: Bool
        var endsBeforeGoal: Nullable<Bool>
        var ownPresent, ownMissing: UInt64
        var gap: Nullable<Gap>

        init(_ outlook: WALOutlook, _ goal: RecoveryGoal) {
            (segments, last) = (outlook.segments, Nullable(outlook.last.map { "\($0)" }))
            (end, timeline) = ("\(outlook.end)", outlook.timeline)
            (archived, isCut) = (Nullable(outlook.archived), outlook.isCut)
            endsBeforeGoal = Nullable(outlook.endsBefore(goal))
            (ownPresent, ownMissing) = (outlook.own.present, outlook.own.missingCount)
            gap = Nullable(outlook.gap.map { Gap(first: "\($0.first)", later: $0.later) })
        }
    }

    /// The first segment that is missing, and how many are there behind it.
    struct Gap: Encodable {
        var first: String
        var later: UInt64
    }

    /// Why it cannot be carried out.
    struct Refusal: Encodable {
        var exitStatus: Int32
        var message: String
        var hints: [String]
    }

    /// A tablespace that the WAL makes.
    struct Later: Encodable {
        var oid: UInt32
        var origin, lsn: String
        var directory: Nullable<String>
    }

    struct Unmapped: Encodable {
        var oid: UInt32
        var origin: Nullable<String>
    }

    var store, label, target, staging, owner, goal, outcome: String
    var chain: [String]
    var skipped: [Skipped]
    var taken: Nullable<Timestamp>
    var postgresVersion: Nullable<Int>
    var binaries: Nullable<String>
    var bytesToRead: UInt64
    var bytesToWrite: Nullable<UInt64>
    var files: Nullable<Int>
    var estimatedSeconds: Nullable<Double>
    var tablespaces: [Tablespace]
    var walDirectory: Nullable<String>
    var room: [Room]
    var walArchive: Nullable<String>
    var archive: Nullable<Archive>
    var timelines: [TimelineNode]
    var timelineWithoutHistory: Nullable<UInt32>
    var window: Nullable<WindowNode>
    var unmapped: [Unmapped]
    var laterTablespaces: [Later]
    var refusals: [Refusal]
    var scripts: [String]
    var firstStart: PlannedStartNode
    var isContinued, readsNothing, acceptsDamage: Bool
    var pristineCopy: Nullable<PristineNode>

    init(_ plan: RestorePlan) {
        let request = plan.request
        (store, label, target) = (plan.store, plan.facts.label, request.target)
        (staging, owner, goal) = (plan.staging, request.owner.argument, "\(plan.goal)")
        outcome =
            switch request.outcome {
            case .recovered: "recovered"
            case .recoveredAtFirstStart: "recovered-at-first-start"
            case .standby: "standby"
            }
        chain = plan.sources.map(\.facts.label)
        skipped = plan.skipped.map { Skipped(label: $0.label, reason: $0.reason) }
        taken = Nullable(plan.time?.timestamp)
        postgresVersion = Nullable(plan.majorVersion)
        binaries = Nullable(plan.binaries?.directory)
        (bytesToRead, bytesToWrite) = (plan.bytesToRead, Nullable(plan.bytesToWrite))
        (files, estimatedSeconds) = (
            Nullable(plan.filesToWrite), Nullable(plan.estimatedSeconds.map(rounded))
        )
        tablespaces = plan.tablespaces.map {
            Tablespace(
                oid: $0.identifier, origin: Nullable($0.origin), directory: $0.place,
                bytes: Nullable($0.bytes))
        }
        room = plan.room.map(Room.init)
        (walDirectory, walArchive) = (Nullable(request.walDirectory), Nullable(request.walArchive))
        archive = Nullable(
            plan.archive.flatMap { archive in
                if case .holds(let outlook) = archive { Archive(outlook, request.goal) } else { nil }
            })
        timelines = plan.timelines.map(TimelineNode.nodes) ?? []
        timelineWithoutHistory = Nullable(plan.timelines?.withoutHistory)
        window = Nullable(plan.window.map { WindowNode($0, allowsUnfinished: request.allowsUnfinished) })
        unmapped = plan.unmapped.map { Unmapped(oid: $0.identifier, origin: Nullable($0.origin)) }
        laterTablespaces = plan.laterTablespaces.map {
            Later(
                oid: $0.identifier, origin: $0.path.jsonText, lsn: "\($0.position)",
                directory: Nullable(request.tablespaces[$0.identifier]))
        }
        refusals = (plan.objections + [plan.expectedStop].compactMap(\.self)).map {
            Refusal(exitStatus: $0.exitStatus.rawValue, message: $0.message, hints: $0.hints)
        }
        scripts = request.scripts?.folder.names ?? []
        firstStart = PlannedStartNode(plan)
        (isContinued, readsNothing) = (plan.continues, plan.readsNothing)
        acceptsDamage = request.acceptedDamage != nil
        pristineCopy = Nullable(plan.pristine.map(PristineNode.init))
    }
}

/// `pg_backctl.restore/1`: what a restore came to.
struct RestoreDocument: Encodable {
    struct Phase: Encodable {
        var name: RestorePhase.Name
        var seconds: Double
        var bytes: Nullable<UInt64>
    }

    struct Recovery: Encodable {
        var end: String
        var timeline: UInt32
        var lastTransaction: Nullable<Timestamp>
        var seconds: Double
    }

    /// What was seen inside before the switch.
    struct Inside: Encodable {
        struct Node: Encodable {
            var code: FindingCode
            var severity: Severity
            var message: String
        }

        /// How many databases took a connection; null when no server was started.
        var databases: Nullable<Int>
        var findings: [Node]

        init(_ report: InsideReport) {
            databases = Nullable(report.databases)
            findings = report.findings.map {
                Node(code: $0.code, severity: $0.severity, message: $0.message)
            }
        }
    }

    let schema = "pg_backctl.restore/1"
    let exitStatus: Int32 = 0
    var plan: RestorePlanNode
    var isResumed: Bool
    var backups: [VerifyDocument.BackupNode]
    var phases: [Phase]
    var recovery: Nullable<Recovery>
    var scriptsRun: [String]
    var inside: Nullable<Inside>
    /// What `--check` asked; empty without it.
    var checks: [TrialNode.Check]
    /// What the restored settings will do at the first start, in sentences; and what was made a comment of.
    var firstStart, takenOut: [RemarkNode]
    var archivingOff: Nullable<ArchivingOffNode>
    var made: [String]
    var startCommands: Nullable<StartCommandsNode>

    init(_ report: RestoreReport, of plan: RestorePlan) {
        self.plan = RestorePlanNode(plan)
        isResumed = report.isResumed
        backups = report.readings.map(VerifyDocument.BackupNode.init)
        phases = report.phases.map {
            Phase(name: $0.name, seconds: rounded($0.seconds), bytes: Nullable($0.bytes))
        }
        recovery = Nullable(
            report.recovery.map {
                Recovery(
                    end: "\($0.end)", timeline: $0.timeline, lastTransaction: Nullable($0.lastTransaction),
                    seconds: rounded($0.seconds))
            })
        scriptsRun = report.scripts
        inside = Nullable(report.inside.map(Inside.init))
        checks = report.checks.map(TrialNode.Check.init)
        firstStart = (report.firstStart?.remarks ?? []).map(RemarkNode.init)
        takenOut = report.takenOut.map(RemarkNode.init)
        made = report.made
        startCommands = Nullable(report.startCommands.map(StartCommandsNode.init))
        archivingOff = Nullable(report.archivingOff.map(ArchivingOffNode.init))
    }
}
