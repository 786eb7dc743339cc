-- The keys of some words are others now: of Cherokee, whose two cases were not one, and of letters that folding takes apart into such as are words by
-- themselves, which stood in one key with others. The index deletes only what it is told, letter by letter. So where it has such a word all is indexed anew,
-- in the background, as with a database from before there was an index.
CREATE VIRTUAL TABLE chat_vocabulary USING fts5vocab(chat_search, row);
CREATE TABLE chat_refold AS SELECT 1 FROM chat_vocabulary
    WHERE term GLOB '*[Ꭰ-᏿ꭰ-ꮿ]*' OR length(term) > 1 AND term GLOB '*[ก-໿က-႟ក-៿ぁ-ヿ㐀-鿿豈-﫿]*' LIMIT 1;
DROP TABLE chat_vocabulary;
DELETE FROM chat_time WHERE EXISTS (SELECT 1 FROM chat_refold);
DELETE FROM chat_indexed WHERE EXISTS (SELECT 1 FROM chat_refold);
INSERT INTO chat_search(chat_search) SELECT 'delete-all' FROM chat_refold;
DROP TABLE chat_refold;
