-- How far machines of others have logs of ours in rooms of which our person was no member when those machines told it: who is none gets no states, which would tell it.
CREATE TABLE chat_had (
    branch INTEGER NOT NULL REFERENCES chat_branch(key), -- of ours
    peer   BLOB NOT NULL,
    has    INTEGER NOT NULL, -- number of the last event that is durable there
    PRIMARY KEY (branch, peer)
) WITHOUT ROWID;
