package peer_test

import (
	"crypto/ed25519"
	"errors"
	"slices"
	"testing"

	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/wire"
)

// household is a person with several machines.
type household struct {
	machines []*identity.Identity
	lists    []identity.SignedPersonList
}

// newHousehold is a person whose n-th list adds the n-th machine, signed by the one before it.
func newHousehold(t testing.TB, n int) *household {
	t.Helper()
	h := &household{}
	for range n {
		h.grow(t, generate(t))
	}
	return h
}

func generate(t testing.TB) *identity.Identity {
	t.Helper()
	id, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// grow adds a machine.
func (h *household) grow(t testing.TB, machine *identity.Identity) {
	t.Helper()
	h.machines = append(h.machines, machine)
	if len(h.machines) == 1 {
		h.lists = append(h.lists, machine.FirstPersonList())
		return
	}
	h.sign(h.machines[len(h.machines)-2])
}

// sign adds a list of all machines, signed by one.
func (h *household) sign(by *identity.Identity) {
	list := identity.PersonList{Person: h.person(), Number: uint64(len(h.lists)) + 1}
	for _, m := range h.machines {
		list.Machines = append(list.Machines, m.Public())
	}
	h.lists = append(h.lists, by.SignPersonList(list))
}

func (h *household) person() identity.PersonID { return h.machines[0].Person() }

// start starts the person's first machine, which tells its newest list.
func (h *household) start(t testing.TB, s *site, name string, setups ...any) *agent {
	t.Helper()
	a := &agent{id: h.machines[0], dir: t.TempDir(), name: name, site: s}
	if s.lan != nil {
		a.host = s.host(name)
	}
	a.run(t, append(setups, h.told())...)
	return a
}

// told has the agent know all lists.
func (h *household) told() setup { return func(_ *agent, c *peer.Config) { c.Lists = h.lists } }

// knows fails unless a knows the newest list and all machines of the person.
func (h *household) knows(t *testing.T, a *agent) {
	t.Helper()
	list, ok := a.PersonList(h.person())
	if !ok || string(list.Body) != string(h.lists[len(h.lists)-1].Body) {
		t.Errorf("%s does not know list %d of the person", a.name, len(h.lists))
	}
	for _, m := range h.machines {
		if !slices.Contains(a.Machines(h.person()), m.PeerID()) {
			t.Errorf("%s does not know machine %s", a.name, m.PeerID().Short())
		}
	}
}

// TestFirstContactWithALongList: somebody with list 3 is met, by either's dial, and still known after a restart; what they sent before we had their
// lists is not lost.
func TestFirstContactWithALongList(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		for _, dials := range []string{"Anna", "Ben"} {
			var hears ear
			home := newHousehold(t, 3)
			anna := s.start(t, "Anna", listen(&hears, peer.ClassChat))
			ben := home.start(t, s, "Ben", with(func(r *peer.Roster) {
				o := r.Owner("test", peer.ClassChat)
				o.OnLink(func(l *peer.Link) { _ = l.Send(l.Context(), wire.KindEvents, []byte("at once")) }, func(*peer.Link) {}, func(*peer.Link) {})
				o.Handle(wire.KindEvents, func(*peer.Link, []byte) {})
			}))
			if dials == "Anna" {
				anna.meet(t, ben)
			} else {
				ben.meet(t, anna)
			}
			hears.want(t, "up", "at once")
			home.knows(t, anna)
			anna.stop()
			anna.run(t)
			home.knows(t, anna)
		}
	})
}

// TestBothHaveLongLists: each waits for the other's lists, and both get them.
func TestBothHaveLongLists(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		one, other := newHousehold(t, 3), newHousehold(t, 5)
		anna, ben := one.start(t, s, "Anna"), other.start(t, s, "Ben")
		anna.meet(t, ben)
		other.knows(t, anna)
		one.knows(t, ben)
	})
}

