// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// What was restored, where to, how long each phase took, and how it ended.
    ///
    /// A restore that was killed has no row in `restore_end`. `newest_proof` is that of the backup at that
    /// moment: it tells what came first where clocks may have stepped. `findings_found` counts more than
    /// `findings` holds when there were too many to keep.
    static let version3 = """
        CREATE TABLE restore (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            backup_id INTEGER NOT NULL REFERENCES backup (id),
            target TEXT NOT NULL CHECK (target <> ''),
            goal TEXT NOT NULL CHECK (goal <> ''),
            accepts_damage INTEGER NOT NULL CHECK (accepts_damage IN (0, 1)),
            is_resumed INTEGER NOT NULL CHECK (is_resumed IN (0, 1)),
            started INTEGER NOT NULL,
            tool_version TEXT NOT NULL,
            host TEXT NOT NULL,
            boot_id TEXT NOT NULL,
            pid INTEGER NOT NULL,
            process_start INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX restore_backup ON restore (backup_id);

        CREATE TABLE restore_phase (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            restore_id INTEGER NOT NULL REFERENCES restore (id),
            name TEXT NOT NULL CHECK (name IN (
                'download', 'write', 'stream', 'sync', 'combine', 'recover', 'scripts', 'switch')),
            seconds REAL NOT NULL CHECK (seconds >= 0),
            bytes INTEGER CHECK (bytes >= 0)
        ) STRICT;
        CREATE INDEX restore_phase_restore ON restore_phase (restore_id);

        CREATE TABLE restore_end (
            restore_id INTEGER PRIMARY KEY REFERENCES restore (id),
            exit_status INTEGER NOT NULL CHECK (exit_status BETWEEN 0 AND 255),
            failure TEXT CHECK (failure <> '' AND length(failure) <= 4096),
            findings TEXT NOT NULL CHECK (json_valid(findings) AND length(findings) <= 8388608),
            findings_found INTEGER NOT NULL CHECK (findings_found >= 0),
            end_position TEXT CHECK (end_position <> ''),
            timeline INTEGER CHECK (timeline BETWEEN 1 AND 4294967295),
            ended INTEGER NOT NULL,
            newest_proof INTEGER REFERENCES proof (id)
        ) STRICT;

        CREATE TRIGGER restore_never_changes BEFORE UPDATE ON restore
        BEGIN SELECT RAISE(ABORT, 'restore is append-only'); END;
        CREATE TRIGGER restore_never_shrinks BEFORE DELETE ON restore
        BEGIN SELECT RAISE(ABORT, 'restore is append-only'); END;
        CREATE TRIGGER restore_phase_never_changes BEFORE UPDATE ON restore_phase
        BEGIN SELECT RAISE(ABORT, 'restore_phase is append-only'); END;
        CREATE TRIGGER restore_phase_never_shrinks BEFORE DELETE ON restore_phase
        BEGIN SELECT RAISE(ABORT, 'restore_phase is append-only'); END;
        CREATE TRIGGER restore_end_never_changes BEFORE UPDATE ON restore_end
        BEGIN SELECT RAISE(ABORT, 'restore_end is append-only'); END;
        CREATE TRIGGER restore_end_never_shrinks BEFORE DELETE ON restore_end
        BEGIN SELECT RAISE(ABORT, 'restore_end is append-only'); END;
        CREATE TRIGGER restore_phase_before_end BEFORE INSERT ON restore_phase
        WHEN EXISTS (SELECT 1 FROM restore_end WHERE restore_id = NEW.restore_id)
        BEGIN SELECT RAISE(ABORT, 'a restore that has ended has no more phases'); END;

        """
}
