-- Commands ran in the folder of the profile at first, and some have their files there: what was made until now goes on running in it.
ALTER TABLE hook_outgoing ADD COLUMN in_profile INTEGER NOT NULL DEFAULT 0;
UPDATE hook_outgoing SET in_profile = 1 WHERE command <> '';
