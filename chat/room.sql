-- Rooms. What a creation is: docs/protocol.md section 6, rooms. In chat_conversation and chat_mine person is empty for a room.

CREATE TABLE chat_room (
    conversation INTEGER PRIMARY KEY REFERENCES chat_conversation(key),
    creation     BLOB NOT NULL, -- as it was signed
    signature    BLOB NOT NULL,
    quiet        INTEGER NOT NULL -- 1 = it makes no notice until it is opened
);

ALTER TABLE chat_later ADD COLUMN conversation BLOB; -- ID of a room, for which person is empty

-- The changes of members are few among many messages, and all of them are read at the start.
CREATE INDEX chat_event_change ON chat_event(conversation, kind) WHERE kind BETWEEN 8 AND 14;

-- chat_event.hidden gets one more value: 3 = it lies behind the cut of a removal, or its author is no member. Nothing of it is shown or passed on.
