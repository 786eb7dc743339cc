-- When an event came here with what it has of words, ms since 1970 by this machine's clock: it grows old from then, should its author's clock say an earlier time. 0 = our person wrote it,
-- or it came before this was noted: then the author's time alone counts.
ALTER TABLE chat_event ADD COLUMN arrived INTEGER NOT NULL DEFAULT 0;
-- Lines that say that a message was deleted grow old as messages do.
CREATE INDEX chat_event_trace ON chat_event(place) WHERE deleted = 1 AND hidden = 0;
