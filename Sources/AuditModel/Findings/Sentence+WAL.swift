// SPDX-License-Identifier: Apache-2.0

extension Finding {
    func sentence(_ fact: WALFact) -> Sentence {
        switch fact {
        case .invalid(let fault): told("WAL is damaged at", fault)
        case .foreign(let fault): told("WAL of another history at", fault)
        case .invalidBeyondEnd(let fault):
            told(
                "beyond the end of the backup WAL is not sound, at", fault,
                "; recovery of the backup does not need it")
        case .ofCluster(let found, let expected):
            Sentence(
                "the WAL is of cluster \(found), the backup of \(expected)", expected: "\(expected)",
                found: "\(found)")
        case .ofVersion(let found, let expected):
            Sentence(
                "the WAL is of PostgreSQL \(found), the backup of \(expected)",
                expected: "PostgreSQL \(expected)", found: "\(found)")
        case .history(let name, let fault): sentence(fault, name)
        case .absent(let needed, let hasOwnArchive): absent(needed, hasOwnArchive)
        case .gap(let segments):
            Sentence(
                "WAL segments that recovery needs are missing: \(segments.listed)", expected: segments.listed,
                found: "nothing")
        case .endsEarly(let position): endsEarly(position ?? "its start")
        case .untold(let doubt):
            Sentence("whether the WAL reaches the end of the backup cannot be told: \(doubt.words)")
        case .noArchive:
            Sentence("there is no pg_wal.tar: WAL is in base.tar (--wal-method=fetch) or in an archive only")
        case .noSegments: Sentence("there is no WAL in pg_wal: recovery needs all of it from an archive")
        case .noCheckpoint(let position):
            Sentence(
                "this is a copy of a cluster that was shut down, and its WAL does not hold the checkpoint at \(position), from which it starts",
                expected: "the checkpoint at \(position)", found: "none")
        case .elsewhere(let oddity):
            Sentence(
                "pg_wal is a \(oddity): its WAL is not in this LOCATION; give one that holds both, or name where it leads after --wal-archive",
                expected: "a folder", found: oddity)
        }
    }

    private func told(_ what: String, _ fault: WALFact.Fault, _ remark: String = "") -> Sentence {
        Sentence(
            "\(what) \(fault.position) in \(fault.segment): expected \(fault.expected), found \(fault.found)\(remark)",
            expected: fault.expected, found: fault.found)
    }

    private func sentence(_ fault: WALFact.HistoryFault, _ name: String) -> Sentence {
        switch fault {
        case .missing(let timeline):
            Sentence(
                "the backup ends on timeline \(timeline), whose history '\(name)' is missing", expected: name,
                found: "nothing")
        case .invalid(let timeline, let reason):
            notLeading(name, expected: "the history of timeline \(timeline)", found: reason)
        case .elsewhere(let expected):
            notLeading(
                name, expected: "timeline \(expected.timeline) left at \(expected.position)",
                found: "another history")
        }
    }

    private func notLeading(_ name: String, expected: String, found: String) -> Sentence {
        Sentence(
            "'\(name)' does not lead through the backup: expected \(expected), found \(found)",
            expected: expected, found: found)
    }

    private func absent(_ needed: Sample<WALStretch>, _ hasOwnArchive: Bool) -> Sentence {
        let needed = needed.count == 0 ? "its WAL" : "WAL from \(needed.map(\.words).listed)"
        return Sentence(
            hasOwnArchive
                ? "pg_wal.tar holds no WAL: recovery needs \(needed)"
                : "there is no WAL in the backup (--wal-method=none): recovery needs \(needed) from an archive",
            expected: needed, found: "nothing")
    }

    private func endsEarly(_ place: String) -> Sentence {
        Sentence(
            "WAL ends at \(place), before the backup does", expected: "records up to the end of the backup",
            found: "the last at \(place)")
    }
}

extension Finding.WALFact.Doubt {
    fileprivate var words: String {
        switch self {
        case .unusualPages(let size): "its pages have \(size) bytes, as no usual PostgreSQL makes them"
        case .brokenArchive: "an archive is not whole, and WAL may have followed"
        case .other(let reason): reason
        }
    }
}
