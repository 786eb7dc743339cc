// Package watch tells where the system says that something happened below folders.
//
//	w, err := watch.New()
//	go w.Run(ctx, func(e watch.Event) { ... }, func(err error) { ... })
//	err = w.Add("/home/anna/Plans")
//
// An [Event] is a hint and no more: one change may be told several times or as another one, what several programs do at once comes in any order, and when
// too much happens at once, events are lost. That much is promised: what happens after Add has returned is either told, or [ErrLost] is.
//
// How much one watch covers is the system's affair. Where [Watcher.Deep] reports true (Windows) a watch of a folder covers everything below it, and one for
// each folder would do harm: a handle on a folder keeps people from renaming those above it. Elsewhere a watch covers what lies directly in the folder,
// and a folder that is new has to be listed after its watch is set, since what happened in between is told by nobody.
//
// Add and Remove may be called from any goroutine, before Run and while it runs. New takes what the system gives for watching and starts nothing; Run gives it back and
// is called once.
//
// Where a watch takes an open file for everything in the folder (kqueue: macOS and the BSDs), at most half of those that the program may have are taken; what needs more
// gets [ErrLimit], and its owner looks by itself.
//
// Left out: file systems that other machines change (a network drive tells of what this machine does only), and FSEvents (it needs cgo).
package watch

import "errors"

// Event says that something happened at a path. Several of its fields may be set.
type Event struct {
	Path  string // below the folder as it was given to Add; the folder itself when that was moved or deleted
	Made  bool   // the name appeared: created, or renamed to
	Wrote bool   // the content changed in place
	Gone  bool   // the name vanished: deleted, or renamed from
}

var (
	// ErrLost says that events were lost: everything that is watched may have changed.
	ErrLost = errors.New("more changed at once than the system tells one by one")
	// ErrLimit says that the system has no more watches to give.
	ErrLimit = errors.New("the system refuses to watch more folders")
)
