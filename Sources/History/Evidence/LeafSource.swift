// SPDX-License-Identifier: Apache-2.0
import Evidence

/// Which rows a leaf stands for: what it says of them is held by documentation and by old trees, and never changes.
struct LeafSource {
    /// One row for the number `?1`.
    let record: String
    /// Of each name the rows that belong to it, in order.
    var lists: [(name: String, sql: String)] = []
    /// Of each name the rows that are told as their number and the SHA-256 of their lines; `?2` is the last pin there was.
    var digests: [(name: String, sql: String)] = []
    /// The names of what is kept with the leaf, since its rows do not say it, or not for ever.
    var facts: [String] = []
    /// The numbers of all records, of which those up to `?1` are left out.
    let numbers: String

    static func of(_ kind: LeafKind) -> LeafSource { sources[kind] ?? proof }

    private static let sources: [LeafKind: LeafSource] = [
        .proof: proof, .trial: trial, .restore: restore, .event: event, .mark: mark, .decision: decision,
        .slot: slot,
        .sweep: sweep, .store: store, .incident: incident, .closing: closing, .configuration: configuration,
        .key: key,
    ]

    /// What an object was found to be may be pruned once a later proof stands for it: that is kept with the leaf.
    static let readings = "readings"

    private static let backup = #"b.url AS "backup.url", b.label AS "backup.label""#

    private static let proof = LeafSource(
        record: """
            SELECT \(backup), r.id AS "run.id", r.command AS "run.command", r.location AS "run.location",
                r.started AS "run.started@", r.tool_version AS "run.toolVersion", r.host AS "run.host", r.pid AS "run.pid",
                p.level_asked AS "levelAsked", p.level AS "level", p.verdict AS "verdict", p.started AS "started@",
                p.ended AS "ended@", p.backup_size AS "bytes", p.bytes_read AS "bytesRead", p.seconds AS "nanoseconds#"
            FROM proof p JOIN backup b ON b.id = p.backup_id JOIN run r ON r.id = p.run_id WHERE p.id = ?1
            """,
        lists: [
            (
                "findings",
                """
                SELECT f.code AS "code", o.name AS "object", f.member AS "member", f.byte_offset AS "offset",
                    f.byte_length AS "length", s.state AS "state", s.severity AS "severity", s.cause AS "cause",
                    s.expected AS "expected", s.found AS "found", s.message AS "message"
                FROM finding_sighting s JOIN finding f ON f.id = s.finding_id LEFT JOIN object o ON o.id = f.object_id
                WHERE s.proof_id = ?1 ORDER BY s.id
                """
            ),
            (
                "inspection",
                """
                SELECT checks AS "checks", digest_set AS "digestSet", is_complete AS "isComplete?",
                    findings AS "findingsSHA256$", major_version AS "majorVersion",
                    system_identifier AS "systemIdentifier", files AS "files", bytes AS "bytes", pages AS "pages"
                FROM inspection WHERE proof_id = ?1
                """
            ),
        ],
        digests: [
            (
                readings,
                """
                SELECT o.name AS "name", r.object_size AS "bytes", r.sha256 AS "sha256", r.verdict AS "verdict",
                    r.bytes_read AS "bytesRead", r.etag AS "etag", r.version AS "version", r.modified AS "modified@"
                FROM reading r JOIN object o ON o.id = r.object_id WHERE r.proof_id = ?1 ORDER BY o.name
                """
            ),
            (
                "pins",
                """
                SELECT o.name AS "name", n.reason AS "reason", n.sha256 AS "sha256", n.is_attested AS "isAttested?",
                    n.since AS "since@", n.size AS "bytes", n.etag AS "etag", n.version AS "version",
                    n.modified AS "modified@", n.changed AS "changed@", n.inode AS "inode",
                    n.seal_chunk_size AS "sealChunkSize", n.seal_digest AS "sealDigest"
                FROM proof p CROSS JOIN pin n ON n.run_id = p.run_id
                    CROSS JOIN object o ON o.id = n.object_id AND o.backup_id = p.backup_id
                WHERE p.id = ?1 ORDER BY n.id
                """
            ),
        ],
        facts: [readings], numbers: "SELECT id FROM proof WHERE id > ?1 ORDER BY id")

