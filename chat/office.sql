-- With whom our announcements are: only their author needs to know. What others have of others' is nowhere.
CREATE TABLE chat_told (
    branch INTEGER NOT NULL REFERENCES chat_branch(key), -- of ours
    peer   BLOB NOT NULL,
    has    INTEGER NOT NULL, -- number of the last event that is durable there
    seen   INTEGER NOT NULL, -- number of the last event that was read there
    PRIMARY KEY (branch, peer)
) WITHOUT ROWID;
