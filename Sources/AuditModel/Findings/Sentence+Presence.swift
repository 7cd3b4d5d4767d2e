// SPDX-License-Identifier: Apache-2.0

extension Finding {
    func sentence(_ fact: PresenceFact) -> Sentence {
        switch fact {
        case .missingFromSumFile(let line):
            Sentence(
                "is listed in the sum file and does not exist", expected: "line \(line) of backup.sha256",
                found: "nothing")
        case .missingFromManifest:
            Sentence(
                "is listed in the manifest and does not exist", expected: "listed in backup_manifest",
                found: "nothing")
        case .gone(let since, let withChecksum):
            Sentence(
                withChecksum
                    ? "was removed together with its checksum" : "was there when first read on \(since.day)",
                expected: "there since \(since.day)", found: "nothing")
        case .unlisted(let attestor): Sentence("is not listed in \(attestor.words)")
        case .unlistedBehindLink:
            Sentence(
                "is not listed in the sum file, whose maker saw nothing behind a tablespace's link; only the manifest vouches for it"
            )
        case .lostFiles(let files):
            Sentence(
                "lost with it, by the manifest: \(files.listed)", expected: "\(files.count) files",
                found: "nothing")
        case .lostSegments(let names): Self.lostWAL(names)
        case .lostStretches(let stretches): Self.lostWAL(stretches.map(\.words))
        case .vanished: Sentence("was listed, and was gone when it was to be read")
        case .appeared:
            Sentence(
                "was not listed at first and is there now: verify again when nothing writes to the backup")
        case .backupVanished: Sentence("the whole backup went away while it was verified: was it deleted?")
        }
    }

    private static func lostWAL(_ needed: [String]) -> Sentence {
        let needed = needed.joined(separator: ", ")
        return Sentence(
            "WAL that recovery needs is lost with it: \(needed)", expected: needed, found: "nothing")
    }
}
