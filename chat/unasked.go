package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"lanyard/chat/event"
	"lanyard/internal/identity"
)

// spareRoom is what stays free on the disk, in bytes, when files are taken unasked: people need room for what they do themselves.
const spareRoom = 512 << 20

// unaskedFiles is how many files of a folder are taken unasked at most: many empty ones weigh nothing, and fill a disk's table of files all the same.
const unaskedFiles = 1000

// consider takes a new offer by itself if our person wants that for files of this size, knows who sends it, and there is room on the disk. Anything else waits to be asked about.
func (f *files) consider(t *transfer) {
	limit := int64(0)
	if f.chat.config.Unasked != nil {
		limit = f.chat.config.Unasked(t.offer.Name)
	}
	if t.mine || limit <= 0 || int64(t.offer.Size) > limit || t.offer.Files > unaskedFiles {
		return
	}
	f.chat.begin(func() { // it writes an answer, and this is called by who stores events
		if err := f.takeUnasked(f.chat.life, t); err != nil && f.chat.life.Err() == nil {
			f.chat.config.Log.Warn("take a file unasked", "file", t.id, "error", err)
		}
	})
}

func (f *files) takeUnasked(ctx context.Context, t *transfer) error {
	author, self := f.chat.config.Roster.PersonOf(t.peer), f.chat.config.Identity.Person()
	if f.chat.Blocks(author) {
		return nil // it came through others
	}
	if t.in.room != nil && !slices.Contains(t.in.recipients(author, t.at), self) {
		return nil // written before our person came into the room
	}
	known, err := f.chat.acquainted(ctx, author)
	if err != nil || !known {
		return err
	}
	room, err := f.hasRoom(int64(t.offer.Size))
	if err != nil || !room {
		return err
	}
	f.mu.Lock()
	untouched := t.fate.open() && !t.fate.accepted
	f.mu.Unlock()
	if !untouched {
		return nil
	}
	if err := f.accept(ctx, t); !errors.Is(err, ErrAnswered) {
		return err
	}
	return nil // taken back meanwhile
}

// accept takes what somebody offers, for our person or by itself.
func (f *files) accept(ctx context.Context, t *transfer) error {
	f.mu.Lock()
	open, accepted := t.fate.open(), t.fate.accepted
	f.mu.Unlock()
	if !open {
		return ErrAnswered
	}
	if err := f.clearProblem(ctx, t); err != nil {
		return err
	}
	if !accepted {
		if err := f.answer(ctx, t, event.Accepted, nil); err != nil {
			return err
		}
	}
	f.resume(t)
	return nil
}

// hasRoom reports whether the disk holds so many bytes beside all that is on its way, and the room that is left to people.
func (f *files) hasRoom(size int64) (bool, error) {
	root, err := f.inbox.open()
	if err != nil {
		return false, err
	}
	space, err := root.Space()
	if err != nil {
		return false, fmt.Errorf("look for room for received files: %w", err)
	}
	need := uint64(size) + spareRoom
	for _, t := range f.all() {
		f.mu.Lock()
		if !t.mine && t.fate.accepted && t.fate.open() {
			need += uint64(t.needLocked())
		}
		f.mu.Unlock()
	}
	return need <= space.Free, nil
}

// acceptedFrom reports whether our person ever accepted a file of somebody.
func (f *files) acceptedFrom(who identity.PersonID) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, t := range f.transfers {
		if !t.mine && (t.fate.accepted || t.fate.received) && f.chat.config.Roster.PersonOf(t.peer) == who {
			return true
		}
	}
	return false
}