    private static let trial = LeafSource(
        record: """
            SELECT \(backup), t.runtime AS "runtime", t.scratch AS "scratch", t.goal AS "goal",
                t.replays_archive AS "replaysArchive?", t.is_sample AS "isSample?", t.passed_over AS "passedOverSHA256$",
                t.started_by AS "startedBy", t.started AS "started@", t.tool_version AS "toolVersion", t.host AS "host",
                t.pid AS "pid", e.exit_status AS "exitStatus", e.level AS "level", e.failure AS "failure",
                e.findings AS "findings.sha256$", e.findings_found AS "findings.count",
                e.neutralised AS "neutralisedSHA256$", e.isolation AS "isolationSHA256$",
                e.system_identifier AS "systemIdentifier", e.server_version AS "serverVersion", e.image AS "image",
                e.seconds_to_answer AS "nanosecondsToAnswer#", e.newest_data AS "newestData@",
                e.end_position AS "endPosition", e.clean_up AS "cleanUp", e.kept_until AS "keptUntil@",
                e.clean_up_failure AS "cleanUpFailure", e.ended AS "ended@", e.newest_proof AS "newestProof"
            FROM trial t JOIN trial_end e ON e.trial_id = t.id JOIN backup b ON b.id = t.backup_id WHERE t.id = ?1
            """,
        lists: [
            phases(of: "trial"),
            (
                "checks",
                """
                SELECT name AS "name", origin AS "origin", database AS "database", outcome AS "outcome",
                    severity AS "severity", seconds AS "nanoseconds#", words AS "words", measured AS "measured"
                FROM trial_check WHERE trial_id = ?1 ORDER BY id
                """
            ),
        ],
        numbers: "SELECT trial_id FROM trial_end WHERE trial_id > ?1 ORDER BY trial_id")

    private static let restore = LeafSource(
        record: """
            SELECT \(backup), t.target AS "target", t.goal AS "goal", t.accepts_damage AS "acceptsDamage?",
                t.is_resumed AS "isResumed?", t.trial_id AS "trial", t.started AS "started@",
                t.tool_version AS "toolVersion", t.host AS "host", t.pid AS "pid", e.exit_status AS "exitStatus",
                e.failure AS "failure", e.findings AS "findings.sha256$", e.findings_found AS "findings.count",
                e.end_position AS "endPosition", e.timeline AS "timeline", e.ended AS "ended@",
                e.newest_proof AS "newestProof"
            FROM restore t JOIN restore_end e ON e.restore_id = t.id JOIN backup b ON b.id = t.backup_id
            WHERE t.id = ?1
            """,
        lists: [phases(of: "restore")],
        numbers: "SELECT restore_id FROM restore_end WHERE restore_id > ?1 ORDER BY restore_id")

    private static let event = LeafSource(
        record: """
            SELECT \(backup), e.kind AS "event", e.at AS "at@", e.who AS "who", e.text AS "text", e.run_id AS "run"
            FROM event e LEFT JOIN backup b ON b.id = e.backup_id WHERE e.id = ?1
            """,
        digests: [
            (
                "pins",
                """
                SELECT o.name AS "name", n.reason AS "reason", n.sha256 AS "sha256", n.is_attested AS "isAttested?",
                    n.since AS "since@", n.size AS "bytes", n.etag AS "etag", n.version AS "version",
                    n.modified AS "modified@", n.changed AS "changed@", n.inode AS "inode"
                FROM event e JOIN object o ON o.backup_id = e.backup_id
                    JOIN pin n ON n.object_id = o.id AND n.run_id IS NULL AND n.id <= ?2
                WHERE e.id = ?1 AND e.kind = 'acceptance' ORDER BY n.id
                """
            )
        ],
        facts: [LeafFacts.lastPin], numbers: "SELECT id FROM event WHERE id > ?1 ORDER BY id")

