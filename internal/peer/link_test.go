package peer_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/internal/peer"
	"lanyard/internal/wire"
)

func TestFrozenPeerIsNoticedAndReconnected(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		var annaHears, benHears ear
		anna := s.start(t, "Anna", listen(&annaHears, peer.ClassChat))
		ben := s.start(t, "Ben", listen(&benHears, peer.ClassChat))
		anna.meet(t, ben)
		begun := time.Now()
		s.lan.Partition([]*lanHost{anna.host}, []*lanHost{ben.host})
		anna.awaitNoLink(t, ben)
		ben.awaitNoLink(t, anna)
		if took := time.Since(begun); took < 60*time.Second || took > 3*time.Minute {
			t.Errorf("an idle link was given up after %v", took)
		}
		s.lan.Heal()
		anna.awaitLink(t, ben)
		ben.awaitLink(t, anna)
		synctest.Wait()
		mustSend(t, anna, ben, "again")
		benHears.want(t, "up", "down", "up", "again")
	})
}

func TestActiveLinkIsPingedMoreOften(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		time.Sleep(20 * time.Second)
		anna.SetActive(ben.peerID(), true)
		synctest.Wait()
		begun := time.Now()
		s.lan.Partition([]*lanHost{anna.host}, []*lanHost{ben.host})
		anna.awaitNoLink(t, ben)
		ben.awaitNoLink(t, anna)
		if took := time.Since(begun); took < 10*time.Second || took > 25*time.Second {
			t.Errorf("an active link was given up after %v", took)
		}
	})
}

func TestHealthyLinkStays(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		first, _ := anna.Link(ben.peerID())
		for range 10 {
			anna.SetActive(ben.peerID(), true)
			time.Sleep(7 * time.Minute)
			anna.SetActive(ben.peerID(), false)
			time.Sleep(7 * time.Minute)
		}
		if now, _ := anna.Link(ben.peerID()); now != first {
			t.Errorf("the link did not last: %v", context.Cause(first.Context()))
		}
	})
}

func TestNetworkChangeRedialsAtOnce(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		ben.host.Move("10.9.9.9")
		anna.host.Move("10.9.9.8")
		begun := time.Now()
		anna.NetworkChanged()
		anna.awaitNoLink(t, ben)
		if took := time.Since(begun); took > 3*time.Second {
			t.Errorf("a dead link was noticed after %v", took)
		}
		time.Sleep(time.Hour)
		ben.host.Move("10.0.0.3") // the address that Anna remembers
		begun = time.Now()
		anna.NetworkChanged()
		anna.awaitLink(t, ben)
		if took := time.Since(begun); took > 2*time.Second {
			t.Errorf("redialled after %v", took)
		}
	})
}

func TestKilledPeerComesBackWithANewInstance(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		var hears ear
		anna, ben := s.start(t, "Anna", listen(&hears, peer.ClassChat)), s.start(t, "Ben")
		anna.meet(t, ben)
		hears.want(t, "up")
		ben.host.Move("10.0.0.77") // the old connection falls silent: Anna still believes in it
		ben.stop()
		ben.run(t)
		begun := time.Now()
		ben.meet(t, anna)
		hears.want(t, "down", "up")
		if took := time.Since(begun); took < time.Second || took > 3*time.Second {
			t.Errorf("the new link was taken after %v, the silence of the old one lasts two seconds", took)
		}
		synctest.Wait()
		mustSend(t, ben, anna, "back")
		hears.want(t, "back")
		if p := anna.row(t, ben); p.Clone {
			t.Error("a restart was taken for a copied profile")
		}
	})
}

