package store

import "context"

// Waiting returns how many writes wait for the next group.
func Waiting(db *DB) int {
	db.queue.mu.Lock()
	defer db.queue.mu.Unlock()
	return len(db.queue.waiting)
}

// Path returns the path of the file.
func Path(db *DB) string { return db.path }

// StepBack takes one step of giving slack back, of a store that does not run, and tells how many pages it was.
func StepBack(db *DB) (pages int, err error) {
	before, err := db.writer.number("PRAGMA freelist_count")
	if err != nil {
		return 0, err
	}
	if _, err := db.stepBack(&slack{}); err != nil {
		return 0, err
	}
	after, err := db.writer.number("PRAGMA freelist_count")
	return before - after, err
}

// AwaitsRest reports whether a store that does not run would look, after so many groups that followed each other without a pause, once nobody writes.
func AwaitsRest(db *DB, groups int) bool {
	s, pace, due := newSlack(), movePace{}, make(chan moveKind, 1)
	for range groups {
		if s.due() {
			db.giveBack(s, &pace, due)
		}
	}
	return s.rest() != nil
}

// SlackStep is how many pages one step may give back.
const SlackStep = slackStep

// IsOld reports whether a file with so many pages, and so many of them free, is laid out anew.
func IsOld(mode, pages, free int) bool { return layout{mode, pages, free}.old() }

// Cut cuts both files to what they hold, as the mover does when it was asked to, and reports whether somebody was in the way.
func Cut(db *DB) (busy bool, err error) { return db.move(true) }

// Pace is when the mover is asked to move.
type Pace struct {
	pace movePace
	due  chan moveKind
}

// NewPace begins to count.
func NewPace() *Pace { return &Pace{due: make(chan moveKind, 1)} }

// Wrote notes a group with so many changes, and reports whether the mover was asked.
func (p *Pace) Wrote(changes int) bool {
	p.pace.ask(p.due, changes)
	return p.asked()
}

// Rests notes that nobody has written for a moment, and reports whether the mover was asked.
func (p *Pace) Rests() bool {
	p.pace.rest(p.due)
	return p.asked()
}

func (p *Pace) asked() bool {
	select {
	case <-p.due:
		return true
	default:
		return false
	}
}

// Move moves what is in the WAL into the file.
func Move(db *DB) error {
	_, err := db.move(false)
	return err
}

// Checked reports whether no check of the file is owed.
func Checked(db *DB) bool { return db.wasChecked() }

// AwaitChecked waits until that is so.
func AwaitChecked(db *DB) { <-db.checked }

// LookThrough looks through the file of a store that does not run.
func LookThrough(ctx context.Context, db *DB) error { return db.lookThrough(ctx) }

// GiveBack has a store that does not run look for slack, and tells how many pages it gave back.
func GiveBack(db *DB) (pages int, err error) {
	before, err := db.writer.number("PRAGMA freelist_count")
	if err != nil {
		return 0, err
	}
	db.giveBack(newSlack(), &movePace{}, make(chan moveKind, 1))
	after, err := db.writer.number("PRAGMA freelist_count")
	return before - after, err
}
