package chat

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/vector"
)

// TestRestoredProfile puts an old copy of the database back: what is missing comes back, what was written meanwhile is not lost, and everything is
// shown once, in one order.
func TestRestoredProfile(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		anna.send(t, ben, "one")
		ben.awaitTexts(t, anna, "one")
		ben.send(t, anna, "two")
		anna.awaitTexts(t, ben, "one", "two")
		anna.stop()
		put := anna.copyProfile(t)
		anna.run(t)
		anna.awaitLink(t, ben)
		anna.send(t, ben, "three")
		ben.awaitTexts(t, anna, "one", "two", "three")
		last := ben.send(t, anna, "four")[0]
		ben.awaitState(t, last.ID, Delivered)
		if _, err := anna.MarkRead(t.Context(), anna.Direct(ben.person()), event.ID{}); err != nil {
			t.Fatal(err)
		}
		ben.awaitState(t, last.ID, Read)
		anna.stop()
		ben.stop()
		put()
		anna.run(t) // alone: it cannot know yet
		written := anna.send(t, ben, "five")[0]
		ben.run(t)
		anna.awaitLink(t, ben)
		for _, a := range []*agent{anna, ben} {
			other := ben
			if a == ben {
				other = anna
			}
			a.await(t, "all five texts", func() bool {
				got := a.texts(t, other)
				slices.Sort(got)
				return slices.Equal(got, []string{"five", "four", "one", "three", "two"})
			})
		}
		same(t, anna, ben)
		anna.awaitState(t, written.ID, Delivered)
		anna.await(t, "what was read before the restore is read", func() bool {
			row, err := anna.Conversation(t.Context(), anna.Direct(ben.person()))
			return err == nil && row.Unread == 0
		})
		after := anna.send(t, ben, "six")[0]
		anna.awaitState(t, after.ID, Delivered)
		reply := ben.send(t, anna, "seven")[0]
		ben.awaitState(t, reply.ID, Delivered)
		same(t, anna, ben)
		told := ben.awaitTold(t, 7)
		slices.Sort(told)
		if !slices.Equal(told, []string{"five", "four", "one", "seven", "six", "three", "two"}) {
			t.Errorf("Ben was told %q", told)
		}
		v := anna.conversation(ben.person())
		if n := len(v.views(v.pen.branch.log)); n != 1 {
			t.Errorf("the log that is written has %d histories", n)
		}
	})
}

// putBack starts Anna and Ben, who have talked, and puts Anna's profile back to what it was before what happened meanwhile. She is at work again, alone: she
// cannot know yet.
func putBack(t *testing.T, s *site, meanwhile func(anna, ben *agent)) (anna, ben *agent) {
	t.Helper()
	anna, ben = s.start(t, "Anna"), s.start(t, "Ben")
	anna.meet(t, ben)
	anna.send(t, ben, "zero")
	ben.awaitTexts(t, anna, "zero")
	anna.stop()
	put := anna.copyProfile(t)
	anna.run(t)
	anna.awaitLink(t, ben)
	meanwhile(anna, ben)
	anna.stop()
	ben.stop()
	put()
	anna.run(t)
	return anna, ben
}

// same fails unless both show the same messages in the same order, once they have the same events: what was written anew is shown until the old one is here.
func same(t *testing.T, a, b *agent) {
	t.Helper()
	b.await(t, "both have the same", func() bool { return a.conversation(b.person()).vector().Equal(b.conversation(a.person()).vector()) })
	ids := func(a, b *agent) (ids []event.ID) {
		for _, m := range a.history(t, b, Query{}).Messages {
			ids = append(ids, m.ID)
		}
		return ids
	}
	if !slices.Equal(ids(a, b), ids(b, a)) {
		t.Errorf("%s shows %q, %s shows %q", a.name, a.texts(t, b), b.name, b.texts(t, a))
	}
}

// TestCopiedProfile runs one profile on two machines in turn, as somebody does who copies it to a new computer and goes on with the old one.
func TestCopiedProfile(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		anna.send(t, ben, "one")
		ben.awaitTexts(t, anna, "one")
		anna.stop()
		copied := s.agent(t, "Anna's copy")
		copied.id = anna.id
		anna.copyProfileTo(t, copied)
		want := []string{"one"}
		for round, text := range []string{"from the copy", "from the first", "from the copy again", "and from the first again"} {
			a := copied
			if round%2 == 1 {
				a = anna
			}
			a.run(t)
			a.send(t, ben, text)
			a.meet(t, ben)
			want = append(want, text)
			sorted := slices.Sorted(slices.Values(want))
			for _, x := range []*agent{a, ben} {
				other := ben
				if x == ben {
					other = a
				}
				x.await(t, "all texts", func() bool { return slices.Equal(slices.Sorted(slices.Values(x.texts(t, other))), sorted) })
			}
			same(t, a, ben)
			a.stop()
		}
		if told := slices.Sorted(slices.Values(ben.awaitTold(t, len(want)))); !slices.Equal(told, slices.Sorted(slices.Values(want))) {
			t.Errorf("Ben was told %q", told)
		}
	})
}

