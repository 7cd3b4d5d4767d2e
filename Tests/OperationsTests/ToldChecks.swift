// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Restorer

@testable import Operations

/// What an honest process in a container tells of a sound cluster.
enum ToldChecks {
    /// Of a cluster with the databases `postgres` and `shop`, asked all that is built in.
    static let builtIn: [CheckResult] =
        ["postgres", "shop"].flatMap { (database: ObjectName) in
            ["invalid indexes", "unlogged tables", "tables", "amcheck"].map { name in
                CheckResult(
                    name, .builtIn, database: database, .passed,
                    severity: name.contains(" ") ? .warning : .error, words: "well")
            }
        } + [pages]
    static let pages = CheckResult("pages", .builtIn, .passed, words: "well")

    static let end = told(builtIn)

    static func told(_ checks: [CheckResult]) -> TrialEnd {
        var end = TrialEnd(
            exitStatus: 0, level: .exercised, checks: checks, ended: Timestamp(seconds: 0))
        end.secondsToAnswer = 1
        return end
    }

    static func asked(_ file: String? = nil) -> TrialChecks {
        var checks = TrialChecks()
        checks.file = file.flatMap { try? CheckFile.parse(Array($0.utf8), name: "checks.yaml") }
        return checks
    }
}
