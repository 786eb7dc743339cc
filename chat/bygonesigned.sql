-- A change that came alone has its author's signature now: the headers from it to the next event of its log that is signed, and that signature. What came
-- without is asked for again.
DROP TABLE chat_bygone;
CREATE TABLE chat_bygone (
    id           BLOB PRIMARY KEY, -- hash of the first of the headers
    conversation INTEGER NOT NULL REFERENCES chat_conversation(key),
    raw          BLOB NOT NULL     -- as it came
) WITHOUT ROWID;
CREATE INDEX chat_bygone_conversation ON chat_bygone(conversation);
