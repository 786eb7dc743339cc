-- The signed lists of a person before the newest, oldest first: CBOR, as they are sent. With them somebody can be told who never met that person.
ALTER TABLE person ADD COLUMN earlier BLOB NOT NULL DEFAULT x'80';