func TestCopiedProfileIsTold(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		clone := s.startAs(t, ben.id, "Ben")
		if _, err := clone.Add(t.Context(), anna.address()); err != nil {
			var add *peer.AddError
			if !errors.As(err, &add) {
				t.Errorf("the copy adds: %v", err)
			}
		}
		clone.await(t, "the copy is told", func() bool { return hasProblem(clone, peer.ProblemProfileCopied) })
		anna.await(t, "Anna marks it", func() bool { return anna.row(t, ben).Clone })
		anna.await(t, "Anna, the colleague, is told", func() bool { return hasProblem(anna, peer.ProblemColleagueCopied+ben.peerID().Short()) })
		ben.await(t, "the original is told, which never met the copy", func() bool { return hasProblem(ben, peer.ProblemProfileCopied) })
		if !anna.linkedTo(ben) || !ben.linkedTo(anna) {
			t.Error("the first one lost its link")
		}
		if _, err := clone.Add(t.Context(), ben.address()); err == nil {
			t.Error("a copy linked itself with the original")
		}
		if err := anna.Forget(t.Context(), ben.id.Person()); err != nil {
			t.Fatal(err)
		}
		if hasProblem(anna, peer.ProblemColleagueCopied+ben.peerID().Short()) {
			t.Error("Anna is told of somebody whom she took off her list")
		}
	})
}

// TestCopiedProfileIsToldWhileBothRun: as long as the copy tries, the three are told; some time after it was stopped, they no longer are.
func TestCopiedProfileIsToldWhileBothRun(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		clone := s.startAs(t, ben.id, "Ben")
		_, _ = clone.Add(t.Context(), anna.address()) // refused sooner or later, see above
		told := func() []bool {
			return []bool{hasProblem(anna, peer.ProblemColleagueCopied+ben.peerID().Short()), anna.row(t, ben).Clone, hasProblem(ben, peer.ProblemProfileCopied),
				hasProblem(clone, peer.ProblemProfileCopied)}
		}
		for range 20 {
			time.Sleep(11 * time.Minute)
			if got := told(); slices.Contains(got, false) {
				t.Fatalf("both still run; Anna (problem, mark), Ben and the copy say %v", got)
			}
		}
		clone.stop()
		told = func() []bool {
			return []bool{hasProblem(anna, peer.ProblemColleagueCopied+ben.peerID().Short()), anna.row(t, ben).Clone, hasProblem(ben, peer.ProblemProfileCopied)}
		}
		time.Sleep(time.Hour)
		if got := told(); slices.Contains(got, true) {
			t.Errorf("an hour after the copy was stopped, Anna (problem, mark) and Ben say %v", got)
		}
	})
}

func hasProblem(a *agent, id string) bool {
	return slices.ContainsFunc(a.Problems(), func(p peer.Problem) bool { return p.ID == id && p.Sentence != "" && p.Remedy != "" })
}

func TestCrossingDialsLeaveOneLink(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		for round := range 4 {
			var annaHears, benHears ear
			anna := s.start(t, fmt.Sprint("Anna ", round), listen(&annaHears, peer.ClassChat))
			ben := s.start(t, fmt.Sprint("Ben ", round), listen(&benHears, peer.ClassChat))
			done := make(chan error, 2)
			go func() { _, err := anna.Add(t.Context(), ben.address()); done <- err }()
			go func() { _, err := ben.Add(t.Context(), anna.address()); done <- err }()
			for range 2 {
				if err := <-done; err != nil {
					t.Error(err)
				}
			}
			anna.awaitLink(t, ben)
			ben.awaitLink(t, anna)
			if s.lan != nil {
				time.Sleep(10 * time.Second) // both links are settled by then: nothing more is lost
				mustSend(t, anna, ben, "over the one that stays")
				mustSend(t, ben, anna, "and back")
				benHears.until(t, "over the one that stays", nil)
				annaHears.until(t, "and back", nil)
			} else {
				arrives(t, anna, ben, &benHears, "over the one that stays")
				arrives(t, ben, anna, &annaHears, "and back")
			}
			anna.poll(t, "both ends use one link", func() bool { return agree(anna, ben) })
		}
	})
}

