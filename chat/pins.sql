-- Which messages of a conversation somebody pinned, or took the pin off, is found without reading all of them; 7 is the kind of such an event.
CREATE INDEX chat_event_pin ON chat_event(conversation, lamport) WHERE kind = 7;
