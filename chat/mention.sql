-- Whom texts of others mention as they are worded now: our person (an empty name), and groups of the room. So the list of conversations tells in which of them our person is mentioned without looking at all that is unread.
CREATE TABLE chat_mention (
    place  INTEGER NOT NULL REFERENCES chat_event(place),
    called TEXT NOT NULL,
    PRIMARY KEY (place, called)
) WITHOUT ROWID;
-- Conversations whose texts from before were not looked at yet: until the next start.
CREATE TABLE chat_unlooked (conversation INTEGER PRIMARY KEY REFERENCES chat_conversation(key));
INSERT INTO chat_unlooked SELECT key FROM chat_conversation;
