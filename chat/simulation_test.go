package chat

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/internal/lantest"
	"lanyard/internal/store"
)

var simSeed = flag.Uint64("chat.seed", 0, "run the simulation with this seed only")

// TestSimulation lets three agents write to each other while links are cut, agents are stopped, old frames come again and profiles are put back from
// copies. Afterwards every pair shows the same messages in the same order, everything acknowledged is there once, and nothing was told twice.
func TestSimulation(t *testing.T) {
	seeds := []uint64{1, 2, 3}
	if *simSeed != 0 {
		seeds = []uint64{*simSeed}
	} else {
		seeds = append(seeds, rand.Uint64())
	}
	for _, seed := range seeds {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { newSimulation(t, seed).run() })
		})
	}
}

// simulation is one run.
type simulation struct {
	t      *testing.T
	rng    *rand.Rand
	site   *site
	agents []*agent
	up     map[*agent]bool
	copies map[*agent]*savedProfile
	sent   map[*agent][]saying // acknowledged, by author
	texts  int
	put    bool // a profile was put back: an author's order may differ then
}

// saying is a text that Send acknowledged.
type saying struct {
	to   *agent
	text string
}

// savedProfile is a copy of a stopped agent's database and what it had written by then.
type savedProfile struct {
	put  func()
	sent int
}

func newSimulation(t *testing.T, seed uint64) *simulation {
	s := &simulation{
		t: t, rng: rand.New(rand.NewPCG(seed, 1)), site: &site{lan: lantest.New(seed)}, up: map[*agent]bool{}, copies: map[*agent]*savedProfile{},
		sent: map[*agent][]saying{},
	}
	for _, name := range []string{"Anna", "Ben", "Cleo"} {
		a := s.site.start(t, name)
		for _, b := range s.agents {
			a.meet(t, b)
		}
		s.agents = append(s.agents, a)
		s.up[a] = true
	}
	return s
}

func (s *simulation) run() {
	for range 50 {
		s.act()
		time.Sleep(time.Duration(s.rng.IntN(2000)) * time.Millisecond)
	}
	s.site.lan.Heal()
	for _, a := range s.agents {
		s.start(a)
	}
	s.converge()
	s.check()
}

// act does one random thing.
func (s *simulation) act() {
	a := s.agents[s.rng.IntN(len(s.agents))]
	b := s.agents[s.rng.IntN(len(s.agents))]
	switch n := s.rng.IntN(100); {
	case n < 55 && a != b && s.up[a]:
		s.write(a, b)
	case n < 60:
		s.site.lan.Partition([]*lanHost{a.host}, []*lanHost{s.agents[(slices.Index(s.agents, a)+1)%3].host})
	case n < 68:
		s.site.lan.Heal()
	case n < 73 && a != b:
		s.site.lan.CutAfter(a.host, b.host, s.rng.IntN(3000))
	case n < 79:
		s.stop(a)
	case n < 85:
		s.start(a)
	case n < 91 && a != b && s.up[a] && s.up[b]:
		s.replay(a, b)
	case n < 94 && s.up[a] && a != b:
		if _, err := a.MarkRead(s.t.Context(), a.Direct(b.person()), EventID{}); err != nil {
			s.t.Fatal(err)
		}
	case n < 97:
		s.save(a)
	case n < 100:
		s.restore(a)
	}
}

func (s *simulation) write(a, b *agent) {
	var texts []string
	for range 1 + s.rng.IntN(4) {
		s.texts++
		texts = append(texts, fmt.Sprintf("%s to %s, %d", a.name, b.name, s.texts))
	}
	a.send(s.t, b, texts...)
	for _, text := range texts {
		s.sent[a] = append(s.sent[a], saying{b, text})
	}
}

func (s *simulation) stop(a *agent) {
	if s.up[a] {
		a.stop()
		s.up[a] = false
	}
}

func (s *simulation) start(a *agent) {
	if s.up[a] {
		return
	}
	s.onceTold(a)
	a.ear = newEar()
	a.run(s.t)
	s.up[a] = true
}

// onceTold fails when one run of an agent was told a text twice.
func (s *simulation) onceTold(a *agent) {
	seen := map[string]bool{}
	for _, text := range a.ear.told() {
		if seen[text] {
			s.t.Errorf("%s was told %q twice", a.name, text)
		}
		seen[text] = true
	}
}

