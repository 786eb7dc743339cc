package share

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"sync"

	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
	"lanyard/sync/index"
)

// session is the exchange of one share over one link. Its goroutine alone sends, so that a snapshot and the pushes after it arrive in order;
// the link's goroutine tells it what the other side said.
//
//	opened ──▶ asking   our knowledge is sent
//	             │ their knowledge came
//	             ▼
//	          snapshot  all that theirs does not cover, as one snapshot (even if it is empty: it says that we are done)
//	             │
//	             ▼
//	           live     our own records as they are committed; other logs when their knowledge shows that they lack them
type session struct {
	share  *Share
	link   *peer.Link
	peer   identity.PeerID
	person identity.PersonID
	wake   chan struct{} // capacity 1

	mu      sync.Mutex
	theirs  vector.Vector // nil until told
	asked   bool          // theirs came since the last delta: compare all logs
	pushed  bool          // our log grew
	resend  bool          // forget what was sent: it did not arrive
	anew    bool          // the other side begins anew on this link: a whole snapshot again
	tell    bool          // our knowledge must be told
	editing bool          // what is open here must be told
	flags   uint64        // to be told with it
	ours    vector.Vector // K as last told
	whole   bool          // a whole snapshot was sent on this link

	gathered wholeSnapshot // the other side's; of the link's goroutine alone

	askedFor vector.Vector // theirs, when ours was told for the sake of what others wrote

	edited bool // something was said to be open; of the session's goroutine
}

func newSession(s *Share, l *peer.Link) *session {
	return &session{share: s, link: l, peer: l.Peer(), person: l.Person(), wake: make(chan struct{}, 1), tell: true, editing: true, flags: begins}
}

// note changes what is to be done and wakes the goroutine.
func (x *session) note(change func()) {
	x.mu.Lock()
	change()
	x.mu.Unlock()
	nudge(x.wake)
}

// nudge wakes whoever reads the channel of capacity 1.
func nudge(wake chan<- struct{}) {
	select {
	case wake <- struct{}{}:
	default:
	}
}

// run sends until the link or ctx ends.
func (x *session) run(ctx context.Context) {
	told := map[int64]uint64{} // by branch: sent on this link
	first := true
	nudge(x.wake)
	for {
		select {
		case <-ctx.Done():
			return
		case <-x.link.Context().Done():
			return
		case <-x.wake:
		}
		if err := x.step(ctx, told, &first); err != nil {
			if ctx.Err() == nil && !errors.Is(err, peer.ErrLinkEnded) {
				x.share.log.Warn("exchange stopped until the next link", "peer", x.peer.Short(), "error", err)
			}
			return
		}
	}
}

func (x *session) step(ctx context.Context, told map[int64]uint64, first *bool) error {
	x.mu.Lock()
	tell, flags, theirs, asked, pushed, resend := x.tell, x.flags, x.theirs, x.asked, x.pushed, x.resend
	*first = *first || x.anew
	x.tell, x.flags, x.asked, x.pushed, x.resend, x.anew = false, 0, false, false, false, false
	editing := x.editing
	x.editing = false
	x.mu.Unlock()
	if editing {
		if err := x.tellEdits(ctx); err != nil {
			return err
		}
	}
	if tell {
		if err := x.tellKnowledge(ctx, flags); err != nil {
			return err
		}
	}
	if theirs == nil || !asked && !pushed || !x.share.relays() {
		return nil
	}
	if resend {
		clear(told)
	}
	whole := asked || *first
	mode := uint8(live)
	if whole {
		mode = snapshotEnd
	}
	if owed, err := x.owed(ctx, whole, resend); err != nil || owed {
		if err != nil {
			return err
		}
		theirs = nil
		clear(told)
	}
	d, err := x.delta(ctx, theirs, told, !whole)
	if err != nil {
		return err
	}
	if len(d.items) == 0 && !*first && theirs != nil {
		return nil
	}
	*first = false
	if err := x.send(ctx, d, mode, theirs == nil); err != nil {
		return err
	}
	x.mu.Lock()
	x.whole = x.whole || theirs == nil
	x.mu.Unlock()
	maps.Copy(told, d.upto)
	return nil
}

