// SPDX-License-Identifier: Apache-2.0

extension Finding {
    func sentence(_ fact: MemberFact) -> Sentence {
        switch fact {
        case .missing(let size):
            Sentence(
                "\(quotedMember) is in the manifest and nowhere else", expected: "\(size) bytes",
                found: "nothing")
        case .extra(let size):
            Sentence("\(quotedMember) is not in the manifest", expected: "nothing", found: "\(size) bytes")
        case .repeated(let other):
            Sentence(
                "\(quotedMember) is in '\(other)' and in '\(object ?? "")'", expected: "it in one archive",
                found: "it in '\(other)' too")
        case .size(let expected, let found):
            Sentence(
                "\(quotedMember) has \(found) bytes, \(expected) by the manifest",
                expected: "\(expected) bytes", found: "\(found) bytes")
        case .checksum(let algorithm, let expected, let found):
            Sentence(
                "\(quotedMember) is not what was backed up: its \(algorithm) is not the manifest's",
                expected: expected, found: found)
        case .folder:
            Sentence(
                "\(quotedMember) is a directory where the manifest has a file", expected: "a file",
                found: "a directory")
        case .mode(let mode):
            Sentence(
                "\(quotedMember) has mode \(String(mode, radix: 8)), which PostgreSQL does not give",
                expected: "600, 640, 700 or 750", found: String(mode, radix: 8))
        case .addedSignal:
            Sentence("was added by pg_basebackup --write-recovery-conf: restored, this becomes a standby")
        case .appendedSettings:
            Sentence("pg_basebackup --write-recovery-conf appended settings; the rest is as in the manifest")
        case .needed(let need): sentence(need)
        case .invalid(let fault): fault.sentence
        }
    }

    private func sentence(_ need: MemberFact.Need) -> Sentence {
        let what =
            switch need {
            case .file: "there is no \(quotedMember)"
            case .content: "there is no file in \(quotedMember)"
            case .database(let database):
                "database \(database) is in the catalogue, and of \(quotedMember) there is no file"
            case .fileOfDatabase(let database):
                "there is no \(quotedMember): nobody can connect to database \(database)"
            }
        return Sentence(
            "\(what); was it a link when the backup was made, which PostgreSQL does not follow?",
            expected: "what PostgreSQL needs", found: "nothing")
    }
}
