package peer_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/internal/peer"
)

// TestCrossingDialsAtAnyDelay: both sides dial once or more at random moments over a slow path. In the end both use the same single link, frames get through,
// and each owner saw up and down alternate.
func TestCrossingDialsAtAnyDelay(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	for round := range 8 {
		inMemory(t, func(t *testing.T, s *site) {
			var annaHears, benHears ear
			anna := s.start(t, "Anna", listen(&annaHears, peer.ClassChat))
			ben := s.start(t, "Ben", listen(&benHears, peer.ClassChat))
			slow := time.Duration(random.IntN(400)) * time.Millisecond
			s.lan.Delay(anna.host, ben.host, 0, slow)
			s.lan.Delay(ben.host, anna.host, 0, slow)
			for range 2 + random.IntN(3) {
				from, to := anna, ben
				if random.IntN(2) == 0 {
					from, to = ben, anna
				}
				from.Hint(peer.Hint{Addresses: []netip.AddrPort{netip.MustParseAddrPort(to.address())}, Source: peer.SourceTyped})
				time.Sleep(time.Duration(random.IntN(500)) * time.Millisecond)
			}
			time.Sleep(time.Minute)
			a, ok := anna.Link(ben.peerID())
			b, also := ben.Link(anna.peerID())
			if !ok || !also || a.LocalAddr().String() != b.RemoteAddr().String() || a.RemoteAddr().String() != b.LocalAddr().String() {
				t.Fatalf("round %d: the ends do not agree: %v %v", round, a, b)
			}
			mustSend(t, anna, ben, "there")
			mustSend(t, ben, anna, "back")
			benHears.until(t, "there", nil)
			annaHears.until(t, "back", nil)
		})
	}
}

// TestOfficeMeets: everybody hears of everybody at once, as by mDNS after a power cut; all see all, over one link for each pair.
func TestOfficeMeets(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		const people = 8
		var office []*agent
		for i := range people {
			a := s.start(t, fmt.Sprintf("Person %c", 'A'+i))
			a.SetLabel(fmt.Sprintf("label%02d", i))
			office = append(office, a)
		}
		begun := time.Now()
		for i, a := range office {
			for j, b := range office {
				if i != j {
					a.Hint(peer.Hint{Label: fmt.Sprintf("label%02d", j), Addresses: []netip.AddrPort{netip.MustParseAddrPort(b.address())}})
				}
			}
		}
		for _, a := range office {
			a.await(t, "everybody", func() bool {
				n := 0
				for _, p := range a.Peers() {
					if p.Linked {
						n++
					}
				}
				return n == people-1
			})
		}
		if took := time.Since(begun); took > 10*time.Second {
			t.Errorf("all saw all after %v", took)
		}
		time.Sleep(time.Minute)
		for i, a := range office {
			for _, b := range office[i+1:] {
				l, ok := a.Link(b.peerID())
				k, also := b.Link(a.peerID())
				if !ok || !also || l.LocalAddr().String() != k.RemoteAddr().String() {
					t.Errorf("%s and %s use different links", a.name, b.name)
				}
			}
		}
	})
}

func TestOwnAndLinkedLabelsAreNotDialled(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.SetLabel("aaaa")
		ben.SetLabel("bbbb")
		anna.meet(t, ben)
		trap := s.host("trap")
		ln, err := trap.Listen(t.Context(), ":26426")
		if err != nil {
			t.Fatal(err)
		}
		knocked := make(chan struct{}, 100)
		go func() {
			for {
				c, err := ln.Accept()
				if err != nil {
					return
				}
				knocked <- struct{}{}
				c.Close()
			}
		}()
		at := []netip.AddrPort{netip.AddrPortFrom(trap.Addresses()[0], 26426)}
		anna.Hint(peer.Hint{Label: "aaaa", Addresses: at})
		anna.Hint(peer.Hint{Label: "bbbb", Addresses: at})
		time.Sleep(time.Minute)
		if len(knocked) != 0 {
			t.Error("our own label or that of a linked peer was dialled")
		}
		anna.Hint(peer.Hint{Label: "cccc", Addresses: at})
		<-knocked
		if err := ln.Close(); err != nil {
			t.Error(err)
		}
		synctest.Wait()
	})
}

func TestDeadAddressesDoNotHoldUpALiveOne(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		begun := time.Now()
		anna.Hint(peer.Hint{Label: "x", Addresses: []netip.AddrPort{
			netip.MustParseAddrPort("10.200.0.1:26426"), netip.MustParseAddrPort("10.200.0.2:26426"), netip.MustParseAddrPort(ben.address()),
		}})
		anna.awaitLink(t, ben)
		if took := time.Since(begun); took > 2*time.Second {
			t.Errorf("linked after %v", took)
		}
	})
}

