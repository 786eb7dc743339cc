-- The time in the room of what came without words: of what was said before our membership began none are owed to us.
ALTER TABLE chat_gap ADD COLUMN lamport INTEGER NOT NULL DEFAULT 0;
UPDATE chat_gap SET lamport = coalesce((SELECT lamport FROM chat_event e WHERE e.place = chat_gap.place), 0);
CREATE INDEX chat_gap_lamport ON chat_gap(conversation, lamport);
-- Whether a log has a deletion behind a place is asked for each edit without words.
CREATE INDEX chat_event_delete ON chat_event(place) WHERE kind = 5;
