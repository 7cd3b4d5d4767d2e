// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// What was swept, for which slot of the schedule, and which slots nobody ran.
    ///
    /// A slot is one nanosecond of one entry of the schedule: it is in `sweep` or in `given_up_slot`, and in neither
    /// twice, unless a clock that was wrong gave it up. A trial is a sample when chance chose its backup. A sweep that was killed has no row in `sweep_end`.
    static let sweeps =
        sweepTables + ["sweep", "sweep_store", "sweep_end", "given_up_slot"].map(appendOnly).joined()
        + sweepRefusals

    private static let sweepTables = """
        ALTER TABLE trial ADD COLUMN is_sample INTEGER NOT NULL DEFAULT 0 CHECK (is_sample IN (0, 1));

        CREATE TABLE sweep (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            schedule TEXT CHECK (schedule <> ''),
            slot INTEGER,
            stores TEXT NOT NULL CHECK (json_type(stores) IS 'array' AND length(stores) <= 8388608),
            seed INTEGER NOT NULL,
            window_ends INTEGER,
            started_by TEXT CHECK (started_by <> ''),
            started INTEGER NOT NULL,
            tool_version TEXT NOT NULL,
            host TEXT NOT NULL,
            boot_id TEXT NOT NULL,
            pid INTEGER NOT NULL,
            process_start INTEGER NOT NULL,
            CHECK (slot IS NULL OR schedule IS NOT NULL),
            UNIQUE (schedule, slot)
        ) STRICT;

        CREATE TABLE sweep_store (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            sweep_id INTEGER NOT NULL REFERENCES sweep (id),
            name TEXT NOT NULL,
            exit_status INTEGER NOT NULL CHECK (exit_status BETWEEN 0 AND 255),
            report TEXT NOT NULL CHECK (json_valid(report) AND length(report) <= 8388608),
            UNIQUE (sweep_id, name)
        ) STRICT;

        CREATE TABLE sweep_end (
            sweep_id INTEGER PRIMARY KEY REFERENCES sweep (id),
            exit_status INTEGER NOT NULL CHECK (exit_status BETWEEN 0 AND 255),
            reason TEXT NOT NULL CHECK (reason IN ('done', 'window', 'budget', 'interrupted', 'failed')),
            ended INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE given_up_slot (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            schedule TEXT NOT NULL CHECK (schedule <> ''),
            slot INTEGER NOT NULL,
            reason TEXT NOT NULL CHECK (reason IN ('missed', 'overlapped', 'superseded')),
            at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX given_up_slot_slot ON given_up_slot (schedule, slot);

        """

    private static let sweepRefusals = """
        CREATE TRIGGER sweep_of_given_up_slot BEFORE INSERT ON sweep
        WHEN EXISTS (
            SELECT 1 FROM given_up_slot
            WHERE schedule = NEW.schedule AND slot = NEW.slot AND at <= NEW.started)
        BEGIN SELECT RAISE(ABORT, 'that slot was given up'); END;
        CREATE TRIGGER given_up_slot_of_sweep BEFORE INSERT ON given_up_slot
        WHEN EXISTS (SELECT 1 FROM sweep WHERE schedule = NEW.schedule AND slot = NEW.slot)
        BEGIN SELECT RAISE(ABORT, 'that slot was taken'); END;
        CREATE TRIGGER sweep_store_before_end BEFORE INSERT ON sweep_store
        WHEN EXISTS (SELECT 1 FROM sweep_end WHERE sweep_id = NEW.sweep_id)
        BEGIN SELECT RAISE(ABORT, 'a sweep that has ended sweeps no more'); END;

        """
}
