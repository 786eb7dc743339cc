package chat

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"

	"lanyard/internal/identity"
	"lanyard/internal/store"
)

// Who is no member of a room is sent no states, by which they would learn with whom their messages are. What they are told are vectors of their own logs: those say it, too.

// had is how far machines of others have logs of ours in a room, by their vectors. The zero value is ready. It never calls out while it is locked.
type had struct {
	mu sync.Mutex
	by map[identity.PeerID]cover // each cover is never changed
}

// covers reports whether a machine has an event.
func (h *had) covers(machine identity.PeerID, b *branch, number uint64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.by[machine].covers(b, number)
}

// raise notes how far a machine has branches, and returns how far it had those of which it has more than was known.
func (h *had) raise(machine identity.PeerID, has cover) map[*branch]uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	before, now, more := h.by[machine], cover{}, map[*branch]uint64{}
	maps.Copy(now, before)
	for b, number := range has {
		if number > before[b] {
			more[b] = before[b]
			now.raise(b, number)
		}
	}
	if h.by == nil {
		h.by = map[identity.PeerID]cover{}
	}
	h.by[machine] = now
	return more
}

// hearHad takes how far the other side has what our person wrote, as its vector says, in a room of which they are no member. One that names what its sender lacks says nothing of that.
func (s *session) hearHad(ctx context.Context, has cover, lacks bool) error {
	c, v, machine := s.chat, s.v, s.link.Peer()
	if lacks || !c.isOut(v) || !v.room.members().Ever(s.link.Person()) {
		return nil
	}
	stated := v.statedBy(machine)
	news := cover{}
	for b, number := range has {
		if c.isOurs(b) && number > b.fork && (number > stated.has[b] || len(stated.lacks[b]) > 0) {
			news[b] = number
		}
	}
	for b, before := range v.room.had.raise(machine, news) {
		for _, gain := range gained(max(before, stated.has[b]), news[b], stated.lacks[b], nil) {
			if err := c.tellState(ctx, v, s.link.Person(), Delivered, b, gain.first-1, gain.last); err != nil {
				return fmt.Errorf("tell what is with %s: %w", machine.Short(), err)
			}
		}
		told := toldMark{in: v, branch: b, peer: machine, has: news[b]}
		if err := c.ledger.add(func(waiting *batch) { waiting.tolds = append(waiting.tolds, &told) }); err != nil {
			return err
		}
	}
	return nil
}

// hearAll does so anew with all vectors, once events of ours came back that they may name, or our person is no member any more.
func (c *Chat) hearAll(ctx context.Context, v *conversation) {
	for _, s := range c.sessionsOf(v) {
		if err := s.hearAgain(ctx); err != nil && ctx.Err() == nil && !errors.Is(err, errEnded) {
			c.config.Log.Warn("look with whom is what we wrote in a room; it is tried again at the next link", "peer", s.link.Peer().Short(), "error", err)
		}
	}
}

func (s *session) hearAgain(ctx context.Context) error {
	s.mu.Lock()
	theirs, lacks := s.theirs, s.relay.lacks
	s.mu.Unlock()
	m, err := s.chat.match(ctx, s.v, s.chat.ours(theirs))
	if err != nil {
		return err
	}
	return s.hearHad(ctx, m.has, lacks)
}

// isOut reports whether our person is no member of a room.
func (c *Chat) isOut(v *conversation) bool {
	return v.room != nil && !v.room.members().Has(c.config.Identity.Person())
}

// statedBy is what a machine signed that it has; the zero value if nothing is known.
func (v *conversation) statedBy(id identity.PeerID) (m machine) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if known := v.machines[id]; known != nil {
		m = *known
	}
	return m
}

func putHad(tx *store.Tx, t *toldMark) error {
	_, err := tx.Exec(`INSERT INTO chat_had (branch, peer, has) VALUES (?, ?, ?) ON CONFLICT (branch, peer) DO UPDATE SET has = max(has, excluded.has)`, t.branch.key, t.peer[:], int64(t.has))
	if err != nil {
		return fmt.Errorf("store with whom what we wrote is: %w", err)
	}
	return nil
}

// loadHad reads it.
func (c *Chat) loadHad(tx *store.Tx) (err error) {
	rows, err := tx.Query(`SELECT branch, peer, has FROM chat_had`)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var key, has int64
		var machine []byte
		if err := rows.Scan(&key, &machine, &has); err != nil {
			return err
		}
		v, b := c.branchOf(key)
		if v == nil || v.room == nil || len(machine) != len(identity.PeerID{}) {
			return fmt.Errorf("with whom what we wrote in rooms is: %w", store.ErrCorrupt)
		}
		v.room.had.raise(identity.PeerID(machine), cover{b: uint64(has)})
	}
	return rows.Err()
}