// replay gives b frames that a sent long ago, or has yet to send, in pieces that need not be those that were sent.
func (s *simulation) replay(a, b *agent) {
	link, ok := b.roster.Link(a.id.PeerID())
	if !ok {
		return
	}
	for _, w := range a.conversation(b.person()).allViews() {
		if w.kept.number <= w.fork {
			continue
		}
		from := w.fork + 1 + s.rng.Uint64N(w.kept.number-w.fork)
		var events []*event
		err := a.config.DB.Read(s.t.Context(), func(tx *store.Tx) (err error) {
			events, err = eventsFrom(tx, w.branch, from, w.kept.number)
			return err
		})
		if err != nil {
			s.t.Fatal(err)
		}
		r := a.signedRun(w.branch, events[:1+s.rng.IntN(len(events))])
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

// save copies the database of an agent, which is stopped for that.
func (s *simulation) save(a *agent) {
	s.stop(a)
	s.copies[a] = &savedProfile{put: a.copyProfile(s.t), sent: len(s.sent[a])}
	s.start(a)
}

// restore puts back the copy. What was written since and reached nobody is lost with the disk that held it; nobody can be blamed.
func (s *simulation) restore(a *agent) {
	saved := s.copies[a]
	if saved == nil {
		return
	}
	s.stop(a)
	var kept []saying
	for i, said := range s.sent[a] {
		if i < saved.sent || s.has(said.to, a, said.text) {
			kept = append(kept, said)
		}
	}
	s.sent[a] = kept
	saved.sent = min(saved.sent, len(kept))
	saved.put()
	s.put = true
	s.start(a)
	for _, b := range s.agents { // a may have been the only one that held what the author, restored before, had lost
		s.sent[b] = slices.DeleteFunc(s.sent[b], func(said saying) bool {
			return b != a && said.to == a && !s.has(b, a, said.text) && !s.has(a, b, said.text)
		})
	}
}

// has reports whether b holds a text of a.
func (s *simulation) has(b, a *agent, text string) bool {
	if !s.up[b] {
		s.start(b)
	}
	return slices.Contains(b.texts(s.t, a), text)
}

// converge waits until every pair has the same.
func (s *simulation) converge() {
	defer func() {
		if s.t.Failed() {
			s.describe()
		}
	}()
	for i, a := range s.agents {
		for _, b := range s.agents[:i] {
			a.awaitLink(s.t, b)
			b.awaitLink(s.t, a)
			a.await(s.t, "the same as "+b.name, func() bool {
				return a.conversation(b.person()).vector().Equal(b.conversation(a.person()).vector()) && a.rested() && b.rested()
			})
			for _, said := range s.sent[a] {
				if said.to == b {
					id := a.find(s.t, b, said.text)
					a.awaitState(s.t, id, Delivered)
				}
			}
		}
	}
}

// describe logs what everybody has.
func (s *simulation) describe() {
	for _, a := range s.agents {
		for _, b := range s.agents {
			if a == b {
				continue
			}
			v := a.conversation(b.person())
			s.t.Logf("%s with %s: dropped %v, problems %v, writes %v", a.name, b.name, a.Dropped(), a.Problems(), v.pen.branch)
			for _, w := range v.allViews() {
				s.t.Logf("  %d: log %s of %s, after %d of %v, stored to %d (%s), verified to %d, ended %v", w.key, w.log.ID, w.log.Peer.Short(), w.fork, w.base,
					w.kept.number, w.kept.id, w.tip.number, w.ended)
			}
			for _, x := range a.sessionsOf(v) {
				x.mu.Lock()
				s.t.Logf("  session: due %+v, owes %v, defers %v, live %d, asked %v ago, they have %v", x.due, x.owe, x.defers, len(x.live), time.Since(x.asked.at), x.theirs)
				x.mu.Unlock()
			}
		}
	}
}

// rested reports whether an agent's ledger has nothing to store.
func (a *agent) rested() bool {
	a.ledger.mu.Lock()
	defer a.ledger.mu.Unlock()
	return a.ledger.waiting.empty()
}

func (a *agent) find(t *testing.T, b *agent, text string) EventID {
	t.Helper()
	for _, m := range a.history(t, b, Query{}).Messages {
		if m.Text == text {
			return m.ID
		}
	}
	t.Fatalf("%s lost %q", a.name, text)
	return EventID{}
}

func (s *simulation) check() {
	for i, a := range s.agents {
		s.onceTold(a)
		for _, b := range s.agents[:i] {
			same(s.t, a, b)
			s.checkPair(a, b)
			s.checkPair(b, a)
			s.checkCarriers(a, b)
		}
		if n := a.Dropped()["frames that break the rules"]; n > 0 {
			s.t.Errorf("%s dropped %d frames of honest people: %v", a.name, n, a.Dropped())
		}
	}
}

// checkCarriers looks on everybody else's disk for what two wrote to each other: whoever carried it cannot have read it.
func (s *simulation) checkCarriers(a, b *agent) {
	for _, c := range s.agents {
		if c == a || c == b {
			continue
		}
		for _, text := range []string{a.name + " to " + b.name + ",", b.name + " to " + a.name + ","} {
			if c.holdsText(s.t, text) {
				s.t.Errorf("%s's disk holds what says %q", c.name, text)
			}
		}
	}
}

// checkPair looks for what a wrote to b in what b shows.
func (s *simulation) checkPair(a, b *agent) {
	shown := b.texts(s.t, a)
	count := map[string]int{}
	for _, text := range shown {
		if count[text]++; count[text] > 1 {
			s.t.Errorf("%s shows %q %d times", b.name, text, count[text])
		}
	}
	var order []string
	for _, said := range s.sent[a] {
		if said.to != b {
			continue
		}
		order = append(order, said.text)
		if count[said.text] == 0 {
			s.t.Errorf("%s lost %q of %s", b.name, said.text, a.name)
		}
	}
	mine := slices.DeleteFunc(shown, func(text string) bool { return !slices.Contains(order, text) })
	if !s.put && !slices.Equal(mine, order) {
		s.t.Errorf("%s shows what %s wrote as %q", b.name, a.name, mine)
	}
}
