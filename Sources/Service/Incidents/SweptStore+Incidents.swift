// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics

extension SweptStore {
    /// What is wrong with the store and its backups, after a sweep that began at a time.
    func incidents(at time: Timestamp) -> [Incident] {
        if let failure { return [unreachable(failure, at: time)] }
        return backups.compactMap { incident(of: $0, at: time) } + failedTrials(at: time)
            + untested(at: time) + unreached(at: time)
            + findings.compactMap { incident(of: $0, at: time) }
    }

    /// Whether this sweep would have found the incident again if it were still there.
    func judges(_ incident: Incident) -> Bool {
        guard incident.store == name, incident.kind != Incident.silence else { return false }
        guard failure == nil else { return false }
        // Where everything is gone, what was wrong with it has not become right.
        if findings.contains(where: { $0.kind == StoreFinding.emptied }),
            Self.ofBackups.contains(incident.kind)
        {
            return false
        }
        switch incident.kind {
        case Incident.trialFailed: return hasPassedSince(incident)
        case Self.inconclusive, Self.unreached: return hasLookedAgain(incident)
        default:
            return !findings.contains { Self.unread[$0.kind].map { incident.kind.hasPrefix($0) } ?? false }
        }
    }

    /// Why an incident that this sweep has closed is over, where nothing was shown to be right.
    func ending(of incident: Incident) -> String? {
        guard incident.store == name, Self.ofBackups.contains(incident.kind),
            !backups.contains(where: { $0.label == incident.subject })
        else { return nil }
        return Self.gone
    }

    private static let gone = "the backup is not there any more; nothing was shown to be right"

    /// What is not looked at where something could not be read, by the beginnings of its kinds.
    private static let unread = ["wal-unread": "wal-", "copy-unread": "copy-", "posture-unread": "posture-"]

    /// A later trial of it or of the same cluster has passed, or the backup is gone.
    private func hasPassedSince(_ incident: Incident) -> Bool {
        backups.first { $0.label == incident.subject }?.failedTrial == nil
    }

    private func hasLookedAgain(_ incident: Incident) -> Bool {
        !backups.contains { $0.label == incident.subject }
            || work.contains { $0.label == incident.subject && !$0.isCutOff }
    }

    static let inconclusive = "inconclusive"
    static let unreachable = "store-unreachable"
    static let unreached = StoreFinding.unreached
    private static let damaged = "damaged"
    private static let tampered = "tampered"
    /// What is said of one backup.
    private static let ofBackups = [damaged, tampered, Incident.trialFailed, inconclusive, unreached]

    // MARK: Each kind

    private func unreachable(_ failure: String, at time: Timestamp) -> Incident {
        Incident(
            store: name, kind: Self.unreachable, since: time,
            headline: "the store cannot be read: \(failure)",
            meaning: "Nothing was verified there. Its backups may be as they were; nobody knows.",
            command: "pg_backctl list --store \(ShellWord(name))")
    }

    private func incident(of backup: BackupStatus, at time: Timestamp) -> Incident? {
        let words = work.first { $0.label == backup.label }?.words.map { ": \($0)" } ?? ""
        let best = nextBest(besides: backup)
        switch backup.verdict {
        case .damaged?:
            return Incident(
                store: name, kind: Self.damaged, subject: backup.label, since: time,
                headline: "backup \(backup.label) is damaged\(words)",
                meaning:
                    "It cannot be relied on for a restore. Take a new backup; `pg_backctl history findings --open` says what was found.",
                nextBest: best,
                command: restore(best) ?? verify(backup.label))
        case .tampered?:
            return Incident(
                store: name, kind: Self.tampered, subject: backup.label, since: time,
                headline: "backup \(backup.label) was replaced\(words)",
                meaning:
                    "Data and checksums have changed together since they were pinned. If it was not you, somebody has written there.",
                nextBest: best, command: verify(backup.label))
        default: return nil
        }
    }

