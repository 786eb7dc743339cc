-- How much of one person's came into a room within a day, and whether more of it waits until our person says so.
CREATE TABLE chat_flow (
    conversation INTEGER NOT NULL REFERENCES chat_conversation(key),
    person       BLOB NOT NULL,
    since        INTEGER NOT NULL, -- when that day began, ms since 1970 by this machine's clock
    bytes        INTEGER NOT NULL,
    held         INTEGER NOT NULL,
    PRIMARY KEY (conversation, person)
) WITHOUT ROWID;
