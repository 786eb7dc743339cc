-- Changes of newer versions are found like those that are known.
DROP INDEX chat_event_change;
CREATE INDEX chat_event_change ON chat_event(conversation, kind) WHERE kind BETWEEN 8 AND 31;