    private static let mark = LeafSource(
        record: """
            SELECT \(backup), m.keep_until AS "keepUntil@", m.reason AS "reason", m.who AS "who", m.at AS "at@"
            FROM mark m JOIN backup b ON b.id = m.backup_id WHERE m.id = ?1
            """,
        numbers: "SELECT id FROM mark WHERE id > ?1 ORDER BY id")

    private static let decision = LeafSource(
        record: """
            SELECT \(backup), f.code AS "code", o.name AS "object", f.member AS "member", d.kind AS "decision",
                d.waived_until AS "until@", d.newest_proof AS "newestProof", d.reason AS "reason", d.who AS "who", d.at AS "at@"
            FROM finding_decision d JOIN finding f ON f.id = d.finding_id JOIN backup b ON b.id = f.backup_id
                LEFT JOIN object o ON o.id = f.object_id WHERE d.id = ?1
            """,
        numbers: "SELECT id FROM finding_decision WHERE id > ?1 ORDER BY id")

    private static let slot = LeafSource(
        record: """
            SELECT schedule AS "schedule", slot AS "slot@", reason AS "reason", at AS "at@"
            FROM given_up_slot WHERE id = ?1
            """,
        numbers: "SELECT id FROM given_up_slot WHERE id > ?1 ORDER BY id")

    private static let sweep = LeafSource(
        record: """
            SELECT s.schedule AS "schedule", s.slot AS "slot@", s.stores AS "storesSHA256$", s.seed AS "seed",
                s.window_ends AS "windowEnds@", s.started_by AS "startedBy", s.started AS "started@",
                s.tool_version AS "toolVersion", s.host AS "host", s.pid AS "pid", e.exit_status AS "exitStatus",
                e.reason AS "reason", e.ended AS "ended@"
            FROM sweep s JOIN sweep_end e ON e.sweep_id = s.id WHERE s.id = ?1
            """,
        numbers: "SELECT sweep_id FROM sweep_end WHERE sweep_id > ?1 ORDER BY sweep_id")

    private static let store = LeafSource(
        record: """
            SELECT sweep_id AS "sweep", name AS "store", exit_status AS "exitStatus", report AS "reportSHA256$"
            FROM sweep_store WHERE id = ?1
            """,
        numbers: "SELECT id FROM sweep_store WHERE id > ?1 ORDER BY id")

    private static let incident = LeafSource(
        record: """
            SELECT store AS "store", kind AS "incident", subject AS "subject", severity AS "severity",
                since AS "since@", incident AS "wordsSHA256$", opened AS "opened@"
            FROM incident WHERE id = ?1
            """,
        numbers: "SELECT id FROM incident WHERE id > ?1 ORDER BY id")

    private static let closing = LeafSource(
        record: """
            SELECT e.incident_id AS "number", i.store AS "store", i.kind AS "incident", i.subject AS "subject",
                e.closed AS "closed@"
            FROM incident_end e JOIN incident i ON i.id = e.incident_id WHERE e.incident_id = ?1
            """,
        numbers: "SELECT incident_id FROM incident_end WHERE incident_id > ?1 ORDER BY incident_id")

    private static let configuration = LeafSource(
        record: """
            SELECT path AS "path", sha256 AS "sha256", who AS "who", tool_version AS "toolVersion", host AS "host",
                at AS "at@"
            FROM configuration_change WHERE id = ?1
            """,
        numbers: "SELECT id FROM configuration_change WHERE id > ?1 ORDER BY id")

    private static let key = LeafSource(
        record: #"SELECT verifier AS "verifier", note AS "note", at AS "at@" FROM signing_key WHERE id = ?1"#,
        numbers: "SELECT id FROM signing_key WHERE id > ?1 ORDER BY id")

    private static func phases(of what: String) -> (String, String) {
        (
            "phases",
            """
            SELECT name AS "name", seconds AS "nanoseconds#", bytes AS "bytes" FROM \(what)_phase
            WHERE \(what)_id = ?1 ORDER BY id
            """
        )
    }
}
