-- chat_event.hidden gets one more value: 2 = salt and body were dropped, here or before it came. Nothing of such an event is shown.

-- What search and retention need. Both follow the events in the background: chat_indexed says how far.

-- The time at which an event is looked for and grows old: its author's, but never later than when it was indexed. The key is that time in ms * 2^20
-- plus a number that tells events of one ms apart.
CREATE TABLE chat_time (
    key   INTEGER PRIMARY KEY,
    place INTEGER NOT NULL UNIQUE -- of the event
);

-- The words of texts and file names by the key above, folded and split by words.go; the tokenizer has nothing to do but to split at blanks. Only the
-- index is stored: the words themselves are in the events. secure-delete takes what is deleted out of the index at once, not at the next merge.
CREATE VIRTUAL TABLE chat_search USING fts5(words, marks, content='', columnsize=0, tokenize='ascii', prefix='1 2 3');
INSERT INTO chat_search(chat_search, rank) VALUES ('secure-delete', 1);

-- Up to which event each branch is indexed.
CREATE TABLE chat_indexed (
    branch INTEGER PRIMARY KEY REFERENCES chat_branch(key),
    number INTEGER NOT NULL
);

-- For how many days messages are kept, 0 for ever; without a row for ever, and a conversation as all.
CREATE TABLE chat_keep (
    conversation BLOB PRIMARY KEY, -- ID of the conversation, empty for all
    days         INTEGER NOT NULL
) WITHOUT ROWID;
