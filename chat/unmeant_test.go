package chat

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// entrustedWithout has Anna entrust Carla in a room with closed history, and then keeps her from Carla and the others. All of these know of it.
func entrustedWithout(t *testing.T, s *site, anna, carla *agent, others ...*agent) event.ConversationID {
	t.Helper()
	rest := append([]*agent{carla}, others...)
	room := roomOfAll(t, NewRoom{ClosedHistory: true}, append([]*agent{anna}, rest...)...)
	if _, err := anna.Entrust(t.Context(), room, carla.person()); err != nil {
		t.Fatal(err)
	}
	for _, a := range rest {
		a.await(t, "that Carla is entrusted", func() bool {
			m, _ := a.known(room).room.members().Member(carla.person())
			return m.Entrusted
		})
	}
	for _, a := range rest {
		s.apart(anna, a)
		anna.awaitAlone(t, a)
		a.awaitAlone(t, anna)
	}
	return room
}

// outAndIn has somebody whom Anna entrusted remove a person from a room, and invite them again after another member said some texts. It waits until that one knows.
func (a *agent) outAndIn(t *testing.T, room event.ConversationID, who identity.PersonID, other *agent, texts ...string) []Message {
	t.Helper()
	if _, err := a.Remove(t.Context(), room, who); err != nil {
		t.Fatal(err)
	}
	other.await(t, "the removal", func() bool { return !other.known(room).room.members().Has(who) })
	said := other.say(t, room, texts...)
	a.awaitVector(t, room, other)
	if _, err := a.Invite(t.Context(), room, who); err != nil {
		t.Fatal(err)
	}
	other.await(t, "the invitation", func() bool { return other.known(room).room.members().Has(who) })
	return said
}

// out is a room with closed history in which Carla removed Ben, and invited him again after Dora had said some texts; then Dora said "two". All but Anna know of that. Carla is away.
type out struct {
	room                   event.ConversationID
	anna, ben, carla, dora *agent
	said                   []Message
}

func outForAWhile(t *testing.T, s *site, texts ...string) *out {
	t.Helper()
	all := s.office(t, "Anna", "Ben", "Carla", "Dora")
	o := &out{anna: all[0], ben: all[1], carla: all[2], dora: all[3]}
	o.room = entrustedWithout(t, s, o.anna, o.carla, o.ben, o.dora)
	o.said = o.carla.outAndIn(t, o.room, o.ben.person(), o.dora, texts...)
	o.said = append(o.said, o.dora.say(t, o.room, "two")...)
	o.ben.awaitSaid(t, o.room, "two")
	o.ben.awaitVector(t, o.room, o.dora)
	if n := o.ben.gaps(t); n != 0 {
		t.Fatalf("Ben wants %d that are not for him", n)
	}
	o.carla.stop()
	return o
}

// undo has Anna remove Carla, of whose removal she knows nothing: so Ben was never out, as he and Anna know then. Dora is away.
func (o *out) undo(t *testing.T, s *site) {
	t.Helper()
	o.dora.stop()
	o.removeCarla(t)
	s.lan.Heal()
	o.ben.awaitMembers(t, o.room, o.anna, o.ben, o.dora)
}

func (o *out) removeCarla(t *testing.T) {
	t.Helper()
	if _, err := o.anna.Remove(t.Context(), o.room, o.carla.person()); err != nil {
		t.Fatal(err)
	}
}

// TestWordsOfAVoidRemoval: what was said without somebody by a removal that turns out void is for them, and so are its words, though its header came before. Until they come they are lacked, as their
// author sees.
func TestWordsOfAVoidRemoval(t *testing.T) {
	for what, between := range map[string]func(t *testing.T, ben *agent, room event.ConversationID){
		"at once":         func(*testing.T, *agent, event.ConversationID) {},
		"after a restart": func(t *testing.T, ben *agent, _ event.ConversationID) { ben.stop(); ben.run(t) },
		"after an end before it was judged": func(t *testing.T, ben *agent, room event.ConversationID) {
			ben.unjudge(t, room)
			ben.stop()
			ben.run(t)
		},
	} {
		t.Run(what, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				o := outForAWhile(t, s, "one")
				o.undo(t, s)
				room, anna, ben, dora, said := o.room, o.anna, o.ben, o.dora, o.said
				ben.await(t, "that the words are missing", func() bool { return ben.gaps(t) == 1 })
				between(t, ben, room)
				ben.awaitLink(t, anna)
				anna.await(t, "that Ben has no words that nobody may drop", func() bool {
					return !anna.holdsFor(t, room, ben, said[0].ID) && anna.holdsFor(t, room, ben, said[1].ID)
				})
				s.apart(ben, dora)
				dora.run(t)
				dora.awaitFor(t, said[1].ID, ben, Delivered)
				dora.awaitFor(t, said[0].ID, ben, Waiting)
				ben.awaitSaid(t, room, "two")
				s.lan.Heal()
				ben.awaitSaid(t, room, "one", "two")
				dora.awaitFor(t, said[0].ID, ben, Delivered)
			})
		})
	}
}

