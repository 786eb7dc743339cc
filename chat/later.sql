-- What stands beside a text that is sent later: CBOR of its body (docs/protocol.md section 6, kind 1) without the text and what it replies to; NULL for a reminder, and for a text kept before there was any.
ALTER TABLE chat_later ADD COLUMN beside BLOB;
