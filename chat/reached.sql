-- How many bytes of an offer of ours its receiver was sent, as far as was noted: what is shown after a restart until they are back.
ALTER TABLE chat_file ADD COLUMN reached INTEGER NOT NULL DEFAULT 0;
