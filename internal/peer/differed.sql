-- When it was said that the words which our person compared with them differ: milliseconds since 1970, 0 = never, or they are verified since.
ALTER TABLE person ADD COLUMN differed INTEGER NOT NULL DEFAULT 0;
