package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/vector"
)

// Reasons not to take events.
var (
	errGap     = errors.New("events before these are missing")
	errRaced   = errors.New("another link brought the same, or something else was stored, at the same time")
	errNotOfIt = errors.New("events of an author who is not of the conversation")
	errNoKey   = errors.New("events of an author whose key is not known")
)

// takeEvents handles a frame of events: checks it, shows what is new and hands it to the ledger.
func (c *Chat) takeEvents(l *peer.Link, body []byte) {
	if !c.awaitStarted(l) {
		return
	}
	r, err := event.ReadRun(body)
	if err != nil {
		c.dropped("frames that break the rules")
		return
	}
	v := c.exchanged(l, r.First().ConversationID())
	if v == nil {
		c.dropped("events of a conversation that is not of this link's persons")
		return
	}
	take := c.accept
	if v.office != nil {
		take = func(_ context.Context, v *conversation, r event.Run) error { return c.takeAnnouncements(l, v, r) }
	}
	if err := take(l.Context(), v, r); errors.Is(err, errGap) && !c.holds(v, r.First().Peer) {
		c.ask(l, v)
	} else if errors.Is(err, errBehind) && c.misled(l, v, r) {
		return // and tells them
	} else if err != nil && l.Context().Err() == nil {
		c.dropped(err.Error())
	} else if err == nil {
		c.answersPlea(l, v, r)
	}
}

// accept verifies a run and takes what is new of it.
func (c *Chat) accept(ctx context.Context, v *conversation, r event.Run) error {
	pass, err := c.admit(v, r.First())
	if err != nil && v.room != nil { // the change that makes its author a member may have come just before and not be stored yet
		if err := c.ledger.settled(ctx); err != nil {
			return err
		}
		pass, err = c.admit(v, r.First())
	}
	if err != nil {
		return err
	}
	pass.teller = r.Teller
	for {
		err := c.add(ctx, v, r, pass)
		if !errors.Is(err, errRaced) {
			return err
		}
	}
}

// add takes what is new of a run where it belongs.
func (c *Chat) add(ctx context.Context, v *conversation, r event.Run, pass admission) error {
	if at, ok := v.tipBefore(r.First()); ok {
		return c.extend(ctx, v, at, r.Events, pass)
	}
	if v.room != nil && !c.gone(v) {
		if err := c.fillFrom(ctx, v, r); err != nil {
			return err
		}
	}
	at, fresh, err := c.attach(ctx, v, r)
	if err != nil || len(fresh) == 0 {
		return err
	}
	return c.extend(ctx, v, at, fresh, pass)
}

// admission is what an author's events are taken by.
type admission struct {
	key    []byte
	upTo   uint64            // the last number that is taken
	teller identity.PersonID // of the office: whose link brought them
}

// admit judges the author of events by the first of them.
func (c *Chat) admit(v *conversation, first *event.Event) (admission, error) {
	if v.room != nil {
		return c.admitToRoom(v, first)
	}
	if v.office != nil {
		key, err := c.officeKey(v, first)
		return admission{key: key, upTo: membership.Unlimited}, err
	}
	key, err := c.authorKey(v, first.Peer)
	return admission{key: key, upTo: membership.Unlimited}, err
}

// authorKey returns the key of an author, who must be of one of the two persons, or is or was a member of the room.
func (c *Chat) authorKey(v *conversation, author identity.PeerID) ([]byte, error) {
	p := c.config.Roster.PersonOf(author)
	if v.room != nil {
		return c.roomKey(v, author, p)
	}
	if p != v.with && p != c.config.Identity.Person() {
		return nil, errNotOfIt
	}
	key, ok := c.config.Roster.PublicKey(author)
	if !ok {
		return nil, errNoKey
	}
	return key, nil
}

// joint is where new events are added: after a point of a branch, on it or on a new one.
type joint struct {
	branch *branch
	at     event.Point
	fork   bool // a new branch begins after at; branch is its base, nil for a new log
}

