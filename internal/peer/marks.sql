-- What our person notes about another, for themselves alone: never sent.
ALTER TABLE person ADD COLUMN favourite INTEGER NOT NULL DEFAULT 0;  -- 1: shown first
ALTER TABLE person ADD COLUMN live INTEGER NOT NULL DEFAULT 0;       -- 1: may see what is written here as it is typed, if they let us see theirs
ALTER TABLE person ADD COLUMN own_groups TEXT NOT NULL DEFAULT '[]'; -- JSON: names of groups in the list