// agree reports whether both ends use one link.
func agree(anna, ben *agent) bool {
	a, ok := anna.Link(ben.peerID())
	b, also := ben.Link(anna.peerID())
	return ok && also && a.LocalAddr().String() == b.RemoteAddr().String()
}

// arrives says something until it is heard. An end that did not hear of the second link yet, as its machine is slow, may close the one that both use: what is on its way there is lost, and owners say it
// again over the one that stays.
func arrives(t *testing.T, from, to *agent, hears *ear, what string) {
	t.Helper()
	for {
		from.awaitLink(t, to)
		l, ok := from.Link(to.peerID())
		if ok && l.Send(t.Context(), wire.KindEvents, []byte(what)) == nil && hears.until(t, what, l.Context().Done()) {
			return
		}
	}
}

// until reads on to a wanted item, or until over, and fails when up and down do not alternate.
func (e *ear) until(t *testing.T, want string, over <-chan struct{}) (heard bool) {
	t.Helper()
	limit := time.NewTimer(hang)
	defer limit.Stop()
	for {
		select {
		case got := <-e.heard:
			switch got {
			case want:
				return true
			case "up":
				if e.up {
					t.Fatal("up twice")
				}
				e.up = true
			case "down":
				if !e.up {
					t.Fatal("down without up")
				}
				e.up = false
			}
		case <-over:
			return false
		case <-limit.C:
			t.Fatalf("never heard %q", want)
		}
	}
}

func TestOrderAndClasses(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		const frames = 3000
		got := make(chan int, 2*frames)
		ben := s.start(t, "Ben", with(func(r *peer.Roster) {
			r.Owner("chat", peer.ClassChat).Handle(wire.KindEvents, func(_ *peer.Link, body []byte) { got <- number(body) })
			r.Owner("share", peer.ClassShare).Handle(wire.KindRecords, func(_ *peer.Link, body []byte) { got <- -number(body) })
		}))
		anna := s.start(t, "Anna", with(func(r *peer.Roster) {
			r.Owner("chat", peer.ClassChat).Handle(wire.KindEvents, func(*peer.Link, []byte) {})
			r.Owner("share", peer.ClassShare).Handle(wire.KindRecords, func(*peer.Link, []byte) {})
		}))
		anna.meet(t, ben)
		l, _ := anna.Link(ben.peerID())
		pad := make([]byte, 200)
		failed := make(chan error, 2)
		for _, k := range []wire.Kind{wire.KindEvents, wire.KindRecords} {
			go func() {
				for i := 1; i <= frames; i++ {
					if err := l.Send(t.Context(), k, append(strconv.AppendInt(nil, int64(i), 10), pad...)); err != nil {
						failed <- err
						return
					}
				}
				failed <- nil
			}()
		}
		for range 2 {
			if err := <-failed; err != nil {
				t.Fatal(err)
			}
		}
		next := map[bool]int{}
		for range 2 * frames {
			n := <-got
			next[n > 0]++
			if n < 0 {
				n = -n
				if n != next[false] {
					t.Fatalf("share frame %d came as number %d", n, next[false])
				}
			} else if n != next[true] {
				t.Fatalf("chat frame %d came as number %d", n, next[true])
			}
		}
	})
}

func number(body []byte) int {
	end := slices.Index(body, 0)
	n, err := strconv.Atoi(string(body[:end]))
	if err != nil {
		return 0
	}
	return n
}