// TestAbsentPeopleDoNotHoldUpNewcomers: dials to many who are not here hang, and somebody just heard is linked all the same.
func TestAbsentPeopleDoNotHoldUpNewcomers(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, carla := s.start(t, "Anna"), s.start(t, "Ben"), s.start(t, "Carla")
		for i := range 60 {
			nowhere := s.host(fmt.Sprint("gone ", i))
			s.lan.Cut(anna.host, nowhere)
			anna.Hint(peer.Hint{Addresses: []netip.AddrPort{netip.AddrPortFrom(nowhere.Addresses()[0], 26426)}, Source: peer.SourceRemembered})
		}
		time.Sleep(time.Second)
		begun := time.Now()
		anna.Hint(peer.Hint{Label: "b", Addresses: []netip.AddrPort{netip.MustParseAddrPort(ben.address())}, Source: peer.SourceMDNS})
		anna.awaitLink(t, ben)
		carla.meet(t, anna)
		if took := time.Since(begun); took > time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

// TestActiveTogglesCostNoLink: clicking from person to person while an answer is late is no sign of death.
func TestActiveTogglesCostNoLink(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		first, _ := anna.Link(ben.peerID())
		s.lan.Delay(anna.host, ben.host, 2*time.Second, 2*time.Second)
		for i := range 40 {
			anna.SetActive(ben.peerID(), i%2 == 0)
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(time.Minute)
		if now, _ := anna.Link(ben.peerID()); now != first {
			t.Error("the link was given up")
		}
	})
}

// TestChangesAreTold: what a subscriber hears last of each peer is the truth, and a forgotten person is told as gone.
func TestChangesAreTold(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		changes := make(chan peer.Change, 1000)
		cancel := anna.Subscribe(func(c peer.Change) { changes <- c })
		ben.meet(t, anna)
		synctest.Wait()
		ben.stop()
		anna.awaitNoLink(t, ben)
		synctest.Wait() // or both changes are told as one
		if err := anna.Forget(t.Context(), ben.id.Person()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		var told []string
		for len(changes) > 0 {
			if c := <-changes; c.Peer.ID == ben.peerID() {
				told = append(told, fmt.Sprint(c.Peer.Linked, c.Gone))
			}
		}
		if want := []string{"true false", "false false", "false true"}; fmt.Sprint(told) != fmt.Sprint(want) {
			t.Errorf("told %v, want %v", told, want)
		}
		cancel()
		ben.run(t)
		ben.meet(t, anna)
		if len(changes) != 0 {
			t.Errorf("told after cancel: %+v", <-changes)
		}
	})
}

func TestBlockIsStoredBesideABusyKeeper(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		for i := range 8 {
			x := s.start(t, fmt.Sprint("Person ", i))
			anna.meet(t, x)
			if i%2 == 0 {
				if err := anna.Block(t.Context(), x.id.Person()); err != nil {
					t.Fatal(err)
				}
			} else if err := anna.Verify(t.Context(), x.id.Person()); err != nil {
				t.Fatal(err)
			}
		}
		anna.stop()
		anna.run(t)
		trust := map[peer.Trust]int{}
		for _, p := range anna.Peers() {
			trust[p.Trust]++
		}
		if trust[peer.Blocked] != 4 || trust[peer.Verified] != 4 {
			t.Errorf("after the restart: %v", trust)
		}
	})
}

// TestMovedPeerDialsAgain: Ben's address changes, he gives the old link up and dials anew while Anna still believes in the old one. Both use the new link
// at once, whichever of them has the lower ID, and the old one fades without disturbing anybody.
func TestMovedPeerDialsAgain(t *testing.T) {
	for round := range 4 {
		inMemory(t, func(t *testing.T, s *site) {
			var annaHears, benHears ear
			anna := s.start(t, "Anna", listen(&annaHears, peer.ClassChat))
			ben := s.start(t, "Ben", listen(&benHears, peer.ClassChat))
			if round%2 == 0 {
				anna.meet(t, ben)
			} else {
				ben.meet(t, anna)
			}
			old, _ := anna.Link(ben.peerID())
			ben.host.Move("10.60.0.1")
			ben.NetworkChanged()
			ben.awaitNoLink(t, anna)
			begun := time.Now()
			ben.awaitLink(t, anna)
			anna.await(t, "the new link", func() bool { l, ok := anna.Link(ben.peerID()); return ok && l != old })
			if took := time.Since(begun); took > 3*time.Second {
				t.Errorf("linked again after %v", took)
			}
			mustSend(t, anna, ben, "there")
			mustSend(t, ben, anna, "back")
			fresh, _ := anna.Link(ben.peerID())
			time.Sleep(10 * time.Minute)
			if now, _ := anna.Link(ben.peerID()); now != fresh || old.Context().Err() == nil {
				t.Errorf("after ten minutes the link is %v, the old one ended by %v", now, old.Context().Err())
			}
			benHears.want(t, "up", "down", "up", "there")
			annaHears.want(t, "up", "down", "up", "back")
		})
	}
}

// TestShortFreezeCostsNoLink: a laptop that hangs for less than three pings keeps its links.
func TestShortFreezeCostsNoLink(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		var hears ear
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben", listen(&hears, peer.ClassChat))
		anna.meet(t, ben)
		first, _ := anna.Link(ben.peerID())
		ben.host.Freeze()
		mustSend(t, anna, ben, "while frozen")
		time.Sleep(55 * time.Second)
		ben.host.Thaw()
		hears.want(t, "up", "while frozen")
		time.Sleep(10 * time.Minute)
		if now, _ := anna.Link(ben.peerID()); now != first {
			t.Error("the link was given up")
		}
	})
}
