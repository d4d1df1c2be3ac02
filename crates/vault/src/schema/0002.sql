-- What programs may do. `service` is null for the permission to manage; the body is JSON of the model's type.
CREATE TABLE permissions (
    id TEXT PRIMARY KEY NOT NULL,
    program TEXT NOT NULL,
    service TEXT REFERENCES services (name) ON DELETE CASCADE,
    body TEXT NOT NULL
) STRICT;

-- One for each program and service.
CREATE UNIQUE INDEX permissions_by_program ON permissions (program, ifnull(service, ''));
CREATE INDEX permissions_by_service ON permissions (service);

-- An event may belong to no service. SQLite can't take NOT NULL from a column, so the table is made anew.
CREATE TABLE new_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    service TEXT,
    account TEXT,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    detail TEXT
) STRICT;

INSERT INTO new_events (id, at, service, account, kind, text, detail)
SELECT id, at, service, account, kind, text, detail FROM events;

-- The last place given away stays given away, though its event may be gone.
DELETE FROM sqlite_sequence WHERE name = 'new_events';
INSERT INTO sqlite_sequence (name, seq) SELECT 'new_events', seq FROM sqlite_sequence WHERE name = 'events';

DROP TABLE events;
ALTER TABLE new_events RENAME TO events;
CREATE INDEX events_by_account ON events (service, account, id);