// TestOfferOfRestoredProfile: a file offered between the restore and the meeting is offered once, and can be received whichever of the two events
// that offer it came first, also by who started anew.
func TestOfferOfRestoredProfile(t *testing.T) {
	for what, restarts := range map[string]func(anna, ben *agent) []*agent{
		"at once":                  func(anna, ben *agent) []*agent { return nil },
		"after the sender's start": func(anna, ben *agent) []*agent { return []*agent{anna} },
		"after the other's start":  func(anna, ben *agent) []*agent { return []*agent{ben} },
	} {
		t.Run(what, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				anna, ben := putBack(t, s, func(anna, ben *agent) {
					anna.send(t, ben, "one")
					ben.awaitTexts(t, anna, "zero", "one")
				})
				path := filepath.Join(t.TempDir(), "plan.txt")
				writeFile(t, path, []byte("plan"))
				anna.offer(t, ben, path)
				ben.run(t)
				anna.awaitLink(t, ben)
				ben.await(t, "all three are there", func() bool { return len(ben.history(t, anna, Query{}).Messages) == 3 })
				same(t, anna, ben)
				for _, a := range []*agent{anna, ben} {
					a.await(t, "what offers it and what says that anew", func() bool { return len(a.namesOfOffer(t)) == 2 })
				}
				both := ben.namesOfOffer(t)
				for _, a := range restarts(anna, ben) {
					a.settle(t)
					a.stop()
					a.run(t)
				}
				anna.awaitLink(t, ben)
				files, err := ben.Files(t.Context())
				if err != nil || len(files) != 1 {
					t.Fatalf("offers: %+v %v", files, err)
				}
				ben.accept(t, both[0])
				for _, id := range both {
					ben.awaitFile(t, id, FileReceived)
					anna.awaitFile(t, id, FileReceived)
				}
			})
		})
	}
}

// namesOfOffer returns the IDs of all events that offer a file, the one that says it anew first.
func (a *agent) namesOfOffer(t *testing.T) (ids []event.ID) {
	t.Helper()
	err := a.config.DB.Read(t.Context(), func(tx *store.Tx) error {
		return eachStored(tx, func(e *event.Event, err error) error {
			ids = append(ids, e.ID)
			return err
		}, `SELECT header, salt, body FROM chat_event WHERE kind = ? ORDER BY again IS NULL`, int64(event.KindFile))
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// TestInvisibleReadsUnseen: who is invisible reads without telling; delivery stays true.
func TestInvisibleReadsUnseen(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		if err := ben.roster.SetPresence(t.Context(), peer.Presence{Choice: peer.Invisible}); err != nil {
			t.Fatal(err)
		}
		first := anna.send(t, ben, "one")[0]
		ben.awaitTexts(t, anna, "one")
		row, err := ben.MarkRead(t.Context(), ben.Direct(anna.person()), first.ID)
		if err != nil || row.Unread != 0 {
			t.Fatalf("%+v %v", row, err)
		}
		second := anna.send(t, ben, "two")[0]
		anna.awaitState(t, second.ID, Delivered)
		if m, err := anna.Message(t.Context(), first.ID); err != nil || m.States[0].Delivery != Delivered {
			t.Errorf("%v %v", m.States, err)
		}
		ben.stop()
		ben.run(t)
		if row, err := ben.Conversation(t.Context(), ben.Direct(anna.person())); err != nil || row.Unread != 1 || !row.Last.Unread {
			t.Errorf("after a restart: %+v %v", row, err)
		}
	})
}

// TestLateArrivalStaysUnread: what arrives late takes its place before what was read, and stays unread.
func TestLateArrivalStaysUnread(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		copied := s.agent(t, "Anna's copy")
		copied.id = anna.id
		anna.meet(t, ben)
		anna.send(t, ben, "one")
		ben.awaitTexts(t, anna, "one")
		anna.stop()
		anna.copyProfileTo(t, copied)
		copied.run(t)
		late := copied.send(t, ben, "late")[0]
		copied.stop()
		anna.run(t)
		anna.awaitLink(t, ben)
		anna.send(t, ben, "two", "three")
		ben.awaitTexts(t, anna, "one", "two", "three")
		page := ben.history(t, anna, Query{})
		if row, err := ben.MarkRead(t.Context(), ben.Direct(anna.person()), page.Messages[2].ID); err != nil || row.Unread != 0 {
			t.Fatalf("%+v %v", row, err)
		}
		anna.stop()
		copied.run(t)
		copied.meet(t, ben)
		// The copy wrote it anew, too: that may come first, and until the old one is here it is shown in its stead, at the end.
		ben.await(t, "the late one, in its place", func() bool {
			page = ben.history(t, anna, Query{})
			return len(page.Messages) == 4 && page.FirstUnread == late.ID
		})
		if page.Messages[3].Text == "late" {
			t.Errorf("shown %q", ben.texts(t, anna))
		}
		for _, m := range page.Messages {
			if m.Unread != (m.ID == late.ID) {
				t.Errorf("%q: unread %v", m.Text, m.Unread)
			}
		}
	})
}

