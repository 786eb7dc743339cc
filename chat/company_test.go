package chat

import (
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/peer"
	"lanyard/internal/store"
)

// textsOnDisk returns how many texts are stored, whatever waits to be.
func textsOnDisk(t *testing.T, db *store.DB) (n int) {
	t.Helper()
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		return tx.QueryRow(`SELECT count(*) FROM chat_event WHERE kind = ?`, int64(event.KindText)).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// expect checks what is told and stored of Anna's texts at this moment, and whether she knows the last as delivered.
func (a *agent) expect(t *testing.T, from *agent, last Message, told, stored int, delivered bool) {
	t.Helper()
	synctest.Wait()
	if n := len(a.ear.told()); n != told {
		t.Errorf("%q: %d texts are told, not %d", last.Text, n, told)
	}
	if n := textsOnDisk(t, a.config.DB); n != stored {
		t.Errorf("%q: %d texts are stored, not %d", last.Text, n, stored)
	}
	if is := from.ear.state(last.ID) == Delivered; is != delivered {
		t.Errorf("%q: its sender is told that it is delivered: %v, not %v", last.Text, is, delivered)
	}
}

// waiting has Anna send Ben two texts, of which the second is told and waits for company.
func (s *site) waiting(t *testing.T) (anna, ben *agent, two Message) {
	t.Helper()
	anna, ben = s.start(t, "Anna"), s.start(t, "Ben")
	anna.meet(t, ben)
	anna.send(t, ben, "one")
	synctest.Wait()
	two = anna.send(t, ben, "two")[0]
	ben.expect(t, anna, two, 2, 1, false)
	return anna, ben, two
}

// TestCloseArrivalsShareACommit: a lone message is stored and acknowledged at once. What follows it closely is told at once, and stored and acknowledged together with what follows that.
func TestCloseArrivalsShareACommit(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		time.Sleep(companyPace)
		ben.expect(t, anna, anna.send(t, ben, "one")[0], 1, 1, true)
		before := ben.storedOf(t, ben)
		ben.expect(t, anna, anna.send(t, ben, "two")[0], 2, 1, false)
		time.Sleep(companyPatience / 2)
		three := anna.send(t, ben, "three")[0]
		ben.expect(t, anna, three, 3, 1, false)
		time.Sleep(companyPatience / 2)
		ben.expect(t, anna, three, 3, 3, true)
		if now := ben.storedOf(t, ben); now != before+1 {
			t.Errorf("two messages made state %d of %d", now, before)
		}
		time.Sleep(companyPace)
		ben.expect(t, anna, anna.send(t, ben, "four")[0], 4, 4, true)
	})
}

// TestWhoAsksEndsTheWait: what waits for company is stored at once for who reads or writes.
func TestWhoAsksEndsTheWait(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, two := s.waiting(t)
		began := time.Now()
		if texts := ben.texts(t, anna); !slices.Equal(texts, []string{"one", "two"}) {
			t.Errorf("read %q", texts)
		}
		ben.expect(t, anna, two, 2, 2, true)
		three := anna.send(t, ben, "three")[0]
		ben.expect(t, anna, three, 3, 2, false)
		ben.send(t, anna, "four")
		ben.expect(t, anna, three, 4, 4, true)
		if waited := time.Since(began); waited > 0 {
			t.Errorf("it took %s", waited)
		}
	})
}

// TestEndDuringTheWait: what waits for company when the program ends is stored.
func TestEndDuringTheWait(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		_, ben, _ := s.waiting(t)
		ben.stop()
		db, err := store.Open(filepath.Join(ben.dir, "lanyard.db"), slog.New(slog.DiscardHandler), peer.Part(), Part())
		if err != nil {
			t.Fatal(err)
		}
		if n := textsOnDisk(t, db); n != 2 {
			t.Errorf("%d texts are stored", n)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

// TestKillDuringTheWait: who was killed while something waited for company gets it again, and acknowledges it then.
func TestKillDuringTheWait(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, two := s.waiting(t)
		killed := ben.copyProfile(t) // what a kill would leave
		ben.stop()
		killed()
		ben.run(t)
		anna.meet(t, ben)
		ben.awaitTexts(t, anna, "one", "two")
		anna.awaitState(t, two.ID, Delivered)
		if n := textsOnDisk(t, ben.config.DB); n != 2 {
			t.Errorf("%d texts are stored", n)
		}
	})
}

