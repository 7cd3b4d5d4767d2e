// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Operations
import Planning

/// `pg_backctl.sweep/1`: what a sweep came to.
struct SweepDocument: Encodable {
    let schema = "pg_backctl.sweep/1"
    var exitStatus: Int32
    var sweep: Int64
    var schedule: Nullable<String>
    var slot: Nullable<Timestamp>
    var started, ended: Timestamp
    var endedBy: SweepEnd.Reason
    var seed: String
    var stores: [SweptStore]
    var left: [WorkLeft]
    var shortfalls: [String]

    init(_ report: SweepReport) {
        (exitStatus, sweep) = (report.end.exitStatus, report.id.value)
        (schedule, slot) = (Nullable(report.start.schedule), Nullable(report.start.slot))
        (started, ended, endedBy) = (report.start.started, report.end.ended, report.end.reason)
        seed = String(report.start.seed)
        (stores, left) = (report.stores, report.plan.left)
        shortfalls = report.plan.shortfalls.map(\.message)
    }
}

/// `pg_backctl.sweep-dry-run/1`: what a sweep would do.
struct SweepPlanDocument: Encodable {
    let schema = "pg_backctl.sweep-dry-run/1"
    var exitStatus: Int32
    var plan: SweepPlan
    var shortfalls: [String]
    var unreachable: [Unreachable]

    struct Unreachable: Encodable {
        var store, message: String
        var hints: [String]
    }

    init(_ prepared: PreparedSweep) {
        unreachable = prepared.unreachable.map {
            Unreachable(store: $0.store, message: $0.error.message, hints: $0.error.hints)
        }
        exitStatus = (unreachable.isEmpty ? ExitStatus.success : .inconclusive).rawValue
        (plan, shortfalls) = (prepared.plan, prepared.plan.shortfalls.map(\.message))
    }
}