// TestCopyIsTold: of two machines with one profile, one writes by mail, as it cannot reach the other person; the other has a link with them and gets what was
// written in its name over it, without waiting for another one.
func TestCopyIsTold(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.colleagues(t, "Anna", "Ben", "Cleo")
		anna, ben, cleo := all[0], all[1], all[2]
		ben.stop()
		copied := s.agent(t, "Ben's copy")
		copied.id = ben.id
		ben.copyProfileTo(t, copied)
		s.lan.Partition([]*lanHost{anna.host}, []*lanHost{ben.host})
		s.lan.Partition([]*lanHost{cleo.host}, []*lanHost{copied.host})
		ben.run(t)
		ben.meet(t, cleo)
		copied.run(t)
		copied.meet(t, anna)
		ben.send(t, anna, "by mail")
		anna.awaitTexts(t, ben, "by mail")
		copied.awaitTexts(t, anna, "by mail")
	})
}

// growsByCopy has what a copy of the profile wrote next into the log that is written come, verified and not stored yet.
func (a *agent) growsByCopy(t *testing.T, v *conversation) (b *branch, copied *event.Event, coming *arrival) {
	t.Helper()
	v.mu.Lock()
	b, end := v.pen.branch, v.pen.branch.tip
	v.mu.Unlock()
	g := &lyingLog{header: event.Header{Conversation: v.id[:], Peer: b.log.Peer, Log: b.log.ID, Time: time.Now().UnixMilli()}, end: end}
	copied = g.text(t, "from the copy", nil)
	copied.Previous, copied.Signature = end.ID[:], a.id.Sign(event.SigningContext, copied.ID[:])
	coming, err := a.grow(v, joint{branch: b, at: end}, b.log, []*event.Event{copied}, false)
	if err != nil {
		t.Fatal(err)
	}
	return b, copied, coming
}

// TestCopyWroteInTheSameMoment: what a copy of the profile wrote comes while we write into the same log: neither is lost, and what was ours is said anew.
func TestCopyWroteInTheSameMoment(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		anna.send(t, ben, "one")
		v := anna.conversation(ben.person())
		b, copied, coming := anna.growsByCopy(t, v)
		mine := anna.send(t, ben, "mine")[0]
		v.mu.Lock()
		at, _ := b.recentLocked(2)
		v.mu.Unlock()
		if at != mine.ID {
			t.Errorf("event 2 of the log is %s, and not %s", at, mine.ID)
		}
		if err := anna.ledger.arrive(t.Context(), coming); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if err := anna.Chat.accept(t.Context(), v, event.Run{Events: []*event.Event{copied}}); err != nil { // asked for, it comes again
			t.Fatal(err)
		}
		anna.await(t, "all three, each once", func() bool {
			return slices.Equal(slices.Sorted(slices.Values(anna.texts(t, ben))), []string{"from the copy", "mine", "one"})
		})
		if log, _ := anna.written(v.id); log == b.log {
			t.Error("the log that the copy goes on with is still written")
		}
	})
}

// growsUnstored has Anna in the state in which a copy's event 2 of the log that she writes was verified and is not stored yet. Ben has it. What she writes next is
// event 2, too.
func growsUnstored(t *testing.T, s *site) (anna, ben *agent, coming *arrival) {
	t.Helper()
	anna, ben = s.start(t, "Anna"), s.start(t, "Ben")
	anna.meet(t, ben)
	first := anna.send(t, ben, "one")[0]
	anna.awaitState(t, first.ID, Delivered)
	_, copied, coming := anna.growsByCopy(t, anna.conversation(ben.person()))
	if err := ben.Chat.accept(t.Context(), ben.conversation(anna.person()), event.Run{Events: []*event.Event{copied}}); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
	return anna, ben, coming
}

