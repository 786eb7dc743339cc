-- The index has of each message who wrote it now, as a mark (see authorMark), and whose is looked for is asked of it. A mark cannot be added to what is indexed: so
-- all is indexed anew, in the background, as with a database from before there was an index.
DELETE FROM chat_time;
DELETE FROM chat_indexed;
INSERT INTO chat_search(chat_search) VALUES ('delete-all');
