package chat

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/lantest"
	"lanyard/internal/peer"
	"lanyard/internal/store"
)

var simMany = flag.Int("chat.rooms", 4, "how many seeds TestRoomSimulation runs")

// TestRoomSimulation lets five people talk in a room while they invite, join, leave and remove each other, links are cut, agents are stopped and old
// frames come again. Afterwards every member has the same members and the same events in the same order, what was acknowledged is there once, and in a
// room with a closed history nobody holds a text whose author knew that they are no member.
func TestRoomSimulation(t *testing.T) {
	var seeds []uint64
	for n := range *simMany {
		seeds = append(seeds, uint64(n+1))
	}
	seeds = append(seeds, rand.Uint64())
	if *simSeed != 0 {
		seeds = []uint64{*simSeed}
	}
	for _, seed := range seeds {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { newRoomSimulation(t, seed).run() })
		})
	}
}

// roomSimulation is one run. Beside what simulation has there is one room.
type roomSimulation struct {
	*simulation
	room   ID
	closed bool
	spoken []spoken
	did    []string
}

// spoken is a text that was acknowledged, and who was a member as its author knew.
type spoken struct {
	by   *agent
	id   EventID
	text string
	to   map[identity.PersonID]bool
}

func newRoomSimulation(t *testing.T, seed uint64) *roomSimulation {
	s := &roomSimulation{simulation: &simulation{
		t: t, rng: rand.New(rand.NewPCG(seed, 2)), site: &site{lan: lantest.New(seed)}, up: map[*agent]bool{}, copies: map[*agent]*savedProfile{}, sent: map[*agent][]saying{},
	}}
	for _, name := range []string{"Anna", "Ben", "Carla", "Dora", "Emil"} {
		a := s.site.start(t, name)
		for _, b := range s.agents {
			a.meet(t, b)
		}
		s.agents = append(s.agents, a)
		s.up[a] = true
	}
	s.closed = s.rng.IntN(2) == 0
	made, err := s.agents[0].CreateRoom(t.Context(), NewRoom{Name: "Plans", With: []identity.PersonID{s.agents[1].person(), s.agents[2].person()}, Open: s.rng.IntN(2) == 0,
		ClosedHistory: s.closed})
	if err != nil {
		t.Fatal(err)
	}
	s.room = made.ID
	return s
}

func (s *roomSimulation) run() {
	defer func() {
		if s.t.Failed() {
			s.describe()
		}
	}()
	for range 60 {
		s.act()
		time.Sleep(time.Duration(s.rng.IntN(1500)) * time.Millisecond)
	}
	s.site.lan.Heal()
	for _, a := range s.agents {
		s.start(a)
	}
	s.converge()
	s.check()
}

