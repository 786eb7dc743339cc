-- Whether our person paused a file that is received, or one that they offer.
ALTER TABLE chat_file ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;
