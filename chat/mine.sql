-- What is our person's alone and is never sent.

CREATE TABLE chat_mine (
    conversation BLOB PRIMARY KEY, -- its ID
    person       BLOB NOT NULL,
    muted        INTEGER NOT NULL,
    marked       INTEGER NOT NULL, -- 1 = marked as unread, though everything was read
    draft        TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE chat_star (
    event BLOB PRIMARY KEY, -- ID of the message as it was shown, or of the one that it re-issues
    time  INTEGER NOT NULL  -- when, ms since 1970
) WITHOUT ROWID;

-- What is to happen later: a text to be sent, or being reminded of a message.
CREATE TABLE chat_later (
    key     INTEGER PRIMARY KEY AUTOINCREMENT,
    person  BLOB NOT NULL,
    at      INTEGER NOT NULL, -- ms since 1970 by this machine's clock
    text    TEXT NOT NULL,    -- to be sent; '' for a reminder
    event   BLOB,             -- the message to be reminded of
    claimed INTEGER NOT NULL, -- 1 = it is being sent just now
    problem TEXT NOT NULL     -- why it could not be sent
);
CREATE INDEX chat_later_at ON chat_later(at) WHERE problem = '';
