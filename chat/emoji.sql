-- Emoji are words now, and the v before the number of a version is one by itself. The index deletes only what it is told, letter by letter, and an emoji left no
-- trace in it: so all is indexed anew, in the background, as with a database from before there was an index.
DELETE FROM chat_time;
DELETE FROM chat_indexed;
INSERT INTO chat_search(chat_search) VALUES ('delete-all');
