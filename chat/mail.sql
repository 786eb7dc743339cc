-- Sealed mail for those who are absent. What mail, keys and letters are: docs/protocol.md section 6, carriers.

-- Our own mail keys. A row is dropped 45 days after its key was replaced.
CREATE TABLE chat_mail_own (
    id        BLOB PRIMARY KEY,
    body      BLOB NOT NULL, -- as it was signed
    signature BLOB NOT NULL,
    private   BLOB NOT NULL,
    replaced  INTEGER NOT NULL -- ms since 1970, 0 = it is the newest
) WITHOUT ROWID;

-- The newest known mail key of each other machine.
CREATE TABLE chat_mail_key (
    peer      BLOB PRIMARY KEY,
    body      BLOB NOT NULL,
    signature BLOB NOT NULL
) WITHOUT ROWID;

-- What we carry for others: sealed, and nobody here can open it.
CREATE TABLE chat_mail_box (
    key       INTEGER PRIMARY KEY AUTOINCREMENT,
    depositor BLOB NOT NULL,
    recipient BLOB NOT NULL,
    number    INTEGER NOT NULL,
    mailkey   BLOB NOT NULL,
    expiry    INTEGER NOT NULL, -- ms since 1970, as the depositor named it
    until     INTEGER NOT NULL, -- when it is dropped here
    size      INTEGER NOT NULL,
    sealed    BLOB NOT NULL,
    UNIQUE (depositor, recipient)
);

CREATE INDEX chat_mail_box_recipient ON chat_mail_box(recipient, key);
CREATE INDEX chat_mail_box_until ON chat_mail_box(until);

-- What carriers keep of ours: up to which event of each of our logs.
CREATE TABLE chat_mail_sent (
    conversation INTEGER NOT NULL REFERENCES chat_conversation(key),
    recipient    BLOB NOT NULL,
    carrier      BLOB NOT NULL,
    mailkey      BLOB NOT NULL,
    number       INTEGER NOT NULL,
    expiry       INTEGER NOT NULL,
    state        INTEGER NOT NULL, -- counter of our state in it
    covers       BLOB NOT NULL,    -- CBOR [[key of the branch, number], ...]
    PRIMARY KEY (conversation, recipient, carrier)
) WITHOUT ROWID;

-- Conversations in which we took mail and owe a state.
CREATE TABLE chat_mail_owed (
    conversation INTEGER PRIMARY KEY REFERENCES chat_conversation(key)
);
