-- Bodies are JSON of the model's types, without secrets. Secrets stand in columns of their own.
CREATE TABLE services (
    name TEXT PRIMARY KEY NOT NULL,
    body TEXT NOT NULL,
    client_secret TEXT
) STRICT;

CREATE TABLE accounts (
    service TEXT NOT NULL REFERENCES services (name) ON DELETE CASCADE,
    account TEXT NOT NULL,
    revision INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (service, account)
) STRICT;

CREATE TABLE tokens (
    service TEXT NOT NULL,
    account TEXT NOT NULL,
    slot TEXT NOT NULL CHECK (slot IN ('current', 'candidate')),
    access TEXT NOT NULL,
    refresh TEXT,
    previous_refresh TEXT,
    previous_access TEXT,
    id_token TEXT,
    other TEXT,
    PRIMARY KEY (service, account, slot),
    FOREIGN KEY (service, account) REFERENCES accounts (service, account) ON DELETE CASCADE
) STRICT;

CREATE TABLE pendings (
    id TEXT PRIMARY KEY NOT NULL,
    service TEXT NOT NULL,
    account TEXT NOT NULL,
    body TEXT NOT NULL,
    link TEXT NOT NULL,
    state TEXT NOT NULL,
    code_verifier TEXT,
    nonce TEXT,
    UNIQUE (service, account),
    FOREIGN KEY (service, account) REFERENCES accounts (service, account) ON DELETE CASCADE
) STRICT;

CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    service TEXT NOT NULL,
    account TEXT,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    detail TEXT
) STRICT;

CREATE INDEX events_by_account ON events (service, account, id);

-- One row, rewritten to find out whether a save would succeed.
CREATE TABLE touch (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    count INTEGER NOT NULL,
    room BLOB NOT NULL
) STRICT;

INSERT INTO touch (id, count, room) VALUES (1, 0, x'');
