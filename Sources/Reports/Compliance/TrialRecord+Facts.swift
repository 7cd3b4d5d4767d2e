// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics

extension TrialRecord {
    init(_ line: TrialLine, among stores: [ReportedStore]) {
        let end = line.end
        let checks = end?.checks ?? []
        self.init(
            trial: line.id.value, store: stores.owner(of: line.start.place)?.name,
            label: line.start.place.label, folder: stores.folder(of: line.start.place),
            started: line.start.started, ended: end?.ended,
            outcome: Self.outcome(end), level: end?.level, failure: end?.failure,
            secondsToAnswer: end?.secondsToAnswer?.told,
            secondsBehind: end?.newestData.map { max(0, Double(line.start.started.seconds(since: $0))) },
            checksPassed: checks.count { $0.outcome == .passed },
            checksFailed: checks.count { $0.outcome == .failed || $0.outcome == .hung },
            checksNotRun: checks.count { $0.outcome == .notRun }, replaysArchive: line.start.replaysArchive,
            runtime: line.start.runtime, serverVersion: end?.serverVersion, startedBy: line.start.startedBy,
            cleanUp: end.map { Self.words($0.cleanUp) })
    }

    /// Nothing but 0 is a pass, and only 18 and 1 speak against the backup.
    private static func outcome(_ end: TrialEnd?) -> Outcome {
        guard let end else { return .unfinished }
        switch ExitStatus(rawValue: end.exitStatus) {
        case .success: return .passed
        case .trialFailed, .damaged, .tampered: return .failed
        default: return .inconclusive
        }
    }

    private static func words(_ cleanUp: TrialEnd.CleanUp) -> String {
        switch cleanUp {
        case .removed: "removed"
        case .kept: "kept"
        case .failed: "failed"
        }
    }
}

extension RestoreRecord {
    init(_ line: RestoreLine) {
        self.init(
            restore: line.id.value, label: line.start.place.label, target: line.start.target,
            started: line.start.started, ended: line.end?.ended, exitStatus: line.end?.exitStatus,
            failure: line.end?.failure, acceptsDamage: line.start.acceptsDamage)
    }
}

extension [ReportedStore] {
    /// The store that a backup lies in: of several that would hold it, the innermost.
    func owner(of place: BackupPlace) -> ReportedStore? {
        filter { $0.holds(place.url) }.max {
            $0.location.utf8.count < $1.location.utf8.count
        }
    }

    /// The folder below its store that a backup lies in; empty for the store itself, and for one of no store.
    func folder(of place: BackupPlace) -> String {
        guard let location = owner(of: place)?.location else { return "" }
        return place.url.dropFirst(location.count).split(separator: "/").dropLast().joined(separator: "/")
    }
}
