-- Webhooks: what lets programs of this machine write into one conversation. Of a token only its hash is here.
CREATE TABLE hook_webhook (
    id     TEXT PRIMARY KEY,
    token  BLOB NOT NULL,   -- SHA-256
    target TEXT NOT NULL,   -- the conversation, as the agent names it
    name   TEXT NOT NULL,
    made   INTEGER NOT NULL, -- ms since 1970
    used   INTEGER NOT NULL  -- when a message last came through it, 0 = never
) WITHOUT ROWID;