// owed reports whether the other side is to get a whole snapshot now: its database was put back, and it has got none on this link, or not all of it.
func (x *session) owed(ctx context.Context, compared, resend bool) (owed bool, err error) {
	x.mu.Lock()
	got := x.whole && !resend
	x.mu.Unlock()
	if !compared || got {
		return false, nil
	}
	err = x.share.db.Read(ctx, func(tx *store.Tx) (err error) {
		t, err := toldBy(tx, x.peer)
		owed = t.owed
		return err
	})
	if err != nil {
		return false, fmt.Errorf("look what %s is owed: %w", x.peer.Short(), err)
	}
	return owed, nil
}

// ridersMax is the number of records up to which small contents ride along; more come quicker as packs.
const ridersMax = 24

func (x *session) delta(ctx context.Context, theirs vector.Vector, told map[int64]uint64, own bool) (delta, error) {
	var d delta
	err := x.share.db.Read(ctx, func(tx *store.Tx) (err error) {
		d, err = deltaFor(tx, theirs, told, own)
		return err
	})
	if err != nil {
		return d, fmt.Errorf("collect records for %s: %w", x.peer.Short(), err)
	}
	if len(d.items) <= ridersMax {
		for i, v := range d.heads {
			d.items[i].Content = x.share.smallContent(v)
		}
	}
	return d, nil
}

func (x *session) send(ctx context.Context, d delta, mode uint8, whole bool) error {
	for i, f := range d.frames(x.share.id, mode) {
		if whole {
			f.Whole = i + 1
		}
		body, err := wire.Marshal(f)
		if err != nil {
			return err
		}
		if err := x.say(ctx, wire.KindRecords, body); err != nil {
			return err
		}
	}
	return nil
}

func (x *session) tellKnowledge(ctx context.Context, flags uint64) error {
	var k vector.Vector
	var a index.Applied
	err := x.share.db.Read(ctx, func(tx *store.Tx) error {
		all, err := allBranches(tx)
		if err != nil {
			return err
		}
		k = knowledge(all)
		if a, err = appliedHere(tx, all); err == nil {
			a.Without, err = deselected(tx)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("collect what is known for %s: %w", x.peer.Short(), err)
	}
	members := x.share.members()
	f := knowledgeFrame{Share: x.share.id, Number: members.list.Number, Hash: members.hash[:], K: k, A: a.Vector, Flags: flags | readsWhole, Root: toWire(x.share.holds)}
	for _, e := range a.Except {
		f.Except = append(f.Except, wireException{Peer: e.Dot.Log.Peer, ID: e.Dot.Log.ID, Number: e.Dot.Number, Reason: e.Reason})
	}
	for _, dir := range a.Without {
		f.Without = append(f.Without, string(dir))
	}
	body, err := wire.Marshal(f)
	if err != nil {
		return err
	}
	x.mu.Lock()
	x.ours = k
	x.mu.Unlock()
	return x.say(ctx, wire.KindKnowledge, body)
}

func (x *session) say(ctx context.Context, k wire.Kind, body []byte) error {
	if sent := x.share.engine.cfg.hooks.sent; sent != nil {
		sent()
	}
	return x.link.Send(ctx, k, body)
}

// smallContent returns the bytes of a small file if they lie on disk unchanged, else nil: the receiver then asks for them.
func (s *Share) smallContent(v index.Version) []byte {
	if b := s.fresh.take(v.Content); b != nil {
		return b
	}
	f, err := s.tree.Read(string(v.Path))
	if err != nil {
		return nil
	}
	defer f.Close()
	b := make([]byte, v.Size)
	if n, err := f.ReadAt(b, 0); int64(n) != v.Size || err != nil && err != io.EOF {
		return nil
	}
	if hashBytes(b) != v.Content {
		return nil
	}
	return b
}
