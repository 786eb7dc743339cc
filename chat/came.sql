-- When the newest event of a log of announcements came here, ms since 1970 by this machine's clock, and through whom its author was first heard of: what one
-- author and one person may make us keep is counted by it, over restarts too.
CREATE TABLE chat_came (
    branch INTEGER PRIMARY KEY REFERENCES chat_branch(key),
    time   INTEGER NOT NULL,
    teller BLOB NOT NULL -- a person; empty where nobody knows
);
