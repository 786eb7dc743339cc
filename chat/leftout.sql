-- What a folder was received without, as a manifest: debris that had changed or could not be read where it was offered. NULL for nothing.
ALTER TABLE chat_file ADD COLUMN left_out BLOB;
