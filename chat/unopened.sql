-- Whether our person was brought into a room and never opened it: 1 = so it is, and if it ends like that and nothing was said in it, it is on no list of conversations.
ALTER TABLE chat_room ADD COLUMN unopened INTEGER NOT NULL DEFAULT 0;
UPDATE chat_room SET unopened = quiet;
