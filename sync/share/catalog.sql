-- The shares of this person, in the profile's database; what is in each share is in a file of its own.

-- state: 1 offered, 2 joined, 3 paused, 4 declined, 5 left. path, token and volume are those of the marked folder, '' before there is one.
-- list and signature are the newest member list; sender is who offered the share, at when it was first heard of (ms).
CREATE TABLE share (
	id        BLOB PRIMARY KEY,
	state     INTEGER NOT NULL,
	path      TEXT NOT NULL,
	token     TEXT NOT NULL,
	volume    TEXT NOT NULL,
	list      BLOB NOT NULL,
	signature BLOB NOT NULL,
	sender    BLOB NOT NULL,
	files     INTEGER NOT NULL,
	bytes     INTEGER NOT NULL,
	at        INTEGER NOT NULL
) WITHOUT ROWID;

-- The newest signed answer of each member.
CREATE TABLE share_answer (
	share     BLOB NOT NULL,
	person    BLOB NOT NULL,
	body      BLOB NOT NULL,
	signature BLOB NOT NULL,
	PRIMARY KEY (share, person)
) WITHOUT ROWID;
