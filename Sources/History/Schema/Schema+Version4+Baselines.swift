// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// What trials saw in the catalogues of clusters.
    ///
    /// A relation has a row for each name and file that it ever had, so names are kept once and not once for each trial; sizes
    /// and rows, which change from trial to trial, are a few bytes for each relation in one packed value.
    ///
    /// The system identifier is the bit pattern of a number here: it stands in every row. No row of `trial_relation` ends by
    /// itself: which relations a trial saw is in its `sizes`.
    static let baselines =
        """
        CREATE TABLE trial_relation (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            system_identifier INTEGER NOT NULL,
            database INTEGER NOT NULL CHECK (database BETWEEN 0 AND 4294967295),
            identifier INTEGER NOT NULL CHECK (identifier BETWEEN 1 AND 4294967295),
            schema TEXT NOT NULL CHECK (length(schema) <= 1024),
            name TEXT NOT NULL CHECK (length(name) <= 1024),
            kind TEXT NOT NULL CHECK (kind IN ('table', 'index', 'toast', 'materialised view', 'sequence')),
            owner INTEGER CHECK (owner BETWEEN 1 AND 4294967295),
            tablespace INTEGER NOT NULL CHECK (tablespace BETWEEN 1 AND 4294967295),
            file_node INTEGER NOT NULL CHECK (file_node BETWEEN 0 AND 4294967295)
        ) STRICT;
        CREATE INDEX trial_relation_place ON trial_relation (system_identifier, database);

        CREATE TABLE trial_baseline (
            trial_id INTEGER PRIMARY KEY REFERENCES trial (id),
            system_identifier INTEGER NOT NULL,
            timeline INTEGER NOT NULL CHECK (timeline BETWEEN 0 AND 4294967295),
            position INTEGER NOT NULL CHECK (position >= 0),
            moment INTEGER NOT NULL,
            databases TEXT NOT NULL CHECK (json_type(databases) IS 'array' AND length(databases) <= 8388608),
            found INTEGER NOT NULL CHECK (found >= 0),
            sizes BLOB NOT NULL CHECK (length(sizes) <= 8388608)
        ) STRICT;
        CREATE INDEX trial_baseline_cluster ON trial_baseline (system_identifier);

        """
        + ["trial_relation", "trial_baseline"].map(appendOnly).joined()
            + """
            CREATE TRIGGER trial_baseline_before_end BEFORE INSERT ON trial_baseline
            WHEN EXISTS (SELECT 1 FROM trial_end WHERE trial_id = NEW.trial_id)
            BEGIN SELECT RAISE(ABORT, 'a trial that has ended has no more baselines'); END;

            """
}
