package chat

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/store"
)

// What one person's machines may bring into a room before our person is asked: far more than people write, and less than fills a disk unnoticed.
const (
	flowDay  = 24 * time.Hour
	flowMost = 64 << 20 // bytes
	flowLess = 16       // so much less counts what is older than a day, and what others need of who floods
)

var errHeld = errors.New("messages of a member of whom very much came, until our person wants more")

// flow is how much of one person's came into a room.
type flow struct {
	since time.Time // within a day of this
	bytes int64
	held  bool // our person is asked before more is wanted; only what stands before a change still comes
}

// flows are those of a room.
type flows struct {
	mu     sync.Mutex
	of     map[identity.PersonID]*flow
	claims map[event.ID]*claim // on words that are missing and come now
}

// came is how much events count: by their own times, and if their author's wait.
type came struct {
	fresh int64
	held  int64
}

func cameOf(events []*event.Event, now time.Time) (all came) {
	for _, e := range events {
		size := int64(e.Size())
		less := (size + flowLess - 1) / flowLess
		all.held += less
		if now.Sub(time.UnixMilli(e.Time)) > flowDay {
			size = less
		}
		all.fresh += size
	}
	return all
}

// take counts what came of somebody, or has what comes after it wait: that is refused, and is with who has it. news: it was not waiting before. What still comes of
// whom more waits stands before changes, which everybody needs; should it be as much again, it is refused too.
func (f *flows) take(who identity.PersonID, n came, most int64, now time.Time) (taken, news bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.takeLocked(who, n, most, now)
}

func (f *flows) takeLocked(who identity.PersonID, n came, most int64, now time.Time) (taken, news bool) {
	one := f.of[who]
	if one == nil {
		one = &flow{since: now}
		f.of[who] = one
	}
	switch {
	case one.held && one.bytes+n.held > 2*most:
		return false, false
	case one.held:
		one.bytes += n.held
		return true, false
	case now.Sub(one.since) >= flowDay || now.Before(one.since):
		one.since, one.bytes = now, 0
	}
	if one.bytes+n.fresh > most {
		one.bytes, one.held = most, true
		return false, true
	}
	one.bytes += n.fresh
	return true, false
}

// giveBack counts no more what was taken of somebody and could not be stored: it comes again.
func (f *flows) giveBack(who identity.PersonID, n came) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if one := f.of[who]; one != nil {
		one.giveBack(n)
	}
}

func (one *flow) giveBack(n came) {
	if one.held {
		one.bytes = max(0, one.bytes-n.held)
	} else {
		one.bytes = max(0, one.bytes-n.fresh)
	}
}

// holds reports whether more of somebody's waits.
func (f *flows) holds(who identity.PersonID) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	one := f.of[who]
	return one != nil && one.held
}

// any reports whether more of anybody waits.
func (f *flows) any() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, one := range f.of {
		if one.held {
			return true
		}
	}
	return false
}

// release has more of somebody's taken, and reports whether it waited.
func (f *flows) release(who identity.PersonID, now time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	one := f.of[who]
	if one == nil || !one.held {
		return false
	}
	*one = flow{since: now}
	return true
}

// held returns those of whom more waits.
func (f *flows) held() (all []identity.PersonID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for who, one := range f.of {
		if one.held {
			all = append(all, who)
		}
	}
	slices.SortFunc(all, func(a, b identity.PersonID) int { return slices.Compare(a[:], b[:]) })
	return all
}

// takeShare takes events of a room as far as their author's share goes.
func (c *Chat) takeShare(v *conversation, events []*event.Event) error {
	if v.room == nil || len(events) == 0 {
		return nil
	}
	who := c.config.Roster.PersonOf(events[0].Peer)
	if who == c.config.Identity.Person() {
		return nil
	}
	now := time.Now()
	taken, news := v.room.flows.take(who, cameOf(events, now), c.flowMost(), now)
	if news {
		c.begin(func() { c.hold(v, who) })
	}
	if !taken {
		return errHeld
	}
	return nil
}

// flowMost is how much of one person's is taken into a room within a day.
func (c *Chat) flowMost() int64 {
	if c.config.Flow == 0 {
		return flowMost
	}
	return c.config.Flow
}