func TestSlowOwnerLosesFramesAndIsToldSo(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		gate := make(chan struct{})
		told := make(chan string, 1<<16)
		ben := s.start(t, "Ben", with(func(r *peer.Roster) {
			o := r.Owner("chat", peer.ClassChat)
			o.Handle(wire.KindEvents, func(_ *peer.Link, body []byte) { <-gate; told <- "frame" })
			o.OnLink(nil, nil, func(*peer.Link) { told <- "lost" })
		}))
		anna := s.start(t, "Anna")
		anna.meet(t, ben)
		l, _ := anna.Link(ben.peerID())
		const frames = 100
		for range frames {
			if err := l.Send(t.Context(), wire.KindEvents, make([]byte, 60<<10)); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Minute)
		if !anna.linkedTo(ben) {
			t.Fatal("a slow handler cost the link")
		}
		close(gate)
		synctest.Wait()
		handled, lost := 0, 0
		for len(told) > 0 {
			if <-told == "lost" {
				lost++
			} else {
				handled++
			}
		}
		if handled == 0 || handled >= frames || lost == 0 {
			t.Errorf("%d of %d frames handled, told of loss %d times", handled, frames, lost)
		}
		if err := l.Send(t.Context(), wire.KindEvents, []byte("x")); err != nil {
			t.Fatal(err)
		}
		if got := <-told; got != "frame" {
			t.Errorf("after the loss came %q", got)
		}
	})
}

func TestSendWaitsForRoomAndEndsWithTheLink(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		l, _ := anna.Link(ben.peerID())
		s.lan.Cut(anna.host, ben.host)
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		var err error
		for err == nil {
			err = l.Send(ctx, wire.KindEvents, make([]byte, 60<<10))
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a full queue: %v", err)
		}
		err = l.Send(context.Background(), wire.KindEvents, make([]byte, 60<<10))
		if !errors.Is(err, peer.ErrLinkEnded) {
			t.Errorf("the link's end: %v", err)
		}
		if err := l.Send(context.Background(), wire.KindEvents, make([]byte, 65<<10)); err == nil {
			t.Error("a frame over the cap was taken")
		}
	})
}

func TestBulkBothWays(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		echo := with(func(r *peer.Roster) {
			r.ServeBulk(func(_ context.Context, _ *peer.Link, c net.Conn) {
				if _, err := io.Copy(c, c); err != nil && !errors.Is(err, net.ErrClosed) {
					t.Logf("echo: %v", err)
				}
			})
		})
		anna, ben := s.start(t, "Anna", echo), s.start(t, "Ben", echo)
		anna.meet(t, ben)
		for _, side := range []struct{ from, to *agent }{{anna, ben}, {ben, anna}, {anna, ben}, {ben, anna}} {
			l, ok := side.from.Link(side.to.peerID())
			if !ok {
				t.Fatal("no link")
			}
			c, err := l.OpenBulk(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := l.OpenBulk(t.Context()); !errors.Is(err, peer.ErrBulkBusy) {
				t.Errorf("a second one: %v", err)
			}
			want := []byte("content of " + side.from.name)
			if _, err := c.Write(want); err != nil {
				t.Fatal(err)
			}
			got := make([]byte, len(want))
			if _, err := io.ReadFull(c, got); err != nil || string(got) != string(want) {
				t.Fatalf("echo: %q %v", got, err)
			}
			if err := c.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		}
		l, _ := ben.Link(anna.peerID())
		c, err := l.OpenBulk(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		anna.stop()
		if _, err := c.Read(make([]byte, 1)); err == nil {
			t.Error("the bulk connection outlived its link")
		}
		<-l.Context().Done()
		if _, err := l.OpenBulk(t.Context()); !errors.Is(err, peer.ErrLinkEnded) {
			t.Errorf("on an ended link: %v", err)
		}
	})
}

func TestGossipCrossesSubnets(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		anna, ben, carla := s.start(t, "Anna"), s.start(t, "Ben"), s.start(t, "Carla")
		anna.meet(t, ben)
		carla.meet(t, ben)
		anna.awaitLink(t, carla) // only Ben knew both
		carla.awaitLink(t, anna)
	})
}

func TestBackOffGrowsAndEnds(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		ben.stop()
		anna.awaitNoLink(t, ben)
		time.Sleep(6 * time.Hour)
		ben.run(t)
		begun := time.Now()
		ben.awaitLink(t, anna)
		if took := time.Since(begun); took > 2*time.Second {
			t.Errorf("who comes back dials at once, not after %v", took)
		}
	})
}
