// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// What people were told of, and when it was over; of one key at most one is open.
    static let incidents = """
        CREATE TABLE incident (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            store TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind <> ''),
            subject TEXT NOT NULL,
            severity TEXT NOT NULL CHECK (severity IN ('error', 'warning', 'note')),
            since INTEGER NOT NULL,
            incident TEXT NOT NULL CHECK (json_valid(incident) AND length(incident) <= 1048576),
            opened INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX incident_key ON incident (store, kind, subject);

        CREATE TABLE incident_end (
            incident_id INTEGER PRIMARY KEY REFERENCES incident (id),
            closed INTEGER NOT NULL
        ) STRICT;

        CREATE TRIGGER incident_once BEFORE INSERT ON incident
        WHEN EXISTS (
            SELECT 1 FROM incident i WHERE (i.store, i.kind, i.subject) IS (NEW.store, NEW.kind, NEW.subject)
                AND NOT EXISTS (SELECT 1 FROM incident_end e WHERE e.incident_id = i.id))
        BEGIN SELECT RAISE(ABORT, 'that incident is open'); END;

        """ + ["incident", "incident_end"].map(appendOnly).joined()
}