// giveShareBack undoes takeShare of events that were not stored.
func (c *Chat) giveShareBack(v *conversation, events []*event.Event) {
	if v.room == nil || len(events) == 0 {
		return
	}
	if who := c.config.Roster.PersonOf(events[0].Peer); who != c.config.Identity.Person() {
		v.room.flows.giveBack(who, cameOf(events, time.Now()))
	}
}

// holds reports whether more by an author waits.
func (c *Chat) holds(v *conversation, author identity.PeerID) bool {
	return v.room != nil && v.room.flows.holds(c.config.Roster.PersonOf(author))
}

// hold tells our person and the others that more of somebody's waits.
func (c *Chat) hold(v *conversation, who identity.PersonID) {
	err := c.config.DB.Write(context.WithoutCancel(c.life), func(tx *store.Tx) error { return v.storeFlow(tx, who, nil) })
	if err != nil {
		c.config.Log.Warn("note of whom very much came; after a restart as much again is taken", "error", err)
	}
	c.tellHeld(v, who)
	for _, s := range c.sessionsOf(v) {
		s.requestAgain()
	}
	c.news.conversation(v)
	c.files.tellOffered(v)
}

// tellHeld makes a problem of somebody of whom very much came.
func (c *Chat) tellHeld(v *conversation, who identity.PersonID) {
	room := name.Quote(v.room.members().Title())
	p := Problem{
		ID:       heldProblem(v, who),
		Sentence: fmt.Sprintf("Very much by %s came into the room %s within a day, and their further messages and answers to files wait.", name.Quote(c.called(who)), room),
		Remedy:   fmt.Sprintf("Fetch the rest beside their name in the room, or run: lanyard room more %s %s. Else leave the room, or have them removed from it.", v.id.String()[:8], who.Short()),
	}
	if c.problems.set(p) {
		c.news.problems()
	}
}

func heldProblem(v *conversation, who identity.PersonID) string {
	return "held-" + v.id.String()[:16] + "-" + who.Short()
}

// More has what waits of a member taken, of whom very much came within a day, and as much again. Of whom nothing waits nothing changes.
func (c *Chat) More(ctx context.Context, room event.ConversationID, who identity.PersonID) (Conversation, error) {
	v, err := c.lookup(ctx, room)
	switch {
	case err != nil:
		return Conversation{}, err
	case v.room == nil:
		return Conversation{}, ErrNoConversation
	}
	if !v.room.flows.release(who, time.Now()) {
		return c.row(v), nil
	}
	if err := c.config.DB.Write(ctx, func(tx *store.Tx) error { return v.storeFlow(tx, who, nil) }); err != nil {
		return Conversation{}, err
	}
	c.relieved(heldProblem(v, who))
	for _, s := range c.sessionsOf(v) {
		s.requestAgain()
		s.lookForWords(true)
	}
	c.news.conversation(v)
	c.files.tellOffered(v)
	return c.row(v), nil
}

// storeFlow stores how much of a person's came. Words that come just now do not count there, but for those that are stored with it: what a crash takes of them comes again.
func (v *conversation) storeFlow(tx *store.Tx, who identity.PersonID, filled map[event.ID]bool) error {
	v.room.flows.mu.Lock()
	one := v.room.flows.of[who]
	if one == nil {
		v.room.flows.mu.Unlock()
		return nil
	}
	now := *one
	now.giveBack(v.room.flows.unsettledLocked(who, filled))
	v.room.flows.mu.Unlock()
	_, err := tx.Exec(`INSERT INTO chat_flow (conversation, person, since, bytes, held) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (conversation, person) DO UPDATE SET since = excluded.since, bytes = excluded.bytes, held = excluded.held`, v.key, who[:], now.since.UnixMilli(), now.bytes, now.held)
	if err != nil {
		return fmt.Errorf("store how much of %s came: %w", who.Short(), err)
	}
	return nil
}

// storeFlows does so for whom this page brings something of.
func (p *page) storeFlows(tx *store.Tx) error {
	if p.v.room == nil {
		return nil
	}
	authors, filled := map[identity.PersonID]bool{}, map[event.ID]bool{}
	for _, a := range p.arrivals {
		authors[p.chat.config.Roster.PersonOf(a.branch.log.Peer)] = true
	}
	for _, f := range p.made.filled {
		authors[p.chat.config.Roster.PersonOf(f.event.Peer)] = true
		filled[f.event.ID] = true
	}
	for who := range authors {
		if err := p.v.storeFlow(tx, who, filled); err != nil {
			return err
		}
	}
	return nil
}

