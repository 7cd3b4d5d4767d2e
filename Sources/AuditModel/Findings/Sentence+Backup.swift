// SPDX-License-Identifier: Apache-2.0

extension Finding {
    func sentence(_ fact: BackupFact) -> Sentence {
        switch fact {
        case .incomplete(let reason, let isYoung):
            Sentence("\(reason) (\(isYoung ? "still being uploaded?" : "it was never finished"))")
        case .uninspectable(let isLegacyArchive):
            Sentence(
                "this is \(isLegacyArchive ? "an archive of an older tool" : "no backup of pg_basebackup"): its bytes were compared, its contents cannot be inspected"
            )
        case .parentMissing(let start, let below):
            Sentence(
                "\(Self.seeker(below)), and the one it builds on, which starts at \(start.words), is not in the store",
                expected: "a backup that starts at \(start.words)", found: "none")
        case .parentPerhapsUnread(let start, let below, _, let doubt):
            Sentence(
                "\(Self.seeker(below)), and the one it builds on, which starts at \(start.words), was not found; \(doubt), and may be it",
                expected: "a backup that starts at \(start.words)", found: "none that can be read")
        case .othersUnread(_, let doubt):
            Sentence("\(doubt) when the one that this backup builds on was looked for")
        case .parentUnknown(let label):
            Sentence(
                "this backup is incremental, and whether '\(label)', on which it builds, builds on another one is not known: verify all of the store, or that backup first",
                expected: "'\(label)' inspected", found: "nobody has looked into it")
        case .parentDamaged(let label, let verdict):
            Sentence(
                "this backup is incremental, and '\(label)', on which it builds, is \(verdict.rawValue): nothing can be restored from the two",
                expected: "a sound backup '\(label)'", found: verdict.rawValue)
        case .parentWithoutChecksums(let label):
            Sentence(
                "this backup is incremental and its pages have checksums, and those of '\(label)', on which it builds, have none: put together by pg_combinebackup, pages would not match their checksums",
                expected: "page checksums in '\(label)'", found: "none")
        case .parentChecksumsUnknown(let label):
            Sentence(
                "this backup is incremental and its pages have checksums, and whether those of '\(label)', on which it builds, have them is not known: verify all of the store, or that backup first",
                expected: "'\(label)' inspected", found: "nobody has looked into it")
        }
    }

    /// Who looks for a parent: this backup, or the one below it in its chain that is incremental itself.
    private static func seeker(_ below: String?) -> String {
        below.map { "'\($0)', on which this incremental backup builds, is incremental itself" }
            ?? "this backup is incremental"
    }
}
