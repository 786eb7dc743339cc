package share

import (
	"slices"
	"time"
)

// What says what happened to a file.
type What string

const (
	Added    What = "added"
	Changed  What = "changed"
	Deleted  What = "deleted"
	Restored What = "restored"
	Moved    What = "moved"
	Conflict What = "conflict"

	// What this person did in a folder that they may only read:
	OnlyHere What = "only-here" // what they changed lies at the path, on this machine alone
	CameBack What = "came-back" // what they deleted is there again
)

// Notice says who did what to which file, after it has become true on this machine's disk. What happened while this person was away is told too.
type Notice struct {
	Share ID
	Path  string
	What  What
	By    Person
	Other Person    // conflict: the author of the other content
	Copy  string    // conflict: path of the copy
	From  string    // move: the old path; only here: where it lay before it was put aside
	Trash string    // changed, deleted: what was there before lies in the trash under this ID; "" when nothing does
	More  int       // so many files more did the same person do the same to, in one go; they are not named one by one
	Time  time.Time // when it happened, by its author's clock
}

// noted adds a notice to those of one batch. Beyond maxNotices they are counted in the last one of the same kind.
func noted(list []Notice, n Notice) []Notice {
	if len(list) >= maxNotices {
		for i := range slices.Backward(list) {
			if last := &list[i]; last.What == n.What && last.By.ID == n.By.ID {
				last.More++
				return list
			}
		}
	}
	return append(list, n)
}

// Change is what Subscribe tells: exactly one field is set.
type Change struct {
	Notice     *Notice
	Status     *Status     // a share appeared or changed
	Gone       *ID         // a share is no more on this machine: left, or removed by its owner
	Invitation *Invitation // somebody offers a share
	Answered   *ID         // an invitation was accepted, declined or taken back
}
