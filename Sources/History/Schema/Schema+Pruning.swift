// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// What lets a history shrink without losing what anybody rests on, and marks that keep backups.
    ///
    /// Each rule for what may go stands in the trigger that refuses all else: no program can take more. What readings were
    /// in sum stays by backup and day.
    static let pruning = pruningTables + ["reading_day", "mark"].map(appendOnly).joined() + pruningRules

    private static let pruningTables = """
        CREATE TABLE reading_day (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            backup_id INTEGER NOT NULL REFERENCES backup (id),
            day INTEGER NOT NULL,
            readings INTEGER NOT NULL CHECK (readings > 0),
            bytes_read INTEGER NOT NULL CHECK (bytes_read >= 0),
            bytes_resumed INTEGER NOT NULL CHECK (bytes_resumed >= 0),
            seconds REAL NOT NULL,
            retries INTEGER NOT NULL CHECK (retries >= 0)
        ) STRICT;
        CREATE INDEX reading_day_place ON reading_day (backup_id, day);

        CREATE TABLE mark (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            backup_id INTEGER NOT NULL REFERENCES backup (id),
            keep_until INTEGER NOT NULL,
            reason TEXT NOT NULL CHECK (reason <> '' AND length(reason) <= 4096),
            who TEXT NOT NULL CHECK (who <> ''),
            at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX mark_backup ON mark (backup_id);

        CREATE INDEX sweep_store_name ON sweep_store (name);

        """

    private static let pruningRules = """
        DROP TRIGGER reading_never_shrinks;
        CREATE TRIGGER reading_never_shrinks BEFORE DELETE ON reading
        WHEN OLD.verdict <> 'verified'
            OR NOT EXISTS (
                SELECT 1 FROM proof p JOIN reading_day d ON d.backup_id = p.backup_id
                    AND d.day = p.ended / 86400000000000
                WHERE p.id = OLD.proof_id)
            OR NOT EXISTS (
                SELECT 1 FROM proof p JOIN proof later ON later.backup_id = p.backup_id AND later.id > p.id
                    JOIN reading r ON r.proof_id = later.id AND r.object_id = OLD.object_id
                WHERE p.id = OLD.proof_id AND r.verdict = 'verified'
                    AND (r.sha256 IS NOT NULL OR OLD.sha256 IS NULL))
        BEGIN SELECT RAISE(ABORT, 'reading is append-only'); END;

        DROP TRIGGER trial_baseline_never_shrinks;
        CREATE TRIGGER trial_baseline_never_shrinks BEFORE DELETE ON trial_baseline
        WHEN NOT EXISTS (
            SELECT 1 FROM trial_baseline newer
            WHERE newer.system_identifier = OLD.system_identifier AND newer.trial_id > OLD.trial_id)
        BEGIN SELECT RAISE(ABORT, 'trial_baseline is append-only'); END;

        DROP TRIGGER sweep_store_never_shrinks;
        CREATE TRIGGER sweep_store_never_shrinks BEFORE DELETE ON sweep_store
        WHEN NOT EXISTS (SELECT 1 FROM sweep_store newer WHERE newer.name = OLD.name AND newer.id > OLD.id)
            OR NOT EXISTS (SELECT 1 FROM sweep_end WHERE sweep_id = OLD.sweep_id)
        BEGIN SELECT RAISE(ABORT, 'sweep_store is append-only'); END;

        """
}
