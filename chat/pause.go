package chat

import (
	"context"
	"fmt"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/blob"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
)

// Paused says who holds a file that is on its way.
type Paused uint8

// Who holds a file.
const (
	NotPaused   Paused = iota
	PausedHere         // our person
	PausedThere        // the person at the other end, as they told
)

// String returns the word that the API uses, "" for what is not held.
func (p Paused) String() string { return [...]string{"", "here", "there"}[p] }

// Pause holds a file that is on its way, in either direction, until Resume, over restarts. What has come is kept. ErrNotOnItsWay: it is not accepted yet, has ended, or went
// into a room where everybody has it.
func (c *Chat) Pause(ctx context.Context, id event.ID) (File, error) {
	return c.setPaused(ctx, id, true)
}

// Resume lets a file go on that was held by Pause, and tries one again that could not be received. One that the other end holds stays held: ErrHeldThere if it alone does; ErrMoved: what was offered is not there any more.
func (c *Chat) Resume(ctx context.Context, id event.ID) (File, error) {
	return c.setPaused(ctx, id, false)
}

func (c *Chat) setPaused(ctx context.Context, id event.ID, paused bool) (File, error) {
	if err := c.loaded(ctx); err != nil {
		return File{}, err
	}
	f := c.files
	t, err := f.find(id)
	if err != nil {
		return File{}, err
	}
	f.mu.Lock()
	under := t.fate.accepted && t.fate.open() && !f.heldByAllLocked(t)
	elsewhere := !t.paused && t.heldThereLocked()
	hindered := t.problem != ""
	moved := t.mine && hindered && t.fate.open() // it was asked for, though that it was accepted may not be stored yet
	f.mu.Unlock()
	switch {
	case !paused && moved:
		return File{}, ErrMoved
	case !under:
		return File{}, ErrNotOnItsWay
	case !paused && elsewhere:
		return File{}, ErrHeldThere
	case !paused && hindered: // as Accept does
		if err := f.clearProblem(ctx, t); err != nil {
			return File{}, err
		}
	}
	number := 0
	if paused {
		number = 1
	}
	if err := f.update(ctx, t, `UPDATE chat_file SET paused = ? WHERE place = ?`, number, func() {
		t.paused = paused
		t.progress.rest()
	}); err != nil {
		return File{}, err
	}
	f.mu.Lock()
	w := t.worker
	f.mu.Unlock()
	if paused && w != nil {
		w.cancel()
	}
	f.resume(t)
	f.tellEverybodyPaused(t)
	return f.file(t), nil
}

// pausedLocked says who holds a file. Of an offer in a room each receiver holds their own.
func (t *transfer) pausedLocked() Paused {
	switch {
	case t.paused:
		return PausedHere
	case t.heldThereLocked():
		return PausedThere
	}
	return NotPaused
}

// concerns reports whether somebody is at the other end of a file.
func (f *files) concerns(t *transfer, who identity.PersonID) bool {
	if t.mine {
		return f.isFor(t, who)
	}
	return f.chat.config.Roster.PersonOf(t.peer) == who
}

// takePause notes that the other end holds a file, or lets it go on.
func (c *Chat) takePause(l *peer.Link, body []byte) {
	told, err := frame.ReadPause(body)
	if err != nil {
		c.dropped("frames that break the rules")
		return
	}
	if !c.awaitStarted(l) {
		return
	}
	f := c.files
	t, err := f.find(event.ID(told.Offer))
	if err != nil || !f.concerns(t, l.Person()) || l.Context().Err() != nil {
		return // what it is about may have ended, as the link may have
	}
	f.arrivedThere(t, told.Done)
	f.note(t, notice{
		link: l.ID(), peer: l.Peer(), person: l.Person(),
		held:   told.Paused == 1 && (!t.mine || t.in.room == nil), // of many receivers each holds only theirs
		noRoom: t.mine && told.Paused == 1 && told.NoRoom == 1,
	}, l)
	if t.mine {
		f.setUnable(t, l.Peer(), l.Person(), told.Why)
	}
	f.resume(t)
}

// arrivedThere takes how much the receiver of an offer of ours has, if we know less. In a room many receive it, and nothing is shown of that.
func (f *files) arrivedThere(t *transfer, done uint64) {
	if !t.mine || t.in.room != nil {
		return
	}
	f.mu.Lock()
	news := t.fate.open() && done > uint64(t.progress.done)
	if news {
		t.progress.restart(min(int64(min(done, t.offer.Size)), t.progress.total))
	}
	f.mu.Unlock()
	if news {
		f.tell(t)
	}
}

// mayRead reports why content of an offer is not given at this moment.
func (f *files) mayRead(t *transfer) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case t.fate.declined && t.mine, t.fate.withdrawn, t.fate.refused:
		return blob.ErrGone
	case t.paused && t.mine:
		return fmt.Errorf("file %s: %w", t.id, blob.ErrPaused)
	}
	return nil
}
