-- Events of rooms that came without salt and body although they may be for us: others are asked for these, those first that came first.
CREATE TABLE chat_gap (
    key          INTEGER PRIMARY KEY AUTOINCREMENT,
    place        INTEGER NOT NULL UNIQUE, -- of the event
    conversation INTEGER NOT NULL REFERENCES chat_conversation(key)
);
CREATE INDEX chat_gap_conversation ON chat_gap(conversation, key);