// loadFlows reads how much came of whom.
func (c *Chat) loadFlows(tx *store.Tx) (err error) {
	byKey := map[int64]*conversation{}
	for _, v := range c.conversations {
		byKey[v.key] = v
	}
	rows, err := tx.Query(`SELECT conversation, person, since, bytes, held FROM chat_flow`)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var key, since int64
		var person []byte
		var one flow
		if err := rows.Scan(&key, &person, &since, &one.bytes, &one.held); err != nil {
			return err
		}
		v := byKey[key]
		if v == nil || v.room == nil || len(person) != len(identity.PersonID{}) {
			return fmt.Errorf("how much came into room %d: %w", key, store.ErrCorrupt)
		}
		one.since = time.UnixMilli(since)
		v.room.flows.of[identity.PersonID(person)] = &one
	}
	return rows.Err()
}

// tellAllHeld makes problems of what waited already when the program began.
func (c *Chat) tellAllHeld() {
	for _, v := range c.all() {
		if v.room != nil {
			c.reviewHeld(v)
		}
	}
}

// reviewHeld tells anew of whom more waits, once it is known who is a member: of who left nothing is wanted any more, and by who left nothing.
func (c *Chat) reviewHeld(v *conversation) {
	m := v.room.members()
	for _, who := range v.room.flows.held() {
		if m.Has(who) && m.Has(c.config.Identity.Person()) {
			c.tellHeld(v, who)
		} else {
			c.relieved(heldProblem(v, who))
		}
	}
}

// heldMachines returns the machines of those of whom more waits.
func (c *Chat) heldMachines(v *conversation) (all []identity.PeerID) {
	if v.room == nil {
		return nil
	}
	for _, who := range v.room.flows.held() {
		all = append(all, c.config.Roster.Machines(who)...)
	}
	return all[:min(len(all), frame.MaxBranches)]
}

// holdLocked notes whose messages the other side of the session wants no more of for now.
func (s *session) holdLocked(machines []identity.PeerID) {
	if s.v.room == nil {
		return
	}
	s.due.vector = s.due.vector || len(machines) > 0 && len(s.relay.theyHold) == 0 // by which they learn how late it is
	s.relay.theyHold = map[identity.PeerID]bool{}
	for _, machine := range machines {
		s.relay.theyHold[machine] = true
	}
	for b := range s.owe { // the comparison will find what they need all the same
		if s.relay.theyHold[b.log.Peer] {
			delete(s.owe, b)
		}
	}
}

// theyHold reports whether the other side takes no more of somebody for now.
func (s *session) theyHold() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.relay.theyHold) > 0
}

// wantedOf returns up to where the other side wants each of these branches: all that counts, or, of who floods, what stands up to the last change.
func (s *session) wantedOf(ctx context.Context, views []view) (cover, error) {
	s.mu.Lock()
	held := s.relay.theyHold
	s.mu.Unlock()
	wanted := cover{}
	for _, w := range views {
		to := w.counts()
		if held[w.log.Peer] {
			var err error
			if to, err = s.chat.signedFrom(ctx, w, s.v.room.lastChange(w)); err != nil {
				return nil, err
			}
		}
		wanted.raise(w.branch, to)
	}
	return wanted, nil
}

// lastChange returns the number of the last change that a branch itself holds and that its log still counts; 0 if there is none. Where a log has several branches it
// may be another's.
func (r *room) lastChange(w view) (last uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.changes {
		one := &r.changes[i]
		if one.At.Log == w.log && one.At.Number > w.fork && one.At.Number <= w.counts() {
			last = max(last, one.At.Number)
		}
	}
	return last
}

// signedFrom returns the first number from this one on up to which a branch can be passed on, as its author signed it there; without any it is this one.
func (c *Chat) signedFrom(ctx context.Context, w view, number uint64) (uint64, error) {
	if number == 0 || w.log.Peer == c.self() {
		return number, nil
	}
	var at sql.NullInt64
	err := c.config.DB.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(`SELECT min(place) FROM chat_event WHERE place BETWEEN ? AND ? AND length(signature) > 0`, place(w.branch, number), place(w.branch, w.counts())).Scan(&at)
	})
	switch {
	case err != nil:
		return 0, fmt.Errorf("look for a signature in log %s: %w", w.log.ID, err)
	case !at.Valid:
		return number, nil
	}
	return placeNumber(at.Int64), nil
}
