// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import History
import Synchronization

/// Says whose a file of the data directory is, as the trial restore knew it that is nearest to the backup.
///
/// File nodes change when a relation is rewritten. So only trials of the same cluster in the same store are asked: the newest
/// of this very backup, or else the one whose data are nearest in time. What the history cannot tell has no name.
final class RelationNames: Sendable {
    private let history: HistoryDatabase?
    /// By the places of backups; nil for one that no trial tells of.
    private let known = Mutex<[String: Known?]>([:])

    private struct Known {
        var past: PastBaseline
        var baseline: Baseline
    }

    init(_ history: HistoryDatabase?) { self.history = history }

    /// The same with names.
    func naming(_ report: BackupReport, in place: BackupPlace?) -> BackupReport {
        guard let place else { return report }
        var report = report
        for index in report.findings.indices {
            report.findings[index].relation = relation(ofFile: report.findings[index].member, in: place)
        }
        return report
    }

    /// Of a file by its path in the data directory; nil where no trial knew it.
    func relation(ofFile path: String?, in place: BackupPlace) -> NamedRelation? {
        guard let file = path.flatMap({ RelationFile(ObjectName($0)) }), let known = known(of: place) else {
            return nil
        }
        return NamedRelation(
            tablespace: file.tablespace, database: file.database, fileNode: file.fileNode,
            fork: file.fork.rawValue, in: known.baseline, of: known.past.trial, asOf: known.past.ended)
    }

    private func known(of place: BackupPlace) -> Known? {
        known.withLock { known in
            if let found = known[place.url] { return found }
            let found = try? look(for: place)
            known[place.url] = .some(found)
            return found
        }
    }

    private func look(for place: BackupPlace) throws -> Known? {
        guard let history, let past = try Self.nearest(to: place, in: history),
            let baseline = try history.baseline(of: past.trial)
        else { return nil }
        return Known(past: past, baseline: baseline)
    }

    private static func nearest(to place: BackupPlace, in history: HistoryDatabase) throws -> PastBaseline? {
        if let own = try history.baselines(at: place.url).first { return own }
        guard let cluster = try history.systemIdentifiers(at: place.url)[place.url] else { return nil }
        let others = try history.baselines(ofCluster: cluster, at: place.store)
        guard let time = LabelTime.read(place.label) else { return others.first }
        return others.min { $0.moment.isNearer(to: time, than: $1.moment) }
    }
}

extension BackupPlace {
    /// The folder that the backup's is in.
    fileprivate var store: String {
        ObjectName(bytes: ObjectName(url).folder.bytes.dropLast()).utf8Text ?? url
    }
}

extension Timestamp {
    fileprivate func isNearer(to time: Timestamp, than other: Timestamp) -> Bool {
        abs(seconds - time.seconds) < abs(other.seconds - time.seconds)
    }
}

/// Tells somebody of verdicts with the names of relations.
struct NamingObserver: VerificationObserver {
    private let observer: any VerificationObserver
    private let names: RelationNames
    /// Of backups, by their labels.
    private let places: [String: BackupPlace]

    init(_ observer: any VerificationObserver, _ names: RelationNames, _ places: [String: BackupPlace]) {
        (self.observer, self.names, self.places) = (observer, names, places)
    }

    func backupStarted(_ meter: BackupMeter) { observer.backupStarted(meter) }

    func backupFinished(_ report: BackupReport) {
        observer.backupFinished(names.naming(report, in: places[report.label]))
    }
}