// TestComparedBeforeStored: what somebody has of a copy's history is compared while that is not stored yet, and then something else takes its place: they get
// that, too.
func TestComparedBeforeStored(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, coming := growsUnstored(t, s)
		link, ok := ben.roster.Link(anna.id.PeerID())
		if !ok {
			t.Fatal("no link")
		}
		ben.session(link, ben.conversation(anna.person())).requestAgain()
		synctest.Wait()
		anna.send(t, ben, "mine")
		if err := anna.ledger.arrive(t.Context(), coming); err != nil {
			t.Fatal(err)
		}
		same(t, anna, ben)
	})
}

// TestNotDeliveredBeforeStored: who has a copy's event that is not stored here does not have what took its place.
func TestNotDeliveredBeforeStored(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, _ := growsUnstored(t, s)
		ben.stop()
		mine := anna.send(t, ben, "mine")[0]
		if m, err := anna.Message(t.Context(), mine.ID); err != nil || m.States[0].Delivery != Waiting {
			t.Errorf("a message that nobody got: %v %v", m.States, err)
		}
	})
}

// TestVerifiedAndNeverStored: an event that could not be stored is told from one that the disk has lost.
func TestVerifiedAndNeverStored(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, coming := growsUnstored(t, s)
		v := anna.conversation(ben.person())
		v.forget(coming)
		if _, err := anna.idAt(t.Context(), v, coming.branch, 2); !errors.Is(err, errRaced) {
			t.Errorf("what was never stored: %v", err)
		}
		err := anna.config.DB.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(`DELETE FROM chat_event WHERE place = ?`, place(coming.branch, 1))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		v.mu.Lock()
		coming.branch.recent, coming.branch.kept.Number = nil, 2 // as if there were more of it
		v.mu.Unlock()
		if _, err := anna.idAt(t.Context(), v, coming.branch, 1); err == nil || errors.Is(err, errRaced) {
			t.Errorf("what the disk has lost: %v", err)
		}
	})
}

// TestStoredWhileCompared: what is stored while a comparison looks at what was here before is compared once more.
func TestStoredWhileCompared(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		sent := ben.send(t, anna, "one", "two", "three")
		anna.awaitTexts(t, ben, "one", "two", "three")
		anna.stop()
		anna.run(t) // it remembers none but the last
		anna.awaitLink(t, ben)
		synctest.Wait()
		link, ok := anna.roster.Link(ben.id.PeerID())
		if !ok {
			t.Fatal("no link")
		}
		s.lan.Partition([]*lanHost{anna.host}, []*lanHost{ben.host})
		v := anna.conversation(ben.person())
		b := v.allViews()[0].branch
		g := &lyingLog{header: event.Header{Conversation: v.id[:], Peer: b.log.Peer, Log: b.log.ID, Time: time.Now().UnixMilli()}, end: b.kept}
		next := g.text(t, "four", nil)
		next.Previous, next.Signature = b.kept.ID[:], ben.id.Sign(event.SigningContext, next.ID[:])
		release := holdReaders(t, anna)
		x := anna.session(link, v)
		x.mu.Lock()
		x.theirs = vector.Vector{b.log: {{Number: 1, Hash: vector.Hash(sent[0].ID)}, {Number: 4, Hash: vector.Hash(next.ID)}}}
		x.due.compare = true
		x.mu.Unlock()
		x.stir()
		synctest.Wait() // it reads event 1
		if err := anna.Chat.accept(t.Context(), v, event.Run{Events: []*event.Event{next}}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if kept := v.countsOf(b).Number; kept != 4 {
			t.Fatalf("the log ends at %d", kept)
		}
		release()
		synctest.Wait()
		x.mu.Lock()
		defer x.mu.Unlock()
		if x.have[b] != 4 || x.defers {
			t.Errorf("they have the log up to %d, and something is waited for: %v", x.have[b], x.defers)
		}
	})
}

// holdReaders lets nothing be read from an agent's database until release is called.
func holdReaders(t *testing.T, a *agent) (release func()) {
	t.Helper()
	free := make(chan struct{})
	for range 3 {
		holds := make(chan struct{})
		go func() {
			if err := a.config.DB.Read(t.Context(), func(*store.Tx) error {
				close(holds)
				<-free
				return nil
			}); err != nil {
				t.Error(err)
			}
		}()
		<-holds
	}
	return func() { close(free) }
}
