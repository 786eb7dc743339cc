-- Changes of rooms that lie behind the cut of a removal, and that came alone: others had seen them before they learned of the removal, and name them.
CREATE TABLE chat_bygone (
    id           BLOB PRIMARY KEY, -- hash of the header
    conversation INTEGER NOT NULL REFERENCES chat_conversation(key),
    teller       BLOB NOT NULL,    -- person who brought it
    first        BLOB NOT NULL,    -- header of its log's first event
    header       BLOB NOT NULL,
    salt         BLOB NOT NULL,
    body         BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX chat_bygone_conversation ON chat_bygone(conversation);