// holdsFor reports whether a message is with another agent, words and all, as far as a knows.
func (a *agent) holdsFor(t *testing.T, room event.ConversationID, other *agent, id event.ID) (has bool) {
	t.Helper()
	v := a.known(room)
	all, err := a.holders(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	err = a.config.DB.Read(t.Context(), func(tx *store.Tx) error {
		at, here, err := placeOf(tx, id)
		has = here && all.have(other.person(), v.branchAt(at), placeNumber(at))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return has
}

// TestPassedOverBefore: whoever has the words is asked for them though they were passed over before, as they were not for who lacks them then.
func TestPassedOverBefore(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		o := outForAWhile(t, s, "one")
		err := o.ben.config.DB.Write(t.Context(), func(tx *store.Tx) error { // as if what it has seen had come later
			at, here, err := placeOf(tx, o.said[0].ID)
			if err != nil || !here {
				return fmt.Errorf("it is here: %v, %w", here, err)
			}
			tx.AfterCommit(o.ben.known(o.room).room.lacked.forget)
			_, err = noteGap(tx, at)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(gapPause)
		x := o.ben.sessionWith(t, o.room, o.dora)
		x.lookForWords(true)
		synctest.Wait()
		if x.asking.upTo == 0 {
			t.Fatal("Ben did not look for words")
		}
		o.removeCarla(t) // before she hears that Ben was out
		s.lan.Mend(o.anna.host, o.dora.host)
		s.lan.Mend(o.dora.host, o.anna.host) // so Dora knows it before Ben
		o.ben.awaitSaid(t, o.room, "one", "two")
	})
}

// unjudge has what came without words be noted as for others, and due to be judged, as if the program ended between two steps.
func (a *agent) unjudge(t *testing.T, room event.ConversationID) {
	t.Helper()
	key := a.known(room).key
	err := a.config.DB.Write(t.Context(), func(tx *store.Tx) error {
		for _, query := range []string{`INSERT INTO chat_unmeant SELECT conversation, lamport, place FROM chat_gap WHERE conversation = ?`, `DELETE FROM chat_gap WHERE conversation = ?`, `UPDATE chat_room SET rejudge = 1 WHERE conversation = ?`} {
			if _, err := tx.Exec(query, key); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestManyWordsOfAVoidRemoval: more than are judged in one step, all are missing in the end, and come.
func TestManyWordsOfAVoidRemoval(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		texts := slices.Repeat([]string{"one"}, 2*rejudgeStep+1)
		o := outForAWhile(t, s, texts...)
		o.undo(t, s)
		room, anna, ben, dora := o.room, o.anna, o.ben, o.dora
		ben.await(t, "that all are missing", func() bool { return ben.gaps(t) == len(texts) })
		ben.unjudge(t, room)
		ben.stop()
		anna.stop()
		ben.run(t) // alone: nothing else is stored
		ben.await(t, "that all are missing", func() bool { return ben.gaps(t) == len(texts) })
		dora.run(t)
		ben.await(t, "all words", func() bool { return ben.gaps(t) == 0 })
		count := func(query string) int { return (&desk{agent: ben, up: true}).count(t, query) }
		if words, left := count(`SELECT count(*) FROM chat_event WHERE kind = 1 AND length(salt) > 0`), count(`SELECT count(*) FROM chat_unmeant`); words != len(texts)+1 || left != 0 {
			t.Errorf("%d of %d have words, and %d count as for others", words, len(texts)+1, left)
		}
	})
}

// TestWordsOfAVoidInvitation: what was missing and turns out not to be for somebody is neither asked for nor told as lacked, and does not come.
func TestWordsOfAVoidInvitation(t *testing.T) {
	for what, again := range map[string]bool{"at once": false, "after a restart": true} {
		t.Run(what, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				all := s.office(t, "Anna", "Ben", "Carla", "Dora", "Emil")
				anna, ben, carla, dora, emil := all[0], all[1], all[2], all[3], all[4]
				room := entrustedWithout(t, s, anna, carla, dora)
				for _, a := range []*agent{ben, emil} {
					s.apart(anna, a)
					anna.awaitAlone(t, a)
				}
				if _, err := carla.Invite(t.Context(), room, ben.person()); err != nil {
					t.Fatal(err)
				}
				ben.awaitMembers(t, room, anna, ben, carla, dora)
				dora.awaitMembers(t, room, anna, ben, carla, dora)
				ben.stop()
				dora.say(t, room, "one")
				if _, err := dora.Invite(t.Context(), room, emil.person()); err != nil {
					t.Fatal(err)
				}
				emil.awaitMembers(t, room, all...)
				carla.awaitMembers(t, room, all...)
				dora.say(t, room, "two")
				emil.awaitSaid(t, room, "two")
				carla.stop()
				dora.stop()
				ben.run(t)
				ben.awaitSaid(t, room, "two")
				ben.await(t, "that words are missing", func() bool { return ben.gaps(t) == 1 })
				lacks := func() bool { return len(ben.known(room).toldState().Lacks) > 0 }
				ben.await(t, "that he tells so", lacks)
				if _, err := anna.Remove(t.Context(), room, carla.person()); err != nil {
					t.Fatal(err)
				}
				if _, err := anna.Invite(t.Context(), room, ben.person()); err != nil {
					t.Fatal(err)
				}
				s.lan.Heal()
				ben.awaitMembers(t, room, anna, ben, dora, emil)
				ben.await(t, "that nothing is missing", func() bool { return ben.gaps(t) == 0 })
				ben.await(t, "that he tells so", func() bool { return !lacks() })
				if again {
					ben.stop()
					ben.run(t)
				}
				dora.run(t)
				ben.awaitLink(t, dora)
				said := dora.say(t, room, "three")[0]
				dora.awaitFor(t, said.ID, ben, Delivered)
				time.Sleep(2 * gapPause)
				synctest.Wait()
				ben.holdsNothing(t, room, "one")
				if lacks() || ben.gaps(t) != 0 {
					t.Errorf("Ben lacks something: %v, and wants %d", lacks(), ben.gaps(t))
				}
			})
		})
	}
}

// TestAskedBeforeAVoidRemovalWasKnown: whoever asked in vain for words that were not for them is told once these are, as who was asked knows then.
func TestAskedBeforeAVoidRemovalWasKnown(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Carla", "Dora")
		anna, carla, dora := all[0], all[1], all[2]
		l := s.lie(t, dora, nil, capabilityLacks)
		s.lan.Partition([]*lanHost{anna.host, carla.host}, []*lanHost{l.host})
		room := entrustedWithout(t, s, anna, carla, dora)
		if _, err := dora.Invite(t.Context(), room, l.id.Person()); err != nil {
			t.Fatal(err)
		}
		carla.await(t, "the invitation", func() bool { return carla.known(room).room.members().Has(l.id.Person()) })
		carla.outAndIn(t, room, l.id.Person(), dora, "one")
		carla.stop()
		l.send(wire.KindVectors, marshaled(t, frame.Vectors{Conversation: room[:], Vector: vector.Vector{}}))
		dora.await(t, "their vector", func() bool {
			link, linked := dora.roster.Link(l.id.PeerID())
			return linked && dora.session(link, dora.known(room)).heard()
		})
		answers := func() (n int, words []string) {
			all, _ := l.words(t)
			for _, w := range all {
				if text, err := event.ReadText(w.Body); err == nil {
					words = append(words, text.Text)
				}
			}
			return len(all), words
		}
		l.send(wire.KindGaps, marshaled(t, frame.Gaps{Conversation: room[:], Missing: l.everythingBy(dora, room)}))
		dora.await(t, "the end of the answer", func() bool { _, done := l.words(t); return done })
		if _, words := answers(); slices.Contains(words, "one") {
			t.Fatalf("they got %q", words)
		}
		if l.toldAgain(t) {
			t.Fatal("they are told of more before there is any")
		}
		if _, err := anna.Remove(t.Context(), room, carla.person()); err != nil {
			t.Fatal(err)
		}
		s.lan.Mend(anna.host, dora.host)
		s.lan.Mend(dora.host, anna.host)
		dora.await(t, "that Carla was removed", func() bool { return !dora.known(room).room.members().Has(carla.person()) })
		dora.await(t, "that they are told of more", func() bool { return l.toldAgain(t) })
		l.send(wire.KindGaps, marshaled(t, frame.Gaps{Conversation: room[:], Missing: l.everythingBy(dora, room)}))
		dora.await(t, "the words", func() bool { _, words := answers(); return slices.Contains(words, "one") })
	})
}

// toldAgain reports whether the liar was told that there may be words now for which they asked in vain.
func (l *liar) toldAgain(t *testing.T) bool {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.ContainsFunc(l.seen, func(f wire.Frame) bool {
		if f.Kind != wire.KindGaps {
			return false
		}
		g, err := frame.ReadGaps(f.Body)
		if err != nil {
			t.Fatal(err)
		}
		return g.Again == 1
	})
}
