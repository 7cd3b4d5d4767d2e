// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// The tree over the records, what signs it, and what was signed.
    ///
    /// A leaf's bytes are made of the rows that it stands for; here are their hash and what those rows do not say, or not for
    /// ever: `facts`. Of the tree itself only its frontier is kept. `unwitnessed` says up to which row each kind was there before
    /// there was a tree.
    static let evidence =
        evidenceTables + leafRows
        + ["leaf", "checkpoint", "signing_key", "configuration_change", "finding_decision", "unwitnessed"]
        .map(appendOnly)
        .joined()

    private static let evidenceTables = """
        CREATE TABLE configuration_change (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            path TEXT NOT NULL CHECK (path <> ''),
            sha256 TEXT NOT NULL CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
            who TEXT NOT NULL CHECK (who <> ''),
            tool_version TEXT NOT NULL,
            host TEXT NOT NULL,
            at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE finding_decision (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            finding_id INTEGER NOT NULL REFERENCES finding (id),
            kind TEXT NOT NULL CHECK (kind IN ('resolved', 'waived', 'noted')),
            waived_until INTEGER,
            newest_proof INTEGER NOT NULL,
            reason TEXT NOT NULL CHECK (reason <> '' AND length(reason) <= 4096),
            who TEXT NOT NULL CHECK (who <> ''),
            at INTEGER NOT NULL,
            CHECK ((kind = 'waived') = (waived_until IS NOT NULL))
        ) STRICT;
        CREATE INDEX finding_decision_finding ON finding_decision (finding_id);

        CREATE TABLE signing_key (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            verifier TEXT NOT NULL CHECK (verifier <> ''),
            note TEXT NOT NULL CHECK (note <> ''),
            at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE leaf (
            number INTEGER PRIMARY KEY CHECK (number >= 0),
            kind TEXT NOT NULL CHECK (kind IN (
                'proof', 'trial', 'restore', 'event', 'mark', 'decision', 'slot', 'sweep', 'configuration', 'key')),
            row_id INTEGER NOT NULL,
            is_witnessed INTEGER NOT NULL CHECK (is_witnessed IN (0, 1)),
            cause TEXT CHECK (cause <> ''),
            facts TEXT CHECK (json_type(facts) = 'object'),
            hash TEXT NOT NULL CHECK (length(hash) = 64 AND hash NOT GLOB '*[^0-9a-f]*'),
            UNIQUE (kind, row_id)
        ) STRICT;

        CREATE TABLE tree_frontier (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            size INTEGER NOT NULL CHECK (size >= 0),
            peaks TEXT NOT NULL
        ) STRICT;
        INSERT INTO tree_frontier VALUES (1, 0, '');

        CREATE TABLE checkpoint (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            size INTEGER NOT NULL CHECK (size >= 0),
            note TEXT NOT NULL CHECK (note <> ''),
            at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX checkpoint_size ON checkpoint (size);

        CREATE TABLE unwitnessed (
            kind TEXT PRIMARY KEY,
            through INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX finding_sighting_proof ON finding_sighting (proof_id);
        CREATE INDEX pin_run ON pin (run_id);
        CREATE INDEX proof_ended ON proof (ended, backup_id);

        """

    private static let leafRows = """
        INSERT INTO unwitnessed SELECT 'proof', ifnull(max(id), 0) FROM proof;
        INSERT INTO unwitnessed SELECT 'trial', ifnull(max(trial_id), 0) FROM trial_end;
        INSERT INTO unwitnessed SELECT 'restore', ifnull(max(restore_id), 0) FROM restore_end;
        INSERT INTO unwitnessed SELECT 'event', ifnull(max(id), 0) FROM event;
        INSERT INTO unwitnessed SELECT 'mark', ifnull(max(id), 0) FROM mark;
        INSERT INTO unwitnessed SELECT 'slot', ifnull(max(id), 0) FROM given_up_slot;
        INSERT INTO unwitnessed SELECT 'sweep', ifnull(max(sweep_id), 0) FROM sweep_end;

        """

    /// What sweeps found of stores, and incidents, are leaves, too.
    ///
    /// The table is made anew for its list of kinds; what is in it stays as it was.
    static let evidenceOfSweeps =
        moreLeaves + appendOnly("leaf") + """
            INSERT INTO unwitnessed SELECT 'store', ifnull(max(id), 0) FROM sweep_store;
            INSERT INTO unwitnessed SELECT 'incident', ifnull(max(id), 0) FROM incident;
            INSERT INTO unwitnessed SELECT 'closing', ifnull(max(incident_id), 0) FROM incident_end;

            """

    private static let moreLeaves = """
        CREATE TABLE more_leaves (
            number INTEGER PRIMARY KEY CHECK (number >= 0),
            kind TEXT NOT NULL CHECK (kind IN (
                'proof', 'trial', 'restore', 'event', 'mark', 'decision', 'slot', 'sweep', 'configuration', 'key', 'store',
                'incident', 'closing')),
            row_id INTEGER NOT NULL,
            is_witnessed INTEGER NOT NULL CHECK (is_witnessed IN (0, 1)),
            cause TEXT CHECK (cause <> ''),
            facts TEXT CHECK (json_type(facts) = 'object'),
            hash TEXT NOT NULL CHECK (length(hash) = 64 AND hash NOT GLOB '*[^0-9a-f]*'),
            UNIQUE (kind, row_id)
        ) STRICT;
        INSERT INTO more_leaves SELECT * FROM leaf ORDER BY number;
        DROP TABLE leaf;
        ALTER TABLE more_leaves RENAME TO leaf;

        """
}
