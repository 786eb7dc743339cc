-- Whether somebody whom our person did not block said or changed something in a room, so that it is not kept from them: 0 again when the room is forgotten.
ALTER TABLE chat_room ADD COLUMN heard INTEGER NOT NULL DEFAULT 0;
