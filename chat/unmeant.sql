-- Events of rooms with closed history that came without salt and body, as these were for others by the membership of then. A change that comes later may say that they were for us.
CREATE TABLE chat_unmeant (
    conversation INTEGER NOT NULL REFERENCES chat_conversation(key),
    lamport      INTEGER NOT NULL,
    place        INTEGER NOT NULL, -- of the event
    PRIMARY KEY (conversation, lamport, place)
) WITHOUT ROWID;
-- Of what came earlier it is not known why it is without words, unless nothing else can have dropped them.
INSERT INTO chat_unmeant SELECT e.conversation, e.lamport, e.place FROM chat_event e JOIN chat_room r ON r.conversation = e.conversation
    WHERE length(e.salt) = 0 AND e.deleted = 0 AND e.kind NOT BETWEEN 8 AND 31 AND r.forgotten = 0
    AND NOT EXISTS (SELECT 1 FROM chat_gap g WHERE g.place = e.place) AND NOT EXISTS (SELECT 1 FROM chat_keep WHERE days > 0);
-- From which time in the room on it is still to be judged anew for whom what came without words is: 0 = it is judged.
ALTER TABLE chat_room ADD COLUMN rejudge INTEGER NOT NULL DEFAULT 0;
