package chat

import (
	"context"
	"errors"
	"slices"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/wire"
)

// pauseTeller is how we tell over one link which transfers are held at our end. One goroutine at a time does, and looks at a transfer just before it tells of it: so what is
// told last is how it is.
type pauseTeller struct {
	peer identity.PeerID

	// guarded by files.mu
	busy bool
	due  []*transfer
	held map[event.ID]bool // as told last
}

// tellEverybodyPaused tells whoever is at the other end and here whether a file is held at ours.
func (f *files) tellEverybodyPaused(t *transfer) {
	for _, l := range f.chat.inUse() {
		f.tellPaused(l, t)
	}
}

// tellAllPaused tells a peer who has come what is held, and how it is with what they send: after a restart they do not know, and what was told last may not have reached
// them, above all that we can receive again what we could not, which they remember. What was told over a link that is still there, this one perhaps, is told anew if it may be so no more.
func (f *files) tellAllPaused(l *peer.Link) {
	for _, t := range f.all() {
		f.mu.Lock()
		news := t.paused || t.short || !t.mine
		open := t.fate.accepted && t.fate.open()
		known := f.toldHeldLocked(l.Peer(), t)
		f.mu.Unlock()
		if news && open || known {
			f.tellPaused(l, t)
		}
	}
}

// toldHeldLocked reports whether a machine was told last over one of its links that a transfer is held.
func (f *files) toldHeldLocked(to identity.PeerID, t *transfer) bool {
	for _, k := range f.tellers {
		if k.peer == to && k.held[t.id] {
			return true
		}
	}
	return false
}

// tellPaused tells a peer whether a file of theirs or for them is held, or has who is just telling over this link do it. A frame that is lost costs a minute: then the
// receiver asks again.
func (f *files) tellPaused(l *peer.Link, t *transfer) {
	if !f.concerns(t, l.Person()) {
		return
	}
	k := f.tellerOver(l)
	f.mu.Lock()
	if !slices.Contains(k.due, t) {
		k.due = append(k.due, t)
	}
	mine := !k.busy
	k.busy = true
	f.mu.Unlock()
	for mine && f.tellNext(l, k) {
	}
}

// tellerOver returns a link's teller, made if there is none.
func (f *files) tellerOver(l *peer.Link) *pauseTeller {
	f.mu.Lock()
	defer f.mu.Unlock()
	k := f.tellers[l.ID()]
	if k == nil {
		k = &pauseTeller{peer: l.Peer(), held: map[event.ID]bool{}}
		f.tellers[l.ID()] = k
		context.AfterFunc(l.Context(), func() {
			f.mu.Lock()
			defer f.mu.Unlock()
			delete(f.tellers, l.ID())
		})
	}
	return k
}

// tellNext tells of one transfer that is due; false when none is.
func (f *files) tellNext(l *peer.Link, k *pauseTeller) bool {
	told, is := f.nextTold(k)
	if !is {
		return false
	}
	body, err := wire.Marshal(told)
	if err == nil {
		err = l.Send(f.chat.life, wire.KindPause, body)
	}
	if err != nil && !errors.Is(err, peer.ErrLinkEnded) && f.chat.life.Err() == nil {
		f.chat.config.Log.Warn("tell that a file is held", "file", event.ID(told.Offer), "error", err)
	}
	return true
}

// nextTold returns what is to be told next. A transfer is held at our end by our person, because our disk has no room for it, or because we cannot receive it.
func (f *files) nextTold(k *pauseTeller) (told frame.Pause, is bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(k.due) == 0 {
		k.busy = false
		return frame.Pause{}, false
	}
	t := k.due[0]
	k.due = k.due[1:]
	told.Offer = t.id[:]
	if t.paused || t.short {
		told.Paused = 1
	}
	if t.short {
		told.NoRoom = 1
	}
	if told.Why = t.whyNotLocked(); told.Why != 0 {
		told.Paused = 1
	}
	if !t.mine {
		told.Done = uint64(f.fileLocked(t).Progress.Done)
	}
	k.held[t.id] = told.Paused == 1
	return told, true
}
