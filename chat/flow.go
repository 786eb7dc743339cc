package chat

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/store"
)

// What one person's machines may bring into a room before our person is asked: far more than people write, and less than fills a disk unnoticed.
const (
	flowDay  = 24 * time.Hour
	flowMost = 64 << 20 // bytes
)

var errHeld = errors.New("events of a member of whom very much came, until our person wants more")

// flow is how much of one person's came into a room.
type flow struct {
	since time.Time // within a day of this
	bytes int64
	held  bool // nothing more is taken
}

// flows are those of a room.
type flows struct {
	mu sync.Mutex
	of map[identity.PersonID]*flow
}

// take counts what came of somebody, or has everything after it wait: that is refused, and is with who has it. news: it was not waiting before.
func (f *flows) take(who identity.PersonID, n int, most int64, now time.Time) (taken, news bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	one := f.of[who]
	if one == nil {
		one = &flow{since: now}
		f.of[who] = one
	}
	switch {
	case one.held:
		return false, false
	case now.Sub(one.since) >= flowDay || now.Before(one.since):
		one.since, one.bytes = now, 0
	}
	if one.bytes+int64(n) > most {
		one.held = true
		return false, true
	}
	one.bytes += int64(n)
	return true, false
}

// holds reports whether more of somebody's waits.
func (f *flows) holds(who identity.PersonID) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	one := f.of[who]
	return one != nil && one.held
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

// flows takes events of a room as far as its author's share goes.
func (c *Chat) flows(v *conversation, events []*event.Event) error {
	if v.room == nil || len(events) == 0 {
		return nil
	}
	who := c.config.Roster.PersonOf(events[0].Peer)
	if who == c.config.Identity.Person() {
		return nil
	}
	n := 0
	for _, e := range events {
		n += e.Size()
	}
	most := c.config.Flow
	if most == 0 {
		most = flowMost
	}
	taken, news := v.room.flows.take(who, n, most, time.Now())
	if news {
		c.begin(func() { c.hold(v, who) })
	}
	if !taken {
		return errHeld
	}
	return nil
}

// holds reports whether more by an author waits.
func (c *Chat) holds(v *conversation, author identity.PeerID) bool {
	return v.room != nil && v.room.flows.holds(c.config.Roster.PersonOf(author))
}

// hold tells our person and the others that more of somebody's waits.
func (c *Chat) hold(v *conversation, who identity.PersonID) {
	err := c.config.DB.Write(context.WithoutCancel(c.life), func(tx *store.Tx) error { return v.storeFlow(tx, who) })
	if err != nil {
		c.config.Log.Warn("note of whom very much came; after a restart as much again is taken", "error", err)
	}
	c.tellHeld(v, who)
	for _, s := range c.sessionsOf(v) {
		s.requestAgain()
	}
	c.news.conversation(v)
}

// tellHeld makes a problem of somebody of whom very much came.
func (c *Chat) tellHeld(v *conversation, who identity.PersonID) {
	called := who.Short()
	for _, machine := range c.config.Roster.Machines(who) {
		if row, ok := c.config.Roster.Get(machine); ok {
			called = row.Name
		}
	}
	room := name.Quote(v.room.members().Title())
	p := Problem{
		ID:       heldProblem(v, who),
		Sentence: fmt.Sprintf("%s has written very much into the room %s within a day, and nothing more of it is fetched.", name.Quote(called), room),
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
	if err := c.config.DB.Write(ctx, func(tx *store.Tx) error { return v.storeFlow(tx, who) }); err != nil {
		return Conversation{}, err
	}
	c.relieved(heldProblem(v, who))
	for _, s := range c.sessionsOf(v) {
		s.requestAgain()
	}
	c.news.conversation(v)
	return c.row(v), nil
}

// storeFlow stores how much of a person's came.
func (v *conversation) storeFlow(tx *store.Tx, who identity.PersonID) error {
	v.room.flows.mu.Lock()
	one := v.room.flows.of[who]
	if one == nil {
		v.room.flows.mu.Unlock()
		return nil
	}
	now := *one
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
	persons := map[identity.PersonID]bool{}
	for _, a := range p.arrivals {
		persons[p.chat.config.Roster.PersonOf(a.branch.log.Peer)] = true
	}
	for who := range maps.Keys(persons) {
		if err := p.v.storeFlow(tx, who); err != nil {
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
	return all[:min(len(all), allBranches)]
}

// holdsLocked notes whose events the other side of the session takes no more of for now.
func (s *session) holdsLocked(machines []identity.PeerID) {
	s.relay.holds = map[identity.PeerID]bool{}
	for _, machine := range machines {
		s.relay.holds[machine] = true
	}
	for b := range s.owe {
		if s.relay.holds[b.log.Peer] {
			delete(s.owe, b)
		}
	}
}
