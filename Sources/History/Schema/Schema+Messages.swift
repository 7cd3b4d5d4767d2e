// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// What people were told, over which channel, and what waits.
    ///
    /// Messages and their ends are evidence of who was told what and when; attempts are working memory, and go with the end.
    static let messages =
        messageTables + ["message", "message_end"].map(appendOnly).joined() + messageRefusals

    private static let messageTables = """
        CREATE TABLE message (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            channel TEXT NOT NULL CHECK (channel <> ''),
            message_id TEXT NOT NULL CHECK (message_id <> ''),
            written INTEGER NOT NULL,
            document TEXT NOT NULL CHECK (json_valid(document) AND length(document) <= 8388608),
            UNIQUE (channel, message_id)
        ) STRICT;

        CREATE TABLE message_end (
            message INTEGER PRIMARY KEY REFERENCES message (id),
            outcome TEXT NOT NULL CHECK (outcome IN ('delivered', 'given-up')),
            at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE message_attempts (
            message INTEGER PRIMARY KEY REFERENCES message (id),
            failures INTEGER NOT NULL CHECK (failures > 0),
            refusals INTEGER NOT NULL CHECK (refusals BETWEEN 0 AND failures),
            reason TEXT NOT NULL,
            not_before INTEGER NOT NULL
        ) STRICT;

        """

    private static let messageRefusals = """
        CREATE TRIGGER message_attempts_before_end BEFORE INSERT ON message_attempts
        WHEN EXISTS (SELECT 1 FROM message_end WHERE message = NEW.message)
        BEGIN SELECT RAISE(ABORT, 'a message that is settled is not tried any more'); END;

        """
}