    private func failedTrials(at time: Timestamp) -> [Incident] {
        let own = work.filter { $0.kind == .trial && $0.exitStatus == ExitStatus.trialFailed.rawValue }
        let others = backups.filter { backup in
            backup.failedTrial != nil && !own.contains { $0.label == backup.label }
        }
        return own.map { failedTrial(of: $0.label, $0.words, since: time) }
            + others.map { failedTrial(of: $0.label, nil, since: $0.failedTrial ?? time) }
    }

    private func failedTrial(of label: String, _ words: String?, since time: Timestamp) -> Incident {
        let best = backups.first { $0.label == label }.flatMap { nextBest(besides: $0) }
        return Incident(
            store: name, kind: Incident.trialFailed, subject: label, since: time,
            headline: "the trial restore of backup \(label) failed\(words.map { ": \($0)" } ?? "")",
            meaning: "Its bytes are as they were written, but it does not come up as it should.",
            nextBest: best,
            command: restore(best)
                ?? "pg_backctl history trials --label \(ShellWord(BackupPlace.label(ofBackup: label)))"
        )
    }

    /// What was to be shown and could not be: nothing is said about the backup, and somebody has to look.
    private func untested(at time: Timestamp) -> [Incident] {
        work.filter { $0.exitStatus == ExitStatus.inconclusive.rawValue && !$0.isCutOff }.map { work in
            let what = work.kind == .trial ? "tried" : "read to its end"
            return Incident(
                store: name, kind: Self.inconclusive, subject: work.label, severity: .warning, since: time,
                headline: "backup \(work.label) could not be \(what)\(work.words.map { ": \($0)" } ?? "")",
                meaning: "Nothing is said about the backup: the store or this machine fell short.",
                command: work.kind == .trial
                    ? "pg_backctl trial --store \(ShellWord(name)) --backup \(ShellWord(work.label))"
                    : verify(work.label))
        }
    }

    /// What is whole, as far as anybody can see, and holds nothing by which that could be shown.
    private func unreached(at time: Timestamp) -> [Incident] {
        // What was read to its end is told of the store, all of it at once.
        let isTold = findings.contains { $0.kind == Self.unreached }
        return work.filter {
            $0.exitStatus == ExitStatus.policyNotMet.rawValue && !(isTold && $0.reached != nil)
        }.map { work in
            Incident(
                store: name, kind: Self.unreached, subject: work.label, since: time,
                headline:
                    "backup \(work.label) did not reach '\(work.level.rawValue)'\(work.words.map { ": \($0)" } ?? "")",
                meaning: "Nothing speaks against it, but what the policy asks for cannot be shown of it.",
                command: verify(work.label))
        }
    }

    private func incident(of finding: StoreFinding, at time: Timestamp) -> Incident? {
        guard finding.severity == .error else { return nil }
        let isNamed = finding.subject.isEmpty || finding.message.contains(finding.subject)
        let subject = isNamed ? "" : "\(finding.subject): "
        return Incident(
            store: name, kind: finding.kind, subject: finding.subject, severity: finding.severity,
            since: finding.since ?? time, headline: subject + finding.message,
            meaning: finding.advice.map { "What to do: \($0)\($0.hasSuffix(".") ? "" : ".")" } ?? "",
            command: "pg_backctl list --store \(ShellWord(name))")
    }

    private func nextBest(besides backup: BackupStatus) -> RecoveryPoint? {
        groups.first { $0.name == backup.group }?.newestSound.flatMap { $0.label == backup.label ? nil : $0 }
    }

    private func restore(_ best: RecoveryPoint?) -> String? {
        best.map {
            "pg_backctl restore --store \(ShellWord(name)) --backup \(ShellWord($0.label)) --target DIR"
        }
    }

    private func verify(_ label: String) -> String {
        "pg_backctl verify --store \(ShellWord(name)) --backup \(ShellWord(label)) --verbose"
    }
}
