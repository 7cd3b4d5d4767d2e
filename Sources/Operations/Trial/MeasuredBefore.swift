// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Diagnostics
import History
import ObjectStore
import Restorer

/// What the checks of a file measured at the last trial of the same cluster.
struct MeasuredBefore: Codable, Equatable {
    /// By the checks' names.
    var values: [String: Double] = [:]
    /// Why the history could not be read; nil where it was.
    var trouble: ToldError?

    /// Nil where there was none; throws where nobody knows.
    func value(of check: String) throws(ToldError) -> Double? {
        if let trouble { throw trouble }
        return values[check]
    }
}

extension MeasuredBefore {
    init(_ file: CheckFile, before backup: Backup, in store: any ObjectStore, _ memory: Memory) {
        guard let history = memory.history else { return }
        let cluster = try? backup.claimedCluster(in: store)
        do {
            for check in file.checks {
                values[check.name] = try history.lastMeasured(
                    check.name, in: ObjectName(check.database), at: store.url, ofCluster: cluster,
                    outcome: .passed)?.value
            }
        } catch { trouble = ToldError(error) }
    }
}