// act does one random thing.
func (s *roomSimulation) act() {
	a := s.agents[s.rng.IntN(len(s.agents))]
	b := s.agents[s.rng.IntN(len(s.agents))]
	switch n := s.rng.IntN(100); {
	case n < 40:
		s.say(a)
	case n < 62:
		s.shape(a, b)
	case n < 70 && a != b:
		s.did = append(s.did, a.name+" and "+b.name+" are cut off")
		s.site.lan.Partition([]*lanHost{a.host}, []*lanHost{b.host})
	case n < 76:
		s.site.lan.Heal()
	case n < 81 && a != b:
		s.site.lan.CutAfter(a.host, b.host, s.rng.IntN(6000))
	case n < 86:
		s.did = append(s.did, a.name+" stops")
		s.stop(a)
	case n < 94:
		s.start(a)
	case n < 98 && a != b && s.up[a] && s.up[b]:
		s.again(a, b)
	case n < 100 && s.up[a] && a.known(s.room) != nil:
		if _, err := a.MarkRead(s.t.Context(), s.room, EventID{}); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *roomSimulation) say(a *agent) {
	if !s.up[a] || a.known(s.room) == nil {
		return
	}
	before := a.known(s.room).room.members()
	s.texts++
	text := fmt.Sprintf("%s says %d.", a.name, s.texts)
	sent, err := a.Send(s.t.Context(), s.room, text)
	if errors.Is(err, ErrNoMember) {
		return
	}
	if err != nil {
		s.t.Fatal(err)
	}
	// What came while it was written may have changed who is a member: whoever was one before or after got it rightly.
	to := map[identity.PersonID]bool{}
	for _, m := range []*membership{before, a.known(s.room).room.members()} {
		for who := range m.members {
			to[who] = true
		}
	}
	s.spoken = append(s.spoken, spoken{a, sent[0].ID, text, to})
}

// shape has somebody change who is a member, if the window lets them.
func (s *roomSimulation) shape(a, b *agent) {
	if !s.up[a] || a.known(s.room) == nil {
		return
	}
	what, do := s.choose(a, b)
	_, err := do()
	s.did = append(s.did, fmt.Sprintf("%s %s %s: %v", a.name, what, b.name, err))
	for _, expected := range []error{ErrNoMember, ErrAlready, ErrNotIn, ErrNotRemover, ErrNotCreator, ErrSelf, ErrClosedRoom, ErrBarred} {
		if err == nil || errors.Is(err, expected) {
			return
		}
	}
	s.t.Fatalf("%s %s %s: %v", a.name, what, b.name, err)
}

func (s *roomSimulation) choose(a, b *agent) (what string, do func() (Conversation, error)) {
	ctx := s.t.Context()
	switch n := s.rng.IntN(20); {
	case n < 8:
		return "invites", func() (Conversation, error) { return a.Invite(ctx, s.room, b.person()) }
	case n < 11:
		return "joins", func() (Conversation, error) { return a.Join(ctx, s.room) }
	case n < 13:
		return "leaves", func() (Conversation, error) { return a.Leave(ctx, s.room) }
	case n < 17:
		return "removes", func() (Conversation, error) { return a.Remove(ctx, s.room, b.person()) }
	case n < 19:
		return "entrusts", func() (Conversation, error) { return a.Entrust(ctx, s.room, b.person()) }
	}
	return "renames", func() (Conversation, error) { return a.Rename(ctx, s.room, fmt.Sprint("Plans ", s.rng.IntN(100))) }
}

// again gives b frames of the room that a may have sent long ago, in other pieces.
func (s *roomSimulation) again(a, b *agent) {
	link, ok := b.roster.Link(a.id.PeerID())
	if !ok || a.known(s.room) == nil || b.known(s.room) == nil {
		return
	}
	for _, w := range a.known(s.room).allViews() {
		if w.log.Peer != a.id.PeerID() || w.kept.number == 0 {
			continue
		}
		from := 1 + s.rng.Uint64N(w.kept.number)
		var events []*event
		err := a.config.DB.Read(s.t.Context(), func(tx *store.Tx) (err error) {
			events, err = eventsFrom(tx, w.branch, from, w.kept.number)
			return err
		})
		if err != nil {
			s.t.Fatal(err)
		}
		x := &session{chat: a.Chat, link: linkOf(a, b), v: a.known(s.room)}
		if x.link == nil {
			continue
		}
		r := a.signedRun(w.branch, x.release(events[:1+s.rng.IntN(len(events))]))
		if len(r.events) == 0 {
			continue
		}
		body, err := r.encode()
		if err != nil {
			s.t.Fatal(err)
		}
		b.takeEvents(link, body)
	}
}

// members are the agents who are members as the creator has it.
func (s *roomSimulation) members(m *membership) []*agent {
	var all []*agent
	for _, a := range s.agents {
		if m.hasMember(a.person()) {
			all = append(all, a)
		}
	}
	return all
}

// converge waits until every member has the same: first the changes, then everything.
func (s *roomSimulation) converge() {
	for i, a := range s.agents {
		for _, b := range s.agents[:i] {
			a.awaitLink(s.t, b)
			b.awaitLink(s.t, a)
		}
	}
	s.agents[0].await(s.t, "all members have the same", func() bool {
		for _, a := range s.agents {
			if a.known(s.room) == nil || !a.known(s.room).room.members().hasMember(a.person()) {
				continue // who is none by what they know may know less
			}
			for _, b := range s.members(a.known(s.room).room.members()) {
				if b.known(s.room) == nil || !s.equal(a, b) {
					return false
				}
			}
		}
		return true
	})
}

func (s *roomSimulation) equal(a, b *agent) bool {
	v, w := a.known(s.room), b.known(s.room)
	m, n := v.room.members(), w.room.members()
	return m.who() == n.who() && m.name == n.name && v.vector().Equal(w.vector()) && a.rested() && b.rested()
}

// check looks at what everybody shows and holds.
func (s *roomSimulation) check() {
	var first *agent
	for _, a := range s.agents {
		s.onceTold(a)
		if a.known(s.room) == nil {
			continue
		}
		s.checkHeld(a)
		if !a.known(s.room).room.members().hasMember(a.person()) {
			continue
		}
		if first == nil {
			first = a
		}
		s.checkOrder(first, a)
		s.checkSpoken(a)
		if n := a.Dropped()["frames that break the rules"]; n > 0 {
			s.t.Errorf("%s dropped %d frames of honest people: %v", a.name, n, a.Dropped())
		}
	}
}

// checkHeld: with a closed history nobody holds what was not written for them.
func (s *roomSimulation) checkHeld(a *agent) {
	for _, said := range s.spoken {
		var n int
		err := a.config.DB.Read(s.t.Context(), func(tx *store.Tx) error {
			return tx.QueryRow(`SELECT count(*) FROM chat_event WHERE instr(body, ?) > 0`, []byte(said.text)).Scan(&n)
		})
		if err != nil {
			s.t.Fatal(err)
		}
		if n > 0 && s.closed && !said.to[a.person()] && said.by != a {
			s.t.Errorf("%s holds %q, whose author knew that they are no member", a.name, said.text)
		}
	}
}

// checkOrder: two members show what both show in one order, messages and lines; with an open history all of it.
func (s *roomSimulation) checkOrder(a, b *agent) {
	x, y := s.shown(a), s.shown(b)
	if s.closed {
		both := func(in []string) []string {
			return slices.DeleteFunc(slices.Clone(in), func(text string) bool { return !slices.Contains(x, text) || !slices.Contains(y, text) })
		}
		x, y = both(x), both(y)
	}
	if !slices.Equal(x, y) {
		s.t.Errorf("%s shows %q, %s %q", a.name, x, b.name, y)
	}
	if once := slices.Compact(slices.Sorted(slices.Values(y))); len(once) != len(y) {
		s.t.Errorf("%s shows something twice: %q", b.name, y)
	}
}

// shown is all that somebody shows, each line with its ID.
func (s *roomSimulation) shown(a *agent) []string {
	page, err := a.History(s.t.Context(), s.room, Query{})
	if err != nil {
		s.t.Fatal(err)
	}
	var all []string
	for i := range page.Messages {
		text := lineOf(&page.Messages[i], s.agents)
		if page.Messages[i].Change != nil {
			text += " " + page.Messages[i].ID.String()
		}
		all = append(all, text)
	}
	return all
}

// checkSpoken: a member shows what was acknowledged and written for them, but for what lies behind a cut.
func (s *roomSimulation) checkSpoken(a *agent) {
	shown := a.said(s.t, s.room)
	m := a.known(s.room).room.members()
	for _, said := range s.spoken {
		meant := !s.closed || said.to[a.person()]
		ended := m.cutting[said.by.person()] != nil
		if meant && !ended && !slices.Contains(shown, said.text) {
			s.t.Errorf("%s lost %q", a.name, said.text)
		}
	}
}

func (s *roomSimulation) describe() {
	s.t.Logf("closed %v; %s", s.closed, s.did)
	for _, a := range s.agents {
		v := a.known(s.room)
		if v == nil {
			s.t.Logf("%s does not know the room", a.name)
			continue
		}
		m := v.room.members()
		s.t.Logf("%s %s: member %v, dropped %v, shows %q", a.name, a.id.PeerID().Short(), m.hasMember(a.person()), a.Dropped(), a.said(s.t, s.room))
		for _, n := range m.nodes {
			s.t.Logf("  change %s by %s: kind %d of %s, counts %v", n.id.String()[:6], n.by.Short(), n.kind, n.who.Short(), n.counts)
		}
		for _, w := range v.allViews() {
			s.t.Logf("  log %s of %s to %d, cut %v", w.log.ID.String()[:6], w.log.Peer.Short(), w.kept.number, w.cut)
		}
		for _, x := range a.sessionsOf(v) {
			x.mu.Lock()
			s.t.Logf("  session with %s: running %v, due %+v, owes %v, defers %v, live %d, theirs %v", x.link.Peer().Short(), x.running(), x.due, x.owe, x.defers, len(x.live), len(x.theirs))
			for b, n := range x.have {
				s.t.Logf("    has %s to %d", b.log.ID.String()[:6], n)
			}
			x.mu.Unlock()
		}
	}
}

func linkOf(a, b *agent) *peer.Link {
	l, ok := a.roster.Link(b.id.PeerID())
	if !ok {
		return nil
	}
	return l
}
