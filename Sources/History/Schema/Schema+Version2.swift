// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// What the contents of backups were found to be, and how much of what they hold.
    static let version2 = """
        CREATE TABLE inspection (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            backup_id INTEGER NOT NULL REFERENCES backup (id),
            proof_id INTEGER NOT NULL UNIQUE REFERENCES proof (id),
            checks INTEGER NOT NULL CHECK (checks > 0),
            digest_set TEXT NOT NULL CHECK (length(digest_set) = 64 AND digest_set NOT GLOB '*[^0-9a-f]*'),
            is_complete INTEGER NOT NULL CHECK (is_complete IN (0, 1)),
            findings TEXT NOT NULL CHECK (json_valid(findings)),
            major_version INTEGER CHECK (major_version > 0),
            system_identifier TEXT CHECK (system_identifier NOT GLOB '*[^0-9]*'),
            files INTEGER NOT NULL CHECK (files >= 0),
            bytes INTEGER NOT NULL CHECK (bytes >= 0),
            archive_bytes INTEGER NOT NULL CHECK (archive_bytes >= 0),
            pages INTEGER NOT NULL CHECK (pages >= 0),
            parent_timeline INTEGER CHECK (parent_timeline > 0),
            parent_start INTEGER,
            CHECK ((parent_timeline IS NULL) = (parent_start IS NULL))
        ) STRICT;
        CREATE INDEX inspection_backup ON inspection (backup_id);

        CREATE TABLE inspection_relations (
            inspection_id INTEGER NOT NULL REFERENCES inspection (id),
            database_oid INTEGER NOT NULL CHECK (database_oid BETWEEN 0 AND 4294967295),
            fork TEXT NOT NULL CHECK (fork IN ('main', 'fsm', 'vm', 'init')),
            files INTEGER NOT NULL CHECK (files >= 0),
            bytes INTEGER NOT NULL CHECK (bytes >= 0),
            PRIMARY KEY (inspection_id, database_oid, fork)
        ) STRICT, WITHOUT ROWID;

        CREATE TRIGGER inspection_never_changes BEFORE UPDATE ON inspection
        BEGIN SELECT RAISE(ABORT, 'inspection is append-only'); END;
        CREATE TRIGGER inspection_never_shrinks BEFORE DELETE ON inspection
        BEGIN SELECT RAISE(ABORT, 'inspection is append-only'); END;
        CREATE TRIGGER inspection_relations_never_changes BEFORE UPDATE ON inspection_relations
        BEGIN SELECT RAISE(ABORT, 'inspection_relations is append-only'); END;
        CREATE TRIGGER inspection_relations_never_shrinks BEFORE DELETE ON inspection_relations
        BEGIN SELECT RAISE(ABORT, 'inspection_relations is append-only'); END;

        """
}
