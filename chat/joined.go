package chat

import (
	"context"
	"sync"
	"time"

	"lanyard/chat/frame"
)

// Who joins an open room knows only who made it, or who was a member when they left. What they write next is for the members of now: so a joining is over once a member has
// told what is there, and it is here. docs/protocol.md, section 6, rooms, "When one joins".

// bell rings whenever something was stored that somebody may wait for. The zero value is ready to use.
type bell struct {
	mu   sync.Mutex
	rung chan struct{} // closed at the next ring; nil when nobody waits
}

// next returns a channel that is closed at the next ring.
func (b *bell) next() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.rung == nil {
		b.rung = make(chan struct{})
	}
	return b.rung
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.rung != nil {
		close(b.rung)
		b.rung = nil
	}
}

// catchUp waits until a room that our person just joined is here as a member has it, but not long, and for nobody if nobody who is here tells of it. Whatever comes of it,
// our person is a member.
func (c *Chat) catchUp(ctx context.Context, v *conversation) {
	if !c.isTold(v) {
		return
	}
	patience := time.NewTimer(joinWait)
	defer patience.Stop()
	for {
		rung := v.room.stored.next() // before the look, so that nothing is missed
		is, err := c.isCaughtUp(ctx, v)
		if err != nil && ctx.Err() == nil {
			c.config.Log.Warn("look whether a room that was joined is here", "error", err)
		}
		if is || err != nil {
			return
		}
		select {
		case <-rung:
		case <-patience.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

// isTold reports whether somebody who is here tells of a room.
func (c *Chat) isTold(v *conversation) bool {
	for _, l := range c.inUse() {
		if c.offersRoom(l, v.id) {
			return true
		}
	}
	return false
}

// isCaughtUp reports whether all is here that a member had when they knew what we wrote last: so much their newest state tells.
func (c *Chat) isCaughtUp(ctx context.Context, v *conversation) (bool, error) {
	for _, signed := range v.statesOfAll() {
		state, err := frame.ReadState(signed.Body)
		if err != nil {
			return false, err
		}
		if c.waitsFor(v, state.Peer) {
			continue
		}
		m, err := c.match(ctx, v, state.Here())
		if err != nil {
			return false, err
		}
		if m.lacks {
			continue
		}
		if err := c.ledger.settled(ctx); err != nil { // what came may not be stored yet, and counts only then
			return false, err
		}
		if v.room.members().Has(c.config.Roster.PersonOf(state.Peer)) {
			return true, nil
		}
	}
	return false, nil
}

// statesOfAll returns the newest states that are known of other machines.
func (v *conversation) statesOfAll() []frame.SignedState {
	v.mu.Lock()
	defer v.mu.Unlock()
	all := make([]frame.SignedState, 0, len(v.machines))
	for _, one := range v.machines {
		all = append(all, one.signed)
	}
	return all
}
