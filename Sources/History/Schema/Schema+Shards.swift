// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// Which history this is, and what other machines have contributed to it.
    ///
    /// A copy of the file is the same history. A bundle is folded in once; of a work that several machines have shared, one
    /// verdict is drawn.
    static let shards = """
        CREATE TABLE identity (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            id TEXT NOT NULL CHECK (length(id) = 32 AND id NOT GLOB '*[^0-9a-f]*')
        ) STRICT;
        INSERT INTO identity VALUES (1, lower(hex(randomblob(16))));

        CREATE TABLE merged_bundle (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            plan_id TEXT NOT NULL CHECK (plan_id <> ''),
            bundle_id TEXT NOT NULL CHECK (bundle_id <> ''),
            shard INTEGER NOT NULL CHECK (shard >= 0),
            shards INTEGER NOT NULL CHECK (shards > shard),
            unfinished TEXT NOT NULL CHECK (json_type(unfinished) IS 'array'),
            at INTEGER NOT NULL,
            UNIQUE (plan_id, bundle_id)
        ) STRICT;

        CREATE TABLE concluded_work (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            plan_id TEXT NOT NULL CHECK (plan_id <> ''),
            work INTEGER NOT NULL CHECK (work >= 0),
            run_id INTEGER NOT NULL REFERENCES run (id),
            UNIQUE (plan_id, work)
        ) STRICT;

        """ + ["identity", "merged_bundle", "concluded_work"].map(appendOnly).joined()

    /// What a manifest asked for of an object that an interrupted run has read to its end, such as `CRC32C:9bd366ae`.
    static let manifestDigests = """
        ALTER TABLE progress ADD COLUMN manifest_digest TEXT CHECK (manifest_digest GLOB '[A-Z]*:[0-9a-f]*');
        """

    /// What each machine has read of a plan and not found sound.
    static let doubts = """
        ALTER TABLE merged_bundle ADD COLUMN doubtful TEXT NOT NULL DEFAULT '[]'
            CHECK (json_type(doubtful) IS 'array');
        """
}
