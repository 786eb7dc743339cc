package store

import (
	"fmt"
	"time"
)

// Slack is what of a file holds nothing any more, in pages of 4 KiB. What is deleted becomes slack, and what is written next uses it again; a lot of it goes
// back to the file system, from the end of the file on: with auto_vacuum = INCREMENTAL SQLite knows for each page what points to it, and can move the last
// ones forward (https://www.sqlite.org/pragma.html#pragma_incremental_vacuum). It happens while nobody writes, and between groups that follow without a pause
// now and then, in steps that are transactions of their own:
// a write waits for one step at most, or for the cut of the files (DB.turn), and a kill at any moment leaves a whole database, which goes on with it at the next start,
// down to what is kept: nothing tells whether the slack that it finds is the rest of more.
const (
	slackMost = 1024 // above it some goes back: 4 MiB
	slackKept = 256  // stays for what is written next
	slackStep = 64   // pages in one step: milliseconds
	slackWait = 32   // groups that may follow without a pause before a step is taken all the same

	slackQuiet = 200 * time.Millisecond // without a write before it is looked how much there is: a look costs a lone write more than its statements do

	relaidMost = 8192 // up to so many pages in use a file of an older program, which cannot give slack back, is laid out anew: 32 MiB, under a second
)

// slack is where giving back stands.
type slack struct {
	giving bool        // more than slackMost was found, or the store was just opened, and slackKept is not reached
	groups int         // written since the last look
	wrote  bool        // something since nobody wrote for a moment
	quiet  *time.Timer // runs while nothing is written after that
}

func newSlack() *slack {
	s := &slack{giving: true, quiet: time.NewTimer(slackQuiet)} // giving: what a kill interrupted goes on
	s.quiet.Stop()
	return s
}

// due notes a group, and reports whether so many followed each other that it is time for a step.
func (s *slack) due() bool {
	s.groups++
	s.wrote = true
	return s.groups >= slackWait
}

// rest delivers when nothing was written for so long that it is time for a look; never, if nothing was written since it did.
func (s *slack) rest() <-chan time.Time {
	if !s.wrote {
		return nil
	}
	s.quiet.Reset(slackQuiet)
	return s.quiet.C
}

// giveBack takes one step if there is a lot of slack. After the last one the files are cut. No page is moved in a file that may be damaged; when it turns out to be whole that is
// noted in it, after which there is a look.
func (db *DB) giveBack(s *slack, pace *movePace, due chan moveKind) {
	s.groups = 0
	if !db.wasChecked() {
		return
	}
	stepped, err := db.stepBack(s)
	switch {
	case err != nil:
		if err = db.judge(err); !isFatal(err) {
			db.log.Warn("database: what it does not need any more stays in its file for now", "file", db.path, "err", err)
		}
		s.giving = false
	case stepped && !s.giving:
		pace.askToEmpty(due)
	case stepped:
		pace.ask(due, slackStep)
		pace.rest(due)
	}
}

func (db *DB) stepBack(s *slack) (stepped bool, err error) {
	db.turn.Lock()
	defer db.turn.Unlock()
	free, err := db.writer.number("PRAGMA freelist_count")
	if err != nil || free <= slackKept || !s.giving && free <= slackMost {
		s.giving = false
		return false, err
	}
	if err := db.writer.script(fmt.Sprintf("PRAGMA incremental_vacuum(%d)", slackStep)); err != nil {
		return false, err
	}
	left, err := db.writer.number("PRAGMA freelist_count")
	s.giving = left > slackKept && left < free // a file that was not laid out for it gives nothing
	return left < free, err
}

// layout is how a file lies on the disk.
type layout struct{ mode, pages, free int }

// old reports whether a file that cannot give slack back is laid out anew.
func (l layout) old() bool { return l.mode == 0 && l.pages-l.free <= relaidMost }

// layOut makes a file of an older program one that gives slack back, if little enough is in use. It is one transaction: whatever interrupts it, a full disk
// too, leaves the file as it was, and the program goes on with it; only what closes a store that runs keeps this one from being opened.
func (db *DB) layOut() error {
	var now layout
	for pragma, to := range map[string]*int{"PRAGMA auto_vacuum": &now.mode, "PRAGMA page_count": &now.pages, "PRAGMA freelist_count": &now.free} {
		n, err := db.writer.number(pragma)
		if err != nil {
			return err
		}
		*to = n
	}
	if !now.old() {
		return nil
	}
	err := db.writer.script("PRAGMA auto_vacuum = INCREMENTAL")
	if err == nil {
		err = db.writer.script("VACUUM")
	}
	if err = told(db.path, err); err != nil && !isFatal(err) {
		db.log.Warn("database: its file does not get smaller until this works at a start", "file", db.path, "err", err)
		db.problem = fmt.Errorf("make the file smaller: %w", err)
		return nil
	}
	return err
}

// Problem returns why the file does not get smaller when much is deleted, nil if it does: it was made by an older program, and could not be laid out anew. The next start
// tries it again; nothing else is wrong.
func (db *DB) Problem() error { return db.problem }

// number is the answer of a pragma that is one.
func (c *conn) number(pragma string) (n int, err error) {
	err = c.queryRow(pragma).Scan(&n)
	return n, err
}
