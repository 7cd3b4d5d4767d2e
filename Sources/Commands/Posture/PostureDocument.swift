// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Operations

/// `pg_backctl.posture/1`: how a store keeps its backups.
struct PostureDocument: Encodable {
    let schema = "pg_backctl.posture/1"
    var exitStatus: Int32
    var location: String
    var newestBackup: Nullable<String>
    var keepDays: Nullable<Int>
    var bucket: Nullable<BucketPosture>
    var directory: Nullable<DirectoryPosture>
    var advice: [PostureAdvice]

    init(_ report: PostureReport) {
        (exitStatus, location) = (report.exitStatus.rawValue, report.location)
        (newestBackup, keepDays) = (Nullable(report.newestBackup), Nullable(report.keepDays))
        (bucket, directory, advice) = (Nullable(nil), Nullable(nil), report.advice)
        switch report.place {
        case .bucket(let posture): bucket = Nullable(posture)
        case .directory(let posture): directory = Nullable(posture)
        }
    }
}
