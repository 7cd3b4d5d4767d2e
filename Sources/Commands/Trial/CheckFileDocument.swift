// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Restorer

/// `pg_backctl.checks/1`: what a file of checks asks.
struct CheckFileDocument: Encodable {
    let schema = "pg_backctl.checks/1"
    var exitStatus = ExitStatus.success.rawValue
    var checks: [Check]

    struct Check: Encodable {
        var name, database, explanation: String
        var severity: Severity
        var timeoutSeconds: Double
    }

    init(_ file: CheckFile) {
        checks = file.checks.map {
            Check(
                name: $0.name, database: $0.database, explanation: $0.explanation, severity: $0.severity,
                timeoutSeconds: $0.timeout)
        }
    }
}
