-- Outgoing hooks: each message of a conversation goes to a command or an address of this machine.
CREATE TABLE hook_outgoing (
    id       TEXT PRIMARY KEY,
    target   TEXT NOT NULL,    -- the conversation, as the agent names it
    command  TEXT NOT NULL,    -- JSON array of program and arguments, '' where there is an address
    url      TEXT NOT NULL,
    own      INTEGER NOT NULL, -- 1 = also what our person writes
    made     INTEGER NOT NULL, -- ms since 1970
    bookmark BLOB NOT NULL,    -- behind the last message that was given
    given    INTEGER NOT NULL, -- messages in all
    failures INTEGER NOT NULL, -- one after the other, of the message that is next
    stopped  INTEGER NOT NULL, -- 1 = it failed too often
    result   TEXT NOT NULL,    -- what became of the last try, '' for well
    tried    INTEGER NOT NULL  -- when, 0 = never
) WITHOUT ROWID;
