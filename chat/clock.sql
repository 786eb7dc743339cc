-- What colleagues told last of the clock of this computer, if that it is fast: messages grow old by it until somebody who is here says otherwise. One row, or none.
CREATE TABLE chat_clock (
    key   INTEGER PRIMARY KEY CHECK (key = 1),
    ahead INTEGER NOT NULL, -- ms
    said  INTEGER NOT NULL, -- ms since 1970, by this clock: when they did
    seen  INTEGER NOT NULL  -- ms since 1970: what it showed last
);
