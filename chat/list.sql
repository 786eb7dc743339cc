-- The lists of offered folders, as manifests. They stand apart from what is read of all offers at each start, as one of them can have megabytes, and what stands behind them in a row is only found through them.
CREATE TABLE chat_list (
    place    INTEGER PRIMARY KEY REFERENCES chat_file(place) ON DELETE CASCADE,
    manifest BLOB NOT NULL
);
INSERT INTO chat_list SELECT place, manifest FROM chat_file WHERE manifest IS NOT NULL;
ALTER TABLE chat_file DROP COLUMN manifest;