// tipBefore finds the branch whose tip is the event before first: the usual case.
func (v *conversation) tipBefore(first *event.Event) (joint, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	branches := v.branches[first.VectorLog()]
	if first.Number == 1 && len(branches) == 0 {
		return joint{fork: true}, true
	}
	for _, b := range branches {
		if first.Number == b.tip.Number+1 && sameID(first.Previous, b.tip.ID) {
			return joint{branch: b, at: b.tip}, true
		}
	}
	return joint{}, false
}

// extend verifies the signature and adds the events at the joint. Those after one that breaks the rule of Lamport times are ignored.
func (c *Chat) extend(ctx context.Context, v *conversation, at joint, events []*event.Event, pass admission) error {
	last := events[len(events)-1]
	if err := identity.Verify(pass.key, event.SigningContext, last.ID[:], last.Signature); err != nil {
		return fmt.Errorf("events with a wrong signature")
	}
	c.putDownPen(v, events[0].VectorLog()) // if it is the one that we write: our key signed what we do not know
	allowed := allowedFrom(at.at.Lamport, events)
	ends := allowed < len(events)
	if allowed > 0 && events[allowed-1].Number > pass.upTo && !reachesCut(events[:allowed], pass.upTo) {
		v.room.miss() // who knows of the cut sends what stands up to there, so that everybody can verify it
		return errBehind
	}
	select {
	case v.order <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { <-v.order }()
	if !c.isTip(v, at) {
		return errRaced // something else happened to the branch: look anew
	}
	if err := c.takeShare(v, events[:allowed]); err != nil {
		return err
	}
	a, err := c.grow(v, at, events[0].VectorLog(), events[:allowed], ends)
	if a == nil || err != nil {
		c.giveShareBack(v, events[:allowed])
		return err
	}
	if v.office != nil {
		a.teller = v.heardFrom(a.branch.log.Peer, pass.teller)
	}
	if a.told {
		c.show(a)
	}
	return c.ledger.arrive(ctx, a)
}

// allowedFrom returns how many of the events keep the rule of Lamport times.
func allowedFrom(before uint64, events []*event.Event) int {
	for i, e := range events {
		if !event.MayFollow(before, e.Lamport) {
			return i
		}
		before = e.Lamport
	}
	return len(events)
}

// isTip reports whether what continues a branch still does.
func (c *Chat) isTip(v *conversation, at joint) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return at.fork || at.branch.tip == at.at
}

// grow adds verified events in memory. It returns nil when there is nothing to store.
func (c *Chat) grow(v *conversation, at joint, log vector.Log, events []*event.Event, ends bool) (*arrival, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	b := at.branch
	if v.office != nil && v.fallsLocked(b, at.at.Number, events) {
		return nil, errFalls
	}
	if at.fork {
		if len(events) == 0 {
			return nil, nil
		}
		if v.begunLocked(log, events[0]) {
			return nil, errRaced
		}
		if v.crowdedLocked(log.Peer) {
			return nil, errors.New("events in more logs than one machine may have")
		}
		if v.room != nil && events[0].Number == 1 {
			v.room.begins(events[0])
		}
		b = c.newBranch(log, at.branch, at.at)
		v.branches[log] = append(v.branches[log], b)
	} else if b.tip != at.at || !slices.Contains(v.branches[log], b) {
		return nil, errRaced // something else happened to the branch: look anew
	}
	if b.ended {
		return nil, nil
	}
	b.ended = ends
	if len(events) == 0 {
		return nil, nil
	}
	b.growLocked(events)
	v.grewLocked(b, events)
	v.lamport = max(v.lamport, b.tip.Lamport)
	later := slices.ContainsFunc(events, func(e *event.Event) bool {
		return len(e.Again) > 0 || e.Kind == event.KindFile || e.Replies() || e.Dropped() || v.displaced(e)
	})
	a := &arrival{in: v, branch: b, events: events, told: !later && v.summary.reissues == 0 && !v.summary.waiting}
	if a.told {
		a.fresh = v.conjureLocked(events)
	}
	return a, nil
}

// begunLocked reports whether a branch begins with an event.
func (v *conversation) begunLocked(log vector.Log, first *event.Event) bool {
	return slices.ContainsFunc(v.branches[log], func(b *branch) bool {
		id, ok := b.recentLocked(first.Number)
		return ok && id == first.ID && first.Number == b.fork+1
	})
}

