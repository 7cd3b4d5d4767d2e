// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import GRDB

extension HistoryDatabase {
    /// What trials of a cluster saw in its catalogues, newest trial first: those of backups at or below a place, of which the
    /// server answered.
    public func baselines(
        ofCluster systemIdentifier: UInt64? = nil, at place: String
    ) throws -> [PastBaseline] {
        var query = Query(PastBaseline.select, HistoryFilter(place: place))
        query.narrow(systemIdentifier.map { Int64(bitPattern: $0) }, "system_identifier = ?")
        return try read { db in try query.rows(db, order: "trial_id DESC").map(PastBaseline.init) }
    }

    /// All that a trial saw in the catalogues; nil when it saw none.
    public func baseline(of trial: TrialID) throws -> Baseline? {
        try read { db in try BaselineTable.baseline(of: trial.value, db) }
    }
}

extension PastBaseline {
    fileprivate static let select = """
        SELECT s.trial_id, s.system_identifier, s.timeline, s.position, s.moment, b.url, b.label, e.ended,
            NOT EXISTS (SELECT 1 FROM trial_check c WHERE c.trial_id = s.trial_id AND c.name = 'baseline'
                AND c.origin = 'built-in' AND c.severity = 'error' AND c.outcome <> 'passed') AS is_right
        FROM trial_baseline s JOIN trial_end e ON e.trial_id = s.trial_id AND e.level IS NOT NULL
        JOIN trial t ON t.id = s.trial_id JOIN backup b ON b.id = t.backup_id
        """

    fileprivate init(_ row: Row) {
        self.init(
            trial: TrialID(row["trial_id"]), place: BackupPlace(row), end: ClusterPosition(row),
            moment: row.time("moment"), ended: row.time("ended"), isRight: row["is_right"])
    }
}
