-- A person: the newest signed list of their machines, and what our person thinks of them.
CREATE TABLE person (
    id        BLOB PRIMARY KEY CHECK (length(id) = 32),
    list      BLOB NOT NULL,             -- the signed bytes, as received
    signer    BLOB NOT NULL,
    signature BLOB NOT NULL,
    trust     INTEGER NOT NULL,          -- 0 seen, 1 verified, 2 blocked
    kept      INTEGER NOT NULL           -- 1: we had to do with them, so no flood of strangers pushes them out
) STRICT, WITHOUT ROWID;

-- A machine of a person. One that was only read in a list has met = 0 and is not shown.
CREATE TABLE machine (
    id        BLOB PRIMARY KEY CHECK (length(id) = 32),
    person    BLOB NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    key       BLOB NOT NULL CHECK (length(key) = 32),
    name      TEXT NOT NULL,             -- the person's display name, as this machine told it last
    host      TEXT NOT NULL,             -- the machine's own name
    met       INTEGER NOT NULL,
    last_seen INTEGER NOT NULL           -- milliseconds since 1970, 0 = never
) STRICT, WITHOUT ROWID;

CREATE INDEX machine_person ON machine (person);

-- Where a machine was reached or told to be: hints to dial, newest first, at most eight each.
CREATE TABLE machine_address (
    machine BLOB NOT NULL REFERENCES machine (id) ON DELETE CASCADE,
    rank    INTEGER NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (machine, rank)
) STRICT, WITHOUT ROWID;

-- What our person chose to show; one row.
CREATE TABLE own_presence (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    choice INTEGER NOT NULL,
    text   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
