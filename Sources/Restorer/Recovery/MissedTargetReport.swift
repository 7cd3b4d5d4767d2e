// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Diagnostics
public import PrivatePostgres
import WALArchive

/// A target that a restore did not come to: how far it came, what it passed, and what can be done about it.
public struct MissedTargetReport: Sendable, Equatable {
    /// What became of the files that were written and proven.
    enum Files: Sendable, Equatable {
        /// They are in the staging folder of this target, as they were proven.
        case kept(target: String, staging: String)
        /// They went away, and why there was no copy.
        case gone(String)
    }

    /// What was wrong with the archive of WAL, and what to do about it.
    struct WALArchiveTrouble: Sendable, Equatable {
        var words: String
        var hint: String?
    }

    /// What PostgreSQL and the archive say of it.
    public let missed: MissedTarget
    var archive: WALArchiveTrouble?
    /// What lay on the way.
    var passed = PassedWAL()
    /// Where the backup's own WAL ends: no target lies before that.
    ///
    /// Nil where nobody says.
    var earliest: LogSequenceNumber?
    /// The first segment that is missing from the archive, which has later ones.
    var gap: String?
    var files = Files.gone("")

    init(_ missed: MissedTarget) { self.missed = missed }

    /// Points that recovery could stop at, of those that it passed.
    private var reachable: [RecoverableWindow.RestorePoint] {
        guard let first = missed.reach.consistent ?? earliest else { return [] }
        return passed.restorePoints.filter { $0.position >= first }
    }

    var message: String {
        let reason = missed.reason(last: passed.lastCommit?.time)
        let told = [reason, archive?.words].compactMap(\.self) + gapWords
        return "\(missed.step) failed: \(told.joined(separator: "; "))"
    }

    private var gapWords: [String] {
        gap.map { ["'\($0)' is missing from the archive, which has later segments"] } ?? []
    }

    var hints: [String] {
        [archive?.hint ?? missed.hint] + [pointsWords, suggestionWords].compactMap(\.self) + fileWords
    }

    /// How many restore points are told.
    private static let told = 8

    private var pointsWords: String? {
        guard !passed.restorePoints.isEmpty else { return nil }
        let last = passed.restorePoints.suffix(Self.told)
        let others = passed.restorePoints.count - last.count
        let list = last.map { "'\($0.name)' (\(PostgresTime.text(of: $0.time)), \($0.position))" }
        return "it passed the restore points \(others > 0 ? "(\(others) more before) " : "")"
            + list.joined(separator: ", ") + "."
    }

    private var suggestionWords: String? {
        let found = TargetSuggestion.found(
            insteadOf: missed.goal, points: reachable, lastCommit: reachableCommit)
        guard !found.isEmpty else { return nil }
        return "it can be recovered to \(found.map(\.words).joined(separator: "; "))."
    }

    private var reachableCommit: WALEventLog.Commit? {
        guard let commit = passed.lastCommit, let first = missed.reach.consistent ?? earliest,
            commit.position >= first
        else { return nil }
        return commit
    }

    var isKept: Bool { if case .kept = files { true } else { false } }

    private var fileWords: [String] {
        switch files {
        case .kept(let target, let staging):
            [
                "the files are kept in '\(ObjectName(staging))': the same command with another target starts recovery again and reads nothing.",
                "to give them up: pg_backctl restore --target \(ShellWord(target)) --discard",
            ]
        case .gone(let reason):
            ["the files were not kept\(reason.isEmpty ? "" : " (\(reason))"): the next run reads them again."]
        }
    }
}
