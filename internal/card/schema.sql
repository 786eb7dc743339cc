-- What people tell of themselves, as their own machine sent it; our own under our own person.
CREATE TABLE card (
    person BLOB PRIMARY KEY CHECK (length(person) = 32),
    body   BLOB NOT NULL
) STRICT, WITHOUT ROWID;
