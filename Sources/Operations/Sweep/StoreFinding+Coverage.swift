// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Planning

extension StoreFinding {
    /// Says what is not as it was to be.
    ///
    /// What is said of the newest backup is of its cluster: the next night's is the same finding.
    init(_ fact: CoverageFact, group: (String) -> String) {
        switch fact {
        case .overdue(let group, let since, let last):
            self.init(
                kind: "backup-overdue", subject: group, severity: .error,
                message:
                    "no backup came by \(since)\(last.map { ", the newest is \($0.label)" } ?? ", there never was one")",
                advice: "look at the job that takes backups", since: since)
        case .tooFew(let group, let count, let atLeast):
            self.init(
                kind: "too-few-backups", subject: group, severity: .error,
                message: "\(Self.present(count)), at least \(atLeast) are expected",
                advice: "look at the job that takes backups, and at what deletes them")
        case .shrank(let key, let part, let bytes, let before):
            self.init(
                kind: "backup-shrank", subject: group(key.label), severity: .error,
                message:
                    "\(Self.what(part)) \(Units.bytes(bytes)), \(Units.bytes(before)) is usual: was something dropped, or not backed up?",
                advice:
                    "compare the databases of the origin with the backup's: `pg_backctl trial` counts tables")
        case .froze(let key, let count, let since):
            self.init(
                kind: "backup-frozen", subject: group(key.label), severity: .error,
                message: "\(Units.count(count, "full backup")) in a row are of exactly the same sizes",
                advice: "is the backup taken of a server that nobody uses any more?", since: since)
        case .goneEarly(let key, _, let span):
            self.init(
                kind: "backup-gone", subject: key.label, severity: .error,
                message: "it is gone, and was the last proven one of \(span.unit.rawValue) \(span.begins)",
                advice: "look at what deletes backups; `pg_backctl gate` guards them")
        case .goneMarked(let key, _):
            self.init(
                kind: "backup-gone", subject: key.label, severity: .error,
                message: "it is gone, and somebody had marked it to be kept",
                advice: "look at what deletes backups; `pg_backctl gate` guards them")
        case .unfinished(let key, let since):
            self.init(
                kind: "upload-unfinished", subject: key.label, severity: .error,
                message: "its upload did not come to its end", advice: "upload it again, or delete it",
                since: since)
        }
    }

    private static func present(_ count: Int) -> String {
        count == 0 ? "no complete backup is there" : "only \(Units.count(count, "complete backup"))"
    }

    private static func what(_ part: String?) -> String {
        guard let part else { return "it has" }
        let words = part.split(separator: " ")
        guard words.count == 2 else { return "'\(part)' has" }
        return words[0] == "0"
            ? "its shared relations (\(words[1])) have" : "database \(words[0]) (\(words[1])) has"
    }
}
