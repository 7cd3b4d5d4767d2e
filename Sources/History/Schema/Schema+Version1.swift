// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// Times are nanoseconds since 1970, sizes and offsets bytes, digests lower-case hex.
    ///
    /// "Newest" always means the highest id, never the latest time: clocks step.
    static let version1 = identities + runs + readings + findings + pins + caches + refusals

    private static let identities = """
        CREATE TABLE backup (
            id INTEGER PRIMARY KEY,
            url TEXT NOT NULL UNIQUE CHECK (url <> ''),
            label TEXT NOT NULL
        ) STRICT;
        CREATE INDEX backup_label ON backup (label);

        CREATE TABLE object (
            id INTEGER PRIMARY KEY,
            backup_id INTEGER NOT NULL REFERENCES backup (id),
            name TEXT NOT NULL,
            UNIQUE (backup_id, name)
        ) STRICT;

        """

    private static let runs = """
        CREATE TABLE run (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            command TEXT NOT NULL,
            location TEXT NOT NULL,
            level_asked TEXT NOT NULL
                CHECK (level_asked IN ('listed', 'checksummed', 'inspected', 'restored', 'exercised')),
            started INTEGER NOT NULL,
            tool_version TEXT NOT NULL,
            host TEXT NOT NULL,
            boot_id TEXT NOT NULL,
            pid INTEGER NOT NULL,
            process_start INTEGER NOT NULL,
            ended INTEGER,
            exit_status INTEGER CHECK (exit_status BETWEEN 0 AND 255),
            verdict TEXT CHECK (verdict IN ('verified', 'damaged', 'tampered', 'inconclusive', 'incomplete')),
            CHECK ((ended IS NULL) = (exit_status IS NULL)),
            CHECK (verdict IS NULL OR ended IS NOT NULL)
        ) STRICT;

        CREATE TABLE event (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('acceptance', 'history-moved-aside', 'lock-taken-over')),
            backup_id INTEGER REFERENCES backup (id),
            run_id INTEGER REFERENCES run (id),
            who TEXT,
            text TEXT NOT NULL CHECK (text <> ''),
            CHECK (kind <> 'acceptance' OR (backup_id IS NOT NULL AND who IS NOT NULL))
        ) STRICT;

        CREATE TABLE lock (
            backup_id INTEGER PRIMARY KEY REFERENCES backup (id),
            run_id INTEGER NOT NULL REFERENCES run (id),
            host TEXT NOT NULL,
            boot_id TEXT NOT NULL,
            pid INTEGER NOT NULL,
            process_start INTEGER NOT NULL,
            since INTEGER NOT NULL
        ) STRICT;

        """

    // Readings are clustered by proof, so that a verification adds its thousands of rows side by side at the
    // end of one tree. An index by object would spread them over the whole file. The readings of an object
    // are found from the proofs of its backup, newest first.
    private static let readings = """
        CREATE TABLE proof (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            backup_id INTEGER NOT NULL REFERENCES backup (id),
            run_id INTEGER NOT NULL REFERENCES run (id),
            level_asked TEXT NOT NULL
                CHECK (level_asked IN ('listed', 'checksummed', 'inspected', 'restored', 'exercised')),
            level TEXT CHECK (level IN ('listed', 'checksummed', 'inspected', 'restored', 'exercised')),
            verdict TEXT NOT NULL
                CHECK (verdict IN ('verified', 'damaged', 'tampered', 'inconclusive', 'incomplete')),
            started INTEGER NOT NULL,
            ended INTEGER NOT NULL,
            backup_size INTEGER NOT NULL CHECK (backup_size >= 0),
            bytes_read INTEGER NOT NULL CHECK (bytes_read >= 0),
            seconds REAL NOT NULL,
            UNIQUE (run_id, backup_id)
        ) STRICT;
        CREATE INDEX proof_backup ON proof (backup_id);

        CREATE TABLE reading (
            proof_id INTEGER NOT NULL REFERENCES proof (id),
            object_id INTEGER NOT NULL REFERENCES object (id),
            object_size INTEGER NOT NULL CHECK (object_size >= 0),
            sha256 TEXT CHECK (length(sha256) = 64),
            verdict TEXT NOT NULL
                CHECK (verdict IN ('verified', 'damaged', 'tampered', 'inconclusive', 'incomplete')),
            bytes_read INTEGER NOT NULL CHECK (bytes_read >= 0),
            bytes_resumed INTEGER NOT NULL CHECK (bytes_resumed >= 0),
            seconds REAL NOT NULL,
            retries INTEGER NOT NULL CHECK (retries >= 0),
            size INTEGER, etag TEXT, version TEXT, modified INTEGER, changed INTEGER, inode INTEGER,
            PRIMARY KEY (proof_id, object_id)
        ) STRICT, WITHOUT ROWID;

        """

    private static let findings = """
        CREATE TABLE finding (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            backup_id INTEGER NOT NULL REFERENCES backup (id),
            code TEXT NOT NULL CHECK (code <> '' AND code NOT GLOB '*[^A-Z0-9_]*'),
            object_id INTEGER REFERENCES object (id),
            member TEXT,
            byte_offset INTEGER CHECK (byte_offset >= 0),
            byte_length INTEGER CHECK (byte_length >= 0),
            ordinal INTEGER NOT NULL CHECK (ordinal >= 0)
        ) STRICT;
        CREATE UNIQUE INDEX finding_identity ON finding (
            backup_id, code, ifnull(object_id, 0), ifnull(byte_offset, -1), ifnull(byte_length, -1),
            member IS NULL, ifnull(member, ''), ordinal);

        CREATE TABLE finding_sighting (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            finding_id INTEGER NOT NULL REFERENCES finding (id),
            proof_id INTEGER NOT NULL REFERENCES proof (id),
            state TEXT NOT NULL CHECK (state IN ('opened', 'seen', 'resolved')),
            severity TEXT CHECK (severity IN ('error', 'warning', 'note')),
            expected TEXT,
            found TEXT,
            cause TEXT CHECK (cause <> '' AND cause NOT GLOB '*[^a-z0-9-]*'),
            message TEXT,
            CHECK ((state = 'resolved') = (severity IS NULL)),
            CHECK ((state = 'resolved') = (message IS NULL)),
            UNIQUE (finding_id, proof_id)
        ) STRICT;

        """

    private static let pins = """
        CREATE TABLE pin (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            object_id INTEGER NOT NULL REFERENCES object (id),
            run_id INTEGER REFERENCES run (id),
            reason TEXT NOT NULL
                CHECK (reason IN ('first', 'moved', 'attested', 'healed', 'accepted', 'removed', 'midstates')),
            sha256 TEXT NOT NULL CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
            is_attested INTEGER NOT NULL CHECK (is_attested IN (0, 1)),
            since INTEGER NOT NULL,
            seal_chunk_size INTEGER CHECK (seal_chunk_size > 0 AND seal_chunk_size % 64 = 0),
            seal_digest TEXT CHECK (length(seal_digest) = 64),
            size INTEGER NOT NULL, etag TEXT, version TEXT, modified INTEGER, changed INTEGER, inode INTEGER,
            CHECK ((seal_chunk_size IS NULL) = (seal_digest IS NULL)),
            CHECK ((run_id IS NULL) = (reason IN ('accepted', 'removed')))
        ) STRICT;
        CREATE INDEX pin_object ON pin (object_id);

        """

    private static let caches = """
        CREATE TABLE midstate (
            object_id INTEGER PRIMARY KEY REFERENCES object (id),
            chunk_size INTEGER NOT NULL CHECK (chunk_size > 0 AND chunk_size % 64 = 0),
            states BLOB NOT NULL CHECK (length(states) % 32 = 0)
        ) STRICT;

        CREATE TABLE progress (
            id INTEGER PRIMARY KEY,
            object_id INTEGER NOT NULL UNIQUE REFERENCES object (id),
            chunk_size INTEGER CHECK (chunk_size > 0 AND chunk_size % 64 = 0),
            pin_sha256 TEXT CHECK (length(pin_sha256) = 64),
            sha256 TEXT CHECK (length(sha256) = 64),
            since INTEGER NOT NULL,
            size INTEGER NOT NULL, etag TEXT, version TEXT, modified INTEGER, changed INTEGER, inode INTEGER,
            CHECK (chunk_size IS NOT NULL OR (pin_sha256 IS NULL AND sha256 IS NOT NULL)),
            CHECK (pin_sha256 IS NULL OR sha256 IS NULL)
        ) STRICT;

        CREATE TABLE progress_states (
            progress_id INTEGER NOT NULL REFERENCES progress (id) ON DELETE CASCADE,
            first INTEGER NOT NULL CHECK (first >= 0),
            states BLOB NOT NULL CHECK (length(states) % 32 = 0 AND length(states) > 0),
            PRIMARY KEY (progress_id, first)
        ) STRICT;

        CREATE TABLE progress_chunks (
            progress_id INTEGER NOT NULL REFERENCES progress (id) ON DELETE CASCADE,
            first INTEGER NOT NULL CHECK (first >= 0),
            past_last INTEGER NOT NULL CHECK (past_last > first),
            PRIMARY KEY (progress_id, first, past_last)
        ) STRICT, WITHOUT ROWID;

        """

    private static let appendOnly = ["proof", "reading", "finding", "finding_sighting", "pin", "event"]

    /// The history only grows: whoever wants to rewrite it has to take these away first.
    private static let refusals =
        appendOnly.map { table in
            """
            CREATE TRIGGER \(table)_never_changes BEFORE UPDATE ON \(table)
            BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END;
            CREATE TRIGGER \(table)_never_shrinks BEFORE DELETE ON \(table)
            BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END;

            """
        }.joined()
            + """
            CREATE TRIGGER run_ends_once BEFORE UPDATE ON run
            WHEN OLD.ended IS NOT NULL OR NEW.ended IS NULL
                OR (NEW.id, NEW.command, NEW.location, NEW.level_asked, NEW.started, NEW.tool_version,
                    NEW.host, NEW.boot_id, NEW.pid, NEW.process_start)
                IS NOT (OLD.id, OLD.command, OLD.location, OLD.level_asked, OLD.started, OLD.tool_version,
                    OLD.host, OLD.boot_id, OLD.pid, OLD.process_start)
            BEGIN SELECT RAISE(ABORT, 'a run can only be ended, and only once'); END;
            CREATE TRIGGER run_never_shrinks BEFORE DELETE ON run
            BEGIN SELECT RAISE(ABORT, 'run is append-only'); END;
            """
}