// crowdedLocked reports whether a machine may not have one more branch here.
func (v *conversation) crowdedLocked(peer identity.PeerID) bool {
	switch {
	case v.office != nil:
		return v.fullLocked(peer)
	case v.room == nil:
		return v.branchesOfLocked(peer) >= maxBranches
	}
	all := 0
	for _, branches := range v.branches {
		all += len(branches)
	}
	return all >= frame.MaxBranches || v.branchesOfLocked(peer) >= fewBranches
}

func (v *conversation) branchesOfLocked(peer identity.PeerID) (n int) {
	for log, branches := range v.branches {
		if log.Peer == peer {
			n += len(branches)
		}
	}
	return n
}

// show tells subscribers about events that were just verified.
func (c *Chat) show(a *arrival) {
	for _, e := range a.fresh {
		if e.Kind.Speaks() {
			c.news.message(c.messageOf(a.in, a.branch, e))
		}
	}
}

// attach finds where a run belongs that does not continue a tip: it may repeat what is here, in part or whole, or leave a branch in its middle.
func (c *Chat) attach(ctx context.Context, v *conversation, r event.Run) (joint, []*event.Event, error) {
	first := r.First()
	views := v.views(first.VectorLog())
	for _, w := range views {
		before := first.Number - 1
		if before > w.tip.Number || before < w.fork || before == 0 && w.base != nil {
			continue
		}
		id, err := c.idAt(ctx, v, w.branch, max(before, 1))
		if err != nil {
			return joint{}, nil, err
		}
		if before == 0 && id == first.ID || before > 0 && sameID(first.Previous, id) {
			return c.follow(ctx, v, views, w, r.Events)
		}
	}
	if before := first.Number - 1; before > 0 {
		return joint{}, nil, errGap
	}
	return joint{fork: true}, r.Events, nil // a second history from the first event on
}

// follow walks along what is here as long as it is the same as the events, from a branch to those that fork from it.
func (c *Chat) follow(ctx context.Context, v *conversation, views []view, at view, events []*event.Event) (joint, []*event.Event, error) {
	for i, e := range events {
		next, found, err := c.step(ctx, v, views, at, e)
		if err != nil {
			return joint{}, nil, err
		}
		if !found {
			return c.leave(ctx, v, at, e.Number-1, events[i:])
		}
		at = next
	}
	return joint{}, nil, nil
}

// step finds the branch that has e: the present one, or one that forks from it just before e.
func (c *Chat) step(ctx context.Context, v *conversation, views []view, at view, e *event.Event) (view, bool, error) {
	for _, w := range views {
		if w.branch != at.branch && (w.base != at.branch || w.fork != e.Number-1) || e.Number > w.tip.Number {
			continue
		}
		id, err := c.idAt(ctx, v, w.branch, e.Number)
		if err != nil || id == e.ID {
			return w, err == nil, err
		}
	}
	return view{}, false, nil
}

// leave makes the joint for events that follow number on a branch.
func (c *Chat) leave(ctx context.Context, v *conversation, at view, number uint64, events []*event.Event) (joint, []*event.Event, error) {
	if number == at.tip.Number {
		return joint{branch: at.branch, at: at.tip}, events, nil
	}
	p, err := c.pointAt(ctx, v, at.branch, number)
	return joint{branch: at.branch, at: p, fork: true}, events, err
}

// pointAt returns a point inside of a branch's history. An event that is not stored yet has none: the sender is asked again.
func (c *Chat) pointAt(ctx context.Context, v *conversation, b *branch, number uint64) (event.Point, error) {
	b = b.owner(number)
	v.mu.Lock()
	kept := b.kept.Number
	v.mu.Unlock()
	if number > kept {
		return event.Point{}, errGap
	}
	var p event.Point
	err := c.config.DB.Read(ctx, func(tx *store.Tx) error {
		e, err := eventAt(tx, b, number)
		if err == nil {
			p = event.PointOf(e)
		}
		return err
	})
	return p, err
}