// TestGapAfterAnAbsence: who knows list 1 and meets list 4 asks for what is between.
func TestGapAfterAnAbsence(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		home := newHousehold(t, 1)
		anna, ben := s.start(t, "Anna"), home.start(t, s, "Ben")
		anna.meet(t, ben)
		ben.stop()
		anna.awaitNoLink(t, ben)
		for range 3 {
			home.grow(t, generate(t))
		}
		ben.run(t, home.told())
		ben.meet(t, anna)
		home.knows(t, anna)
	})
}

// TestLongestChain: 64 lists prove the one that follows them; more are too long a chain.
func TestLongestChain(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		home := newHousehold(t, 2)
		for len(home.lists) < identity.MaxListChain+1 {
			home.sign(home.machines[1])
		}
		anna, ben := s.start(t, "Anna"), home.start(t, s, "Ben")
		anna.meet(t, ben)
		home.knows(t, anna)
		home.sign(home.machines[0])
		carl := s.start(t, "Carl")
		ben.stop()
		ben.run(t, home.told())
		refused(t, carl, ben)
	})
}

// refused: a does not take b for anybody.
func refused(t *testing.T, a, b *agent) {
	t.Helper()
	var add *peer.AddError
	if _, err := a.Add(t.Context(), b.address()); !errors.As(err, &add) {
		t.Errorf("%s adds %s: %v", a.name, b.name, err)
	}
	if _, known := a.PersonList(b.id.Person()); known || len(a.Peers()) > 0 {
		t.Errorf("%s lists %+v", a.name, a.Peers())
	}
}

// TestFalseChains: a chain that does not prove the list is refused as a whole, and nothing of the person is kept.
func TestFalseChains(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		for what, spoil := range map[string]func(h *household){
			"a link signed by a stranger": func(h *household) {
				stranger := generate(t)
				var list identity.PersonList
				if err := wire.Unmarshal(h.lists[1].Body, &list); err != nil {
					t.Fatal(err)
				}
				h.lists[1] = stranger.SignPersonList(list)
			},
			"a link with a wrong signature": func(h *household) {
				h.lists[1].Signature = slices.Clone(h.lists[1].Signature)
				h.lists[1].Signature[7] ^= 1
			},
			"a link left out":           func(h *household) { h.lists = slices.Delete(h.lists, 1, 2) },
			"no first list":             func(h *household) { h.lists = h.lists[1:] },
			"the first list of another": func(h *household) { h.lists[0] = generate(t).FirstPersonList() },
			"two links exchanged":       func(h *household) { h.lists[0], h.lists[1] = h.lists[1], h.lists[0] },
			"the newest from another branch": func(h *household) {
				other := &household{machines: []*identity.Identity{h.machines[0], generate(t)}, lists: h.lists[:1]}
				other.sign(h.machines[0]) // another list 2, by which the signer of list 3 is no machine of the person
				h.lists = append(other.lists, h.lists[2])
			},
		} {
			home := newHousehold(t, 3)
			spoil(home)
			anna, ben := s.start(t, "Anna"), home.start(t, s, "Ben")
			t.Log(what)
			refused(t, anna, ben)
			anna.stop()
			ben.stop()
		}
	})
}

// TestListGrowsOnALiveLink: a profile whose list builds on lists that are missing waits for them; without them, or with false ones, the link ends.
func TestListGrowsOnALiveLink(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		for _, c := range []struct {
			what   string
			offers bool
			answer func(h *household) []identity.SignedPersonList
			ok     bool
		}{
			{"the lists between", true, func(h *household) []identity.SignedPersonList { return h.lists[1:] }, true},
			{"only one of them", true, func(h *household) []identity.SignedPersonList { return h.lists[1:2] }, false},
			{"also what is known", true, func(h *household) []identity.SignedPersonList { return h.lists }, false},
			{"none", true, func(*household) []identity.SignedPersonList { return nil }, false},
			{"nothing was offered", false, nil, false},
		} {
			anna := s.start(t, "Anna")
			m := s.shake(t, anna, identity.LinkProtocol)
			home := newHousehold(t, 0)
			home.grow(t, m.id)
			for range 3 {
				home.grow(t, generate(t))
			}
			var offered any
			if c.offers {
				offered = []string{"lists"}
			}
			m.send(wire.KindHello, m.hello(map[int]any{11: offered}))
			anna.await(t, "the link", func() bool { _, ok := anna.Link(m.id.PeerID()); return ok })
			m.send(wire.KindProfile, m.encode(map[int]any{3: "Mallory", 7: home.lists[3]}))
			if c.offers {
				if after := m.asked(); after != 1 {
					t.Errorf("%s: asked for the lists after %d", c.what, after)
				}
				m.send(wire.KindLists, m.encode(map[int]any{1: c.answer(home)}))
			}
			if c.ok {
				anna.await(t, "all machines", func() bool { return len(anna.Machines(home.person())) == 4 })
				home.knows(t, anna)
			} else if reason := m.closed(); reason != peer.CloseBreach || len(anna.Machines(home.person())) != 1 {
				t.Errorf("%s: closed with %v, machines %v", c.what, reason, anna.Machines(home.person()))
			}
			anna.stop()
		}
	})
}

