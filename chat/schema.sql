-- Conversations. What events, logs and states are: docs/protocol.md section 6.

CREATE TABLE chat_conversation (
    key    INTEGER PRIMARY KEY,
    id     BLOB NOT NULL UNIQUE, -- 32 bytes
    person BLOB NOT NULL         -- the other person of a direct conversation
);

-- A log, or one more history of it after its author's profile was copied or put back.
CREATE TABLE chat_branch (
    key          INTEGER PRIMARY KEY,
    conversation INTEGER NOT NULL REFERENCES chat_conversation(key),
    peer         BLOB NOT NULL,
    log          BLOB NOT NULL,
    base         INTEGER REFERENCES chat_branch(key), -- where its first events are, NULL for the first branch of a log
    fork         INTEGER NOT NULL                     -- number of the last event that it has in common with base
);

CREATE TABLE chat_event (
    place        INTEGER PRIMARY KEY, -- branch * 2^40 + number: what is read together lies together
    conversation INTEGER NOT NULL,
    lamport      INTEGER NOT NULL,
    time         INTEGER NOT NULL,    -- ms since 1970 by the author's clock
    kind         INTEGER NOT NULL,
    hidden       INTEGER NOT NULL,    -- 1 = re-issues an event that is here too
    name         INTEGER NOT NULL,    -- first 8 bytes of the event's ID, which is the hash of the header
    header       BLOB NOT NULL,
    salt         BLOB NOT NULL,
    body         BLOB NOT NULL,
    signature    BLOB,                -- of its author over this event's ID; it covers all events before
    again        BLOB                 -- ID of the event that this one re-issues
);
CREATE INDEX chat_event_order ON chat_event(conversation, lamport);
CREATE INDEX chat_event_name ON chat_event(name);
CREATE INDEX chat_event_again ON chat_event(again) WHERE again IS NOT NULL;

-- The newest signed state of each machine, ours included.
CREATE TABLE chat_state (
    conversation INTEGER NOT NULL REFERENCES chat_conversation(key),
    peer         BLOB NOT NULL,
    counter      INTEGER NOT NULL,
    body         BLOB NOT NULL,
    signature    BLOB NOT NULL,
    PRIMARY KEY (conversation, peer)
) WITHOUT ROWID;

-- How far our own person has read, which a signed state tells unless they are invisible.
CREATE TABLE chat_read (
    branch INTEGER PRIMARY KEY REFERENCES chat_branch(key),
    number INTEGER NOT NULL
);

-- Files and folders that were offered, by the event that offers them.
CREATE TABLE chat_file (
    place    INTEGER PRIMARY KEY REFERENCES chat_event(place),
    path     TEXT NOT NULL,    -- where it lies on this machine, '' while it does not
    target   TEXT NOT NULL,    -- the name that a received one is about to get
    problem  TEXT NOT NULL,    -- why it cannot be sent or received
    mtime    INTEGER NOT NULL, -- of an offered file when it was read, ns since 1970
    manifest BLOB              -- of a folder
);

-- What became of offers.
CREATE TABLE chat_answer (
    offer  BLOB NOT NULL,    -- ID of the event
    person BLOB NOT NULL,    -- who says so
    answer INTEGER NOT NULL, -- as on the wire
    PRIMARY KEY (offer, person, answer)
) WITHOUT ROWID;
