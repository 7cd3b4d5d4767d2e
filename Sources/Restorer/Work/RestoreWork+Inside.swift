// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import PrivatePostgres

/// What is inside of the recovered cluster, before it is put in its place.
extension RestoreWork {
    /// The cluster's own settings, as they will count; none where they cannot be read, which the first start tells.
    func startSettings(_ target: any RestoreTarget) -> StartSettings {
        ownConfiguration(target).map { StartSettings($0) } ?? StartSettings()
    }

    /// Keeps the names of those that do not count for a private server.
    mutating func noteNeutralised(_ target: any RestoreTarget) {
        report.neutralised = ownConfiguration(target).map { NeutralisedSettings.names(in: $0) } ?? []
    }

    private func ownConfiguration(_ target: any RestoreTarget) -> ServerConfiguration? {
        let settings = FirstStartSettings(data: target.data, target: request.target, owner: request.owner)
        return try? settings.configuration(with: request.configuration?.files ?? [:])
    }

    func look(
        inside server: ServerConnection, _ target: any RestoreTarget, _ settings: StartSettings,
        _ version: Int
    ) throws(RestoreError) -> InsideReport {
        let look = InsideLook(
            server: server, entrance: InsideEntrance(data: target.data, scripts: request.scripts),
            settings: settings, majorVersion: version, cancellation: world.cancellation)
        return InsideReport(try look.look { world.observer.looked(at: $0, of: $1) })
    }

    /// Keeps what was seen, and goes no further when something is out of reach that nobody has taken as it is.
    mutating func judge(
        _ inside: InsideReport, _ outcome: RecoveryOutcome, _ target: any RestoreTarget
    ) throws {
        var judged = inside.accepting(request.acceptedUnreachable)
        judged.findings += target.told
        report.inside = judged
        // From here on nothing is recovered again, whatever becomes of the settings.
        try target.enter(.recovered)
        let refused = judged.findings.filter { $0.severity == .error }
        guard !refused.isEmpty else { return }
        let end = plan.ranges.map(\.end).max()
        let wayBack = wayBack(refused, outcome, target)
        if let found = EarlierEnd(refused, wayBack, end: end), earlier == nil,
            target.hasPristine || isRehearsal
        {
            throw found
        }
        let ways = WaysOut(refused, wayBack: wayBack, end: end, staging: target.path)
        throw RestoreError.unreachable(refused, hints: ways.hints)
    }

    /// The position that gives back what was there before a drop that was replayed in part; of several the first.
    private func wayBack(
        _ refused: [Finding], _ outcome: RecoveryOutcome, _ target: any RestoreTarget
    ) -> DropSearch.Answer {
        let dropped = Set(refused.compactMap(\.dropped))
        guard !dropped.isEmpty else { return .notThere }
        guard let control = try? DataDirectory(target.data).control() else {
            return .unread("pg_control cannot be read")
        }
        world.observer.noted("looking in the WAL for what was dropped")
        let search = DropSearch(
            data: target.data, wal: target.stagedWAL, archive: restore.wal?.store, control: control,
            outcome: outcome,
            cancellation: world.cancellation)
        return .first(of: dropped.map { search.lastCommit(before: $0) })
    }
}

extension Finding {
    /// What is as a drop of it would leave it.
    var dropped: Dropped? {
        guard case .inside(let fact) = fact else { return nil }
        return switch fact {
        case .lostDatabase(_, let identifier), .invalidDatabase(_, let identifier): .database(identifier)
        case .lostTablespace(_, let identifier): .tablespace(identifier)
        default: nil
        }
    }
}
