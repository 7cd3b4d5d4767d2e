// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// Trial restores: what was tried, what each phase took, what each check came to, and what became of it.
    ///
    /// A trial that was killed has no row in `trial_end`. `newest_proof` and `findings_found` are as for restores. What is
    /// only ever shown as a whole is a JSON array.
    static let version4 =
        trials + trialParts + trialEnds + trialRefusals + baselines + phasesOfTrials + placedTrials

    private static let phaseNames = """
        'plan', 'download', 'write', 'stream', 'sync', 'combine', 'copy', 'recover', 'scripts', 'checks', 'clean-up',
        'switch'
        """

    private static let trials = """
        CREATE TABLE trial (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            backup_id INTEGER NOT NULL REFERENCES backup (id),
            runtime TEXT NOT NULL CHECK (runtime IN ('local', 'docker')),
            scratch TEXT NOT NULL CHECK (scratch <> ''),
            goal TEXT NOT NULL CHECK (goal <> ''),
            replays_archive INTEGER NOT NULL CHECK (replays_archive IN (0, 1)),
            passed_over TEXT NOT NULL
                CHECK (json_type(passed_over) IS 'array' AND length(passed_over) <= 8388608),
            started_by TEXT CHECK (started_by <> ''),
            started INTEGER NOT NULL,
            tool_version TEXT NOT NULL,
            host TEXT NOT NULL,
            boot_id TEXT NOT NULL,
            pid INTEGER NOT NULL,
            process_start INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX trial_backup ON trial (backup_id);

        """

    private static let trialParts = """
        CREATE TABLE trial_phase (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            trial_id INTEGER NOT NULL REFERENCES trial (id),
            name TEXT NOT NULL CHECK (name IN (\(phaseNames))),
            seconds REAL NOT NULL CHECK (seconds >= 0),
            bytes INTEGER CHECK (bytes >= 0)
        ) STRICT;
        CREATE INDEX trial_phase_trial ON trial_phase (trial_id);

        CREATE TABLE trial_check (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            trial_id INTEGER NOT NULL REFERENCES trial (id),
            name TEXT NOT NULL CHECK (name <> ''),
            origin TEXT NOT NULL CHECK (origin IN ('built-in', 'user')),
            database TEXT,
            outcome TEXT NOT NULL CHECK (outcome IN ('passed', 'failed', 'hung', 'not run')),
            severity TEXT NOT NULL CHECK (severity IN ('error', 'warning', 'note')),
            seconds REAL NOT NULL CHECK (seconds >= 0),
            words TEXT NOT NULL CHECK (length(words) <= 4096),
            measured REAL
        ) STRICT;
        CREATE INDEX trial_check_trial ON trial_check (trial_id);

        """

    private static let trialEnds = """
        CREATE TABLE trial_end (
            trial_id INTEGER PRIMARY KEY REFERENCES trial (id),
            exit_status INTEGER NOT NULL CHECK (exit_status BETWEEN 0 AND 255),
            level TEXT CHECK (level IN ('restored', 'exercised')),
            failure TEXT CHECK (failure <> '' AND length(failure) <= 4096),
            findings TEXT NOT NULL CHECK (json_type(findings) IS 'array' AND length(findings) <= 8388608),
            findings_found INTEGER NOT NULL CHECK (findings_found >= 0),
            neutralised TEXT NOT NULL
                CHECK (json_type(neutralised) IS 'array' AND length(neutralised) <= 8388608),
            isolation TEXT NOT NULL CHECK (json_type(isolation) IS 'array' AND length(isolation) <= 8388608),
            system_identifier TEXT
                CHECK (system_identifier <> '' AND system_identifier NOT GLOB '*[^0-9]*'),
            server_version TEXT CHECK (server_version <> ''),
            image TEXT CHECK (image <> ''),
            seconds_to_answer REAL CHECK (seconds_to_answer >= 0),
            newest_data INTEGER,
            end_position TEXT CHECK (end_position <> ''),
            clean_up TEXT NOT NULL CHECK (clean_up IN ('removed', 'kept', 'failed')),
            kept_until INTEGER,
            clean_up_failure TEXT CHECK (length(clean_up_failure) <= 4096),
            ended INTEGER NOT NULL,
            newest_proof INTEGER REFERENCES proof (id),
            CHECK (exit_status <> 0 OR level IS NOT NULL),
            CHECK ((clean_up = 'kept') = (kept_until IS NOT NULL)),
            CHECK ((clean_up = 'failed') = (clean_up_failure IS NOT NULL))
        ) STRICT;

        """

    private static let trialRefusals =
        ["trial", "trial_phase", "trial_check", "trial_end"].map(appendOnly).joined()
            + """
            CREATE TRIGGER trial_phase_before_end BEFORE INSERT ON trial_phase
            WHEN EXISTS (SELECT 1 FROM trial_end WHERE trial_id = NEW.trial_id)
            BEGIN SELECT RAISE(ABORT, 'a trial that has ended has no more phases'); END;
            CREATE TRIGGER trial_check_before_end BEFORE INSERT ON trial_check
            WHEN EXISTS (SELECT 1 FROM trial_end WHERE trial_id = NEW.trial_id)
            BEGIN SELECT RAISE(ABORT, 'a trial that has ended has no more checks'); END;

            """

    /// `restore --check` has phases that a trial has: the table is made anew, since its words cannot be changed.
    ///
    /// Dropping a table drops its index and triggers, too, and fires none.
    private static let phasesOfTrials =
        """
        CREATE TABLE restore_phase_4 (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            restore_id INTEGER NOT NULL REFERENCES restore (id),
            name TEXT NOT NULL CHECK (name IN (\(phaseNames))),
            seconds REAL NOT NULL CHECK (seconds >= 0),
            bytes INTEGER CHECK (bytes >= 0)
        ) STRICT;
        INSERT INTO restore_phase_4 (id, restore_id, name, seconds, bytes)
            SELECT id, restore_id, name, seconds, bytes FROM restore_phase ORDER BY id;
        DROP TABLE restore_phase;
        ALTER TABLE restore_phase_4 RENAME TO restore_phase;
        CREATE INDEX restore_phase_restore ON restore_phase (restore_id);

        """
        + appendOnly("restore_phase")
            + """
            CREATE TRIGGER restore_phase_before_end BEFORE INSERT ON restore_phase
            WHEN EXISTS (SELECT 1 FROM restore_end WHERE restore_id = NEW.restore_id)
            BEGIN SELECT RAISE(ABORT, 'a restore that has ended has no more phases'); END;

            """

    /// A restore that places what a trial recovered reads nothing of the backup, and proves nothing of its bytes.
    private static let placedTrials =
        "ALTER TABLE restore ADD COLUMN trial_id INTEGER REFERENCES trial (id);\n"

    static func appendOnly(_ table: String) -> String {
        """
        CREATE TRIGGER \(table)_never_changes BEFORE UPDATE ON \(table)
        BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END;
        CREATE TRIGGER \(table)_never_shrinks BEFORE DELETE ON \(table)
        BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END;

        """
    }
}
