-- Amendments: events of kinds 4 to 7, which say something about another event. What they are: docs/protocol.md section 6, amendments.

ALTER TABLE chat_event ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0; -- 1 = its author took it back; salt and body are empty

-- What an amendment names.
CREATE TABLE chat_amendment (
    place        INTEGER PRIMARY KEY REFERENCES chat_event(place),
    conversation INTEGER NOT NULL,
    target       BLOB NOT NULL,    -- ID of the named event, or of the one that it re-issues, as far as is known
    waiting      INTEGER NOT NULL  -- 1 = no event of that origin is here
);
CREATE INDEX chat_amendment_target ON chat_amendment(target);
CREATE INDEX chat_amendment_waiting ON chat_amendment(conversation) WHERE waiting = 1;

-- What all amendments of a shown event come to, where they do something.
CREATE TABLE chat_upshot (
    place INTEGER PRIMARY KEY REFERENCES chat_event(place),
    body  BLOB NOT NULL
);

-- Amendments that came before this version knew them, until the next start.
CREATE TABLE chat_unread_amendment (place INTEGER PRIMARY KEY);
INSERT INTO chat_unread_amendment SELECT place FROM chat_event WHERE kind BETWEEN 4 AND 7;
