// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Diagnostics
import PrivatePostgres
import WALArchive

/// A target that recovery would have come to, as it is typed.
struct TargetSuggestion: Equatable {
    var option: String
    /// What is there.
    var place: String

    var words: String { "\(place): \(option)" }

    /// What a person may have meant, and the last commit before recovery came to its end; nothing where nothing is known.
    ///
    /// `points` and `lastCommit` are where recovery can stop. The last commit is named by its position: to its time
    /// PostgreSQL would not recover, for it stops only before a transaction that ended later.
    static func found(
        insteadOf goal: RecoveryGoal, points: [RecoverableWindow.RestorePoint],
        lastCommit: WALEventLog.Commit?
    ) -> [TargetSuggestion] {
        var found: [TargetSuggestion] = []
        if case .name(let name) = goal.target, let point = nearest(to: name, among: points) {
            found.append(
                TargetSuggestion(
                    option: "--to-name \(ShellWord("\(point.name)"))",
                    place: "restore point '\(point.name)'"))
        }
        if let commit = lastCommit {
            found.append(
                TargetSuggestion(
                    option: "--to-lsn \(commit.position)",
                    place: "the last commit, of \(PostgresTime.text(of: commit.time))"))
        }
        return found
    }

    /// The name that is most like a word, the newest of those that are alike; nil when none is much like it.
    static func nearest(
        to word: String, among points: [RecoverableWindow.RestorePoint]
    ) -> RecoverableWindow.RestorePoint? {
        let most = max(2, word.count / 3)
        let rated = points.filter { $0.name.utf8Text != nil }.map { point in
            (point: point, distance: Spelling.distance(word, "\(point.name)"))
        }
        let best = rated.map(\.distance).min() ?? .max
        return best <= most ? rated.last { $0.distance == best }?.point : nil
    }
}

/// How far apart two words are.
enum Spelling {
    /// The letters to change, add, leave out or swap with their neighbours; case counts for nothing.
    static func distance(_ one: String, _ other: String) -> Int {
        let (one, other) = (Array(one.lowercased()), Array(other.lowercased()))
        var before: [Int] = []
        var row = Array(0...other.count)
        for (index, letter) in one.enumerated() {
            let last = row
            row[0] = index + 1
            for (column, match) in other.enumerated() {
                let change = last[column] + (letter == match ? 0 : 1)
                row[column + 1] = min(change, last[column + 1] + 1, row[column] + 1)
                let isSwap =
                    index > 0 && column > 0 && letter == other[column - 1] && one[index - 1] == match
                if isSwap { row[column + 1] = min(row[column + 1], before[column - 1] + 1) }
            }
            before = last
        }
        return row[other.count]
    }
}