// asked reads on to the victim's question for lists.
func (m *mallory) asked() (after uint64) {
	m.t.Helper()
	for {
		f, err := m.frames.Read()
		if err != nil {
			m.t.Fatal(err)
		}
		if f.Kind == wire.KindListsPlease {
			var b map[int]uint64
			if err := wire.Unmarshal(f.Body, &b); err != nil {
				m.t.Fatal(err)
			}
			return b[1]
		}
	}
}

func TestAskedAgainAndAgain(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		m := s.linked(t, anna)
		for range 17 {
			m.send(wire.KindListsPlease, m.encode(map[int]any{}))
		}
		if reason := m.closed(); reason != peer.CloseBreach {
			t.Errorf("closed with %v", reason)
		}
	})
}

// TestListsAreHandedOn: who met a person can prove their list to somebody who never did, however the list came and over a restart.
func TestListsAreHandedOn(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		home := newHousehold(t, 2)
		anna, cleo, dora := s.start(t, "Anna"), s.start(t, "Cleo"), s.start(t, "Dora")
		ben := home.start(t, s, "Ben")
		anna.meet(t, ben)
		ben.stop()
		home.grow(t, generate(t))
		home.grow(t, generate(t))
		ben.run(t, home.told())
		anna.meet(t, ben)
		anna.await(t, "Anna knows the newest list", func() bool { return len(anna.Machines(home.person())) == 4 })
		ben.stop()
		home.grow(t, generate(t))
		ben.run(t, home.told())
		anna.meet(t, ben)
		anna.await(t, "Anna knows the one after it", func() bool { return len(anna.Machines(home.person())) == 5 })
		anna.stop()
		anna.run(t)
		lists, ok := anna.PersonLists(home.person())
		if !ok || len(lists) != 5 {
			t.Fatalf("Anna has %d lists of Ben, %v", len(lists), ok)
		}
		for i, of := range lists {
			if string(of.Body) != string(home.lists[i].Body) {
				t.Errorf("list %d is another", i+1)
			}
		}
		if cleo.Learn(t.Context(), lists[1:], "Ben") == nil {
			t.Error("lists were believed that begin at the second")
		}
		for _, of := range [][]identity.SignedPersonList{lists[:2], lists, lists[:3], lists[2:]} { // older ones change nothing, and those that follow suffice
			if err := cleo.Learn(t.Context(), of, "Ben"); err != nil {
				t.Fatal(err)
			}
		}
		home.knows(t, cleo)
		if again, ok := cleo.PersonLists(home.person()); !ok || len(again) != 5 {
			t.Errorf("Cleo has %d lists of Ben, %v", len(again), ok)
		}
		forged := append(slices.Clone(lists[:4]), generate(t).SignPersonList(identity.PersonList{Person: home.person(), Number: 5, Machines: []ed25519.PublicKey{generate(t).Public()}}))
		if dora.Learn(t.Context(), forged, "Ben") == nil || len(dora.Machines(home.person())) > 0 {
			t.Error("a list was believed that a stranger signed")
		}
	})
}
