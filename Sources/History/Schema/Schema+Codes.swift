// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// What is kept of readings that were cut off has a code that only the owner of the key makes, each change signs the tree as it
    /// leaves it, and the names of backups and of their objects never change.
    ///
    /// `upgraded` says how many leaves are from before each change was signed.
    ///
    /// What an authority says of when a checkpoint was there is kept as it came.
    ///
    /// What an older program has left of readings has no code, and is read again.
    static let codes =
        """
        DELETE FROM progress;
        ALTER TABLE progress ADD COLUMN code BLOB;
        ALTER TABLE progress_states ADD COLUMN code BLOB;
        ALTER TABLE progress_chunks ADD COLUMN code BLOB;
        ALTER TABLE tree_frontier ADD COLUMN note TEXT;
        ALTER TABLE tree_frontier ADD COLUMN upgraded INTEGER NOT NULL DEFAULT 0;
        UPDATE tree_frontier SET upgraded = size;

        CREATE TABLE timestamp (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            size INTEGER NOT NULL CHECK (size >= 0),
            note TEXT NOT NULL CHECK (note <> ''),
            authority TEXT NOT NULL CHECK (authority <> ''),
            response BLOB NOT NULL CHECK (length(response) BETWEEN 1 AND 1048576),
            at INTEGER NOT NULL
        ) STRICT;

        """ + ["backup", "object", "timestamp"].map(appendOnly).joined()
}