// TestCompanyInVain: who sends only what was acknowledged before is made to wait less and less often, until something comes together.
func TestCompanyInVain(t *testing.T) {
	var c company
	now := time.Unix(1, 0)
	next := func(after time.Duration) time.Duration {
		now = now.Add(after)
		return c.patience(now)
	}
	if next(0) != 0 {
		t.Error("the first of all waits")
	}
	for _, rest := range []int{companyFew, 2 * companyFew, 4 * companyFew} {
		if got := next(time.Millisecond); got != companyPatience {
			t.Fatalf("waits %s before %d do not", got, rest)
		}
		c.over(false)
		for i := range rest {
			if got := next(time.Millisecond); got != 0 {
				t.Fatalf("the %d. of %d waits %s", i+1, rest, got)
			}
			c.over(false)
		}
	}
	next(time.Millisecond)
	c.came(now)
	c.over(true)
	if next(companyPace-1) != companyPatience {
		t.Error("does not wait though the one before had company")
	}
	c.over(false)
	for range companyFew {
		next(time.Millisecond)
	}
	if next(companyPace) != 0 {
		t.Error("waits though nothing came for so long")
	}
	for range 100 {
		for next(time.Millisecond) == 0 {
		}
		c.over(false)
		if c.left > companyMany {
			t.Fatalf("%d do not wait", c.left)
		}
	}
}

// TestNoWaitIsInVain: what is stored at once anyway, as it is not told yet, is large, or comes when something else hurries, is no wait in vain: what comes behind it may wait.
func TestNoWaitIsInVain(t *testing.T) {
	for _, one := range []struct {
		about string
		bring func(l *ledger) error
	}{
		{"not told", func(l *ledger) error { return bring(l, &arrival{}) }},
		{"large", func(l *ledger) error {
			return bring(l, &arrival{told: true, events: []*event.Event{{Body: make([]byte, companySize)}}})
		}},
		{"in a hurry", func(l *ledger) error {
			if err := l.add(func(*batch) {}); err != nil {
				return err
			}
			return bring(l, &arrival{told: true})
		}},
	} {
		t.Run(one.about, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLedger(nil)
				for i, b := range []func(*ledger) error{func(l *ledger) error { return bring(l, &arrival{told: true}) }, one.bring} {
					if err := b(l); err != nil {
						t.Fatal(err)
					}
					if b := l.take(); len(b.arrivals) != 1 {
						t.Fatalf("the %d. waits", i+1)
					}
				}
				if err := bring(l, &arrival{told: true}); err != nil {
					t.Fatal(err)
				}
				waitsItsTime(t, l)
			})
		})
	}
}

func bring(l *ledger, a *arrival) error {
	_, err := l.tryArrive(a)
	return err
}

// waitsItsTime checks that the one arrival that is there is not stored before it has waited for company, and then is.
func waitsItsTime(t *testing.T, l *ledger) {
	t.Helper()
	if b := l.take(); len(b.arrivals) != 0 {
		t.Error("it does not wait")
	}
	time.Sleep(companyPatience)
	synctest.Wait()
	if b := l.take(); len(b.arrivals) != 1 {
		t.Error("it waits for too long")
	}
}

// TestTimerOfBefore: a timer that fires when what it was for is taken already does not end the wait of what came since.
func TestTimerOfBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLedger(nil)
		if err := errors.Join(bring(l, &arrival{told: true}), bring(l, &arrival{told: true})); err != nil {
			t.Fatal(err)
		}
		l.take()
		if err := bring(l, &arrival{told: true}); err != nil {
			t.Fatal(err)
		}
		old := l.alarm
		if err := l.add(func(b *batch) { b.over = append(b.over, make(chan struct{})) }); err != nil {
			t.Fatal(err)
		}
		if b := l.take(); len(b.arrivals) != 1 {
			t.Fatal("who reads waits")
		}
		if err := bring(l, &arrival{told: true}); err != nil {
			t.Fatal(err)
		}
		l.ripen(old)
		waitsItsTime(t, l)
	})
}
