-- Groups to mention are changes of a room like those of its members.
DROP INDEX chat_event_change;
CREATE INDEX chat_event_change ON chat_event(conversation, kind) WHERE kind BETWEEN 8 AND 15;
