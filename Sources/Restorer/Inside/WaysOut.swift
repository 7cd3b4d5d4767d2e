// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats

/// What somebody can do about a cluster that was recovered and has things in it that nobody can reach.
struct WaysOut {
    private let facts: [Finding.InsideFact]
    private let wayBack: DropSearch.Answer
    /// Where the backup ends, before which nothing can be recovered.
    private let end: LogSequenceNumber?
    private let staging: String

    init(_ findings: [Finding], wayBack: DropSearch.Answer, end: LogSequenceNumber?, staging: String) {
        facts = findings.compactMap { if case .inside(let fact) = $0.fact { fact } else { nil } }
        (self.wayBack, self.end, self.staging) = (wayBack, end, staging)
    }

    var hints: [String] { [drop, locale].compactMap(\.self) + [acceptance] }

    private var drop: String? {
        guard facts.contains(where: \.isDrop) else { return nil }
        let position: LogSequenceNumber
        switch wayBack {
        case .found(let found): position = found.position
        case .notThere:
            return
                "no DROP of it was found in the WAL that was replayed: the origin had begun it before the backup ended, or lost the directory; an older backup may have it."
        case .unread(let reason):
            return
                "where its DROP was begun could not be looked for: \(reason). A goal before it gives it back: --to-time or --to-lsn."
        }
        if let end, position < end {
            return
                "its DROP was begun before the backup ended: restore an older backup, to WAL position \(position)."
        }
        return
            "--to-lsn \(position) gives it back: there its DROP was not begun yet. What was committed after that is not in the copy then."
    }

    private var locale: String? {
        let isAboutLocale = facts.contains { fact in
            guard case .closedDatabase(_, let words) = fact else { return false }
            return words.contains("locale") || words.contains("LC_")
        }
        return isAboutLocale
            ? "install the locale on this machine (Debian: `dpkg-reconfigure locales`; elsewhere `localedef -i de_DE -f UTF-8 de_DE.UTF-8`), then the same command goes on."
            : nil
    }

    private var acceptance: String {
        let names = facts.compactMap(\.unreachable).map { "\($0)".replacing("'", with: #"'\''"#) }
        let words = names.map { "--accept-unreachable '\($0)'" }
        return
            "what was recovered is kept in '\(ObjectName(staging))', and the same command looks once more; to take it as it is, add \(Set(words).sorted().joined(separator: " "))."
    }
}

extension Finding.InsideFact {
    fileprivate var isDrop: Bool {
        switch self {
        case .lostDatabase, .invalidDatabase, .lostTablespace: true
        default: false
        }
    }
}
