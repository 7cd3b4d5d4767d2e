// SPDX-License-Identifier: Apache-2.0

extension Finding {
    func sentence(_ fact: IdentityFact) -> Sentence {
        switch fact {
        case .missing:
            Sentence(
                "there is no \(quotedMember): PostgreSQL cannot start on this", expected: "the file",
                found: "nothing")
        case .invalid(_, let fault): fault.sentence
        case .unknownVersion(let fault):
            Sentence(
                "\(fault.reason): pages and WAL were not judged by it", expected: fault.expected,
                found: fault.found)
        case .unmappedTablespace(let identifier):
            Sentence(
                "tablespace \(identifier) is in the backup and not in its tablespace_map",
                expected: "a line for tablespace \(identifier)", found: "none")
        case .lostTablespace(let identifier):
            Sentence(
                "tablespace \(identifier) is in tablespace_map and not in the backup",
                expected: "'\(identifier).tar'", found: "nothing")
        case .disagreement(let disagreement): sentence(disagreement)
        }
    }

    private func sentence(_ disagreement: IdentityFact.Disagreement) -> Sentence {
        switch disagreement {
        case .controlOfVersion(let found, let expected):
            notOfVersion(expected, expected: "PostgreSQL \(expected)", found: "\(found)")
        case .controlFormat(let found, let expected, let major):
            notOfVersion(major, expected: "control version \(expected)", found: "\(found)")
        case .manifestOfCluster(let found, let expected):
            Sentence(
                "the manifest is of cluster \(found), pg_control of \(expected)", expected: "\(expected)",
                found: "\(found)")
        case .startSegment(let found, let expected):
            mixedUp("backup_label", expected: "the file of \(expected)", found: found)
        case .checkpoint(let found, let expected):
            mixedUp("pg_control", expected: "a checkpoint from \(expected) on", found: found)
        case .timeline(let found, let expected):
            mixedUp("pg_control", expected: "timeline \(expected)", found: "timeline \(found)")
        case .walStart(let found, let expected):
            mixedUp("the manifest", expected: expected.words, found: found.map(\.words).listed)
        }
    }

    private func notOfVersion(_ major: Int, expected: String, found: String) -> Sentence {
        Sentence(
            "pg_control is not of PostgreSQL \(major), as PG_VERSION says", expected: expected, found: found)
    }

    private func mixedUp(_ file: String, expected: String, found: String) -> Sentence {
        Sentence(
            "backup_label, pg_control and manifest are not of one backup: \(file) says \(found), expected \(expected)",
            expected: expected, found: found)
    }
}
