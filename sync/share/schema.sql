-- One file per share: what is known of the folder, and what lies on this machine's disk.

-- Small facts about the share: 'lamport' the highest Lamport number seen, 'joined' 1 once the first whole snapshot is here (or the share was
-- made here), 'adopted' and 'taken' 1 once what lay in the folder at first was compared and published, 'boot' the run of the system in which the agent was last at work ('' after a clean end), 'fill' the
-- knowledge of the first whole snapshot, of which nobody is told file by file.
CREATE TABLE fact (name TEXT PRIMARY KEY, value) WITHOUT ROWID;

-- One row for each branch of a log; a log has one branch unless a profile was copied or restored. Number and hash are the tip in our
-- knowledge K; stored is the highest number of which there is a row in record (above the tip while a snapshot is coming). The branch's own
-- numbers start after since. own = 1: this machine writes on here.
CREATE TABLE log (
	id     INTEGER PRIMARY KEY,
	peer   BLOB NOT NULL,
	log    BLOB NOT NULL,
	number INTEGER NOT NULL,
	hash   BLOB NOT NULL,
	stored INTEGER NOT NULL,
	since  INTEGER NOT NULL,
	own    INTEGER NOT NULL
);
CREATE INDEX log_by_name ON log (peer, log);

-- Every record ever seen, as its chain hash; id is log.id * 2^40 + number. Those that are heads have path, kind, size and body too.
CREATE TABLE record (
	id    INTEGER PRIMARY KEY,
	chain BLOB NOT NULL,
	path  TEXT,
	kind  INTEGER,
	size  INTEGER,
	body  BLOB
);
CREATE INDEX head ON record (path, kind) WHERE path IS NOT NULL;

-- What this machine last knew to lie on its disk; kind 3 says that nothing lies there and the deletion was seen. Written only when what it says is durable.
CREATE TABLE disk (
	dir     TEXT NOT NULL,
	base    TEXT NOT NULL,
	kind    INTEGER NOT NULL,
	size    INTEGER NOT NULL,
	mtime   INTEGER NOT NULL,
	ctime   INTEGER NOT NULL,
	volume  INTEGER NOT NULL,
	file    INTEGER NOT NULL,
	exec    INTEGER NOT NULL,
	racy    INTEGER NOT NULL, -- hashed within two seconds of its last change: hashed again at the next look
	content BLOB,
	seen    BLOB,
	PRIMARY KEY (dir, base)
) WITHOUT ROWID;
CREATE INDEX disk_by_content ON disk (content) WHERE content IS NOT NULL;

-- Paths whose heads may differ from the disk: planned and applied, then removed from here in the same commit that makes it true. reason is 0, or an index.Reason.
CREATE TABLE pending (
	path   TEXT PRIMARY KEY,
	reason INTEGER NOT NULL,
	text   TEXT NOT NULL,
	remedy TEXT NOT NULL,
	since  INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX pending_held ON pending (path) WHERE reason > 0;

-- What other machines last told first-hand of what they have (k) and have on disk (a).
CREATE TABLE machine (peer BLOB PRIMARY KEY, k BLOB NOT NULL, a BLOB NOT NULL, except_a BLOB NOT NULL, heard INTEGER NOT NULL) WITHOUT ROWID;

-- Who put what into the trash, for telling and restoring.
CREATE TABLE displaced (trash TEXT PRIMARY KEY, path TEXT NOT NULL, content BLOB, size INTEGER NOT NULL, what TEXT NOT NULL, person BLOB NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX displaced_by_content ON displaced (content);

-- Who did what, newest last; the oldest beyond 10,000 go.
CREATE TABLE notice (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
