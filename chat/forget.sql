-- Whether our person forgot a room that they are no member of any more: 0 = never, 1 = it is shown nowhere and what was said in it goes, 2 = once, and they are a member again.
ALTER TABLE chat_room ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;
