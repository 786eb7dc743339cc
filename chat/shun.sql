-- Whether a room is shown nowhere, since somebody whom our person blocked brought them in and nobody else has said anything in it: 1 = so it is for as long as they are blocked.
ALTER TABLE chat_room ADD COLUMN shunned INTEGER NOT NULL DEFAULT 0;
