// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// What is kept of readings that were cut off has a code that only the owner of the key makes, each change signs the tree as it
    /// leaves it, and the names of backups and of their objects never change.
    ///
    /// What an older program has left of readings has no code, and is read again.
    static let codes =
        """
        DELETE FROM progress;
        ALTER TABLE progress ADD COLUMN code BLOB;
        ALTER TABLE progress_states ADD COLUMN code BLOB;
        ALTER TABLE progress_chunks ADD COLUMN code BLOB;
        ALTER TABLE tree_frontier ADD COLUMN note TEXT;

        """ + ["backup", "object"].map(appendOnly).joined()
}
