package chat

import (
	"slices"
	"testing"
	"testing/synctest"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/store"
)

// TestNothingIsLackedBehindACut: of headers that follow a cut up to a signature nobody asks for the words, and no state names them, be they messages or changes.
func TestNothingIsLackedBehindACut(t *testing.T) {
	renamed, err := change(event.KindRename, membership.Body{Name: "Other"})
	if err != nil {
		t.Fatal(err)
	}
	text := func(said string) writing {
		return writing{kind: event.KindText, body: marshaled(t, event.Text{Text: said})}
	}
	for about, wrote := range map[string][]writing{
		"a message": {text("two"), text("three")},
		"a change":  {text("two"), renamed, text("three")},
	} {
		t.Run(about, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				room, carla, dora := s.signedBehindACut(t, NewRoom{}, wrote)
				for _, a := range []*agent{carla, dora} {
					a.lacksNothing(t, room)
				}
				last := carla.say(t, room, "more")[0]
				carla.awaitFor(t, last.ID, dora, Delivered)
			})
		})
	}
}

// signedBehindACut has somebody leave a room with the number of the first of these events, as their profile was put back to before they wrote them: they signed them all with the last one. The
// first agent it returns got them from who did not know that, the second one from the first.
func (s *site) signedBehindACut(t *testing.T, as NewRoom, wrote []writing) (room event.ConversationID, carla, dora *agent) {
	t.Helper()
	all := s.office(t, "Anna", "Ben", "Carla", "Dora")
	anna, ben := all[0], all[1]
	carla, dora = all[2], all[3]
	room = roomOfAll(t, as, all...)
	anna.say(t, room, "one")
	for _, a := range all {
		a.awaitSaid(t, room, "one")
	}
	anna.stop()
	put := anna.copyProfile(t)
	s.lan.Partition([]*lanHost{carla.host}, []*lanHost{anna.host, ben.host})
	dora.stop()
	anna.run(t)
	anna.awaitLink(t, ben)
	if _, err := anna.write(t.Context(), anna.known(room), wrote); err != nil {
		t.Fatal(err)
	}
	ben.awaitSaid(t, room, "one", "two", "three")
	anna.stop()
	put()
	ben.stop()
	s.lan.Heal()
	anna.run(t)
	anna.leaves(t, room)
	carla.awaitMembers(t, room, ben, carla, dora)
	anna.stop()
	ben.run(t)
	for _, a := range []*agent{ben, carla} {
		a.awaitMembers(t, room, ben, carla, dora)
		a.awaitSaid(t, room, "one", "two")
	}
	ben.stop()
	carla.stop()
	carla.run(t)
	dora.run(t)
	dora.awaitSaid(t, room, "one", "two")
	dora.await(t, "the same as Carla", func() bool { return dora.known(room).vector().Equal(carla.known(room).vector()) })
	return room, carla, dora
}

// TestGapsBehindACutOfBefore: what an earlier version noted behind a cut is asked for no more after the first start.
func TestGapsBehindACutOfBefore(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		room, dora := s.notedBehindACut(t)
		dora.stop()
		dora.run(t)
		dora.await(t, "nothing is asked for", func() bool { return dora.gaps(t) == 0 })
		dora.lacksNothing(t, room)
	})
}

// TestDamagedGapBehindACut: what cannot be read of that stays, and the rest is judged all the same, once.
func TestDamagedGapBehindACut(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		room, dora := s.notedBehindACut(t)
		err := dora.config.DB.Write(t.Context(), func(tx *store.Tx) error {
			if _, err := tx.Exec(`UPDATE chat_event SET header = x'00' WHERE place = (SELECT place FROM chat_gap)`); err != nil {
				return err
			}
			for i := range 3 * rejudgeStep { // what others wrote for others, later
				if _, err := tx.Exec(`INSERT INTO chat_unmeant (conversation, lamport, place) SELECT conversation, lamport + ?, place FROM chat_gap`, i+1); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		dora.stop()
		dora.run(t)
		dora.await(t, "all is judged", func() bool { return !dora.known(room).room.rejudged.pending() })
		synctest.Wait()
		if v := dora.known(room); v.room.rejudged.pending() {
			t.Error("it is judged once more")
		}
	})
}

// notedBehindACut has somebody stop with a gap behind a cut, as an earlier version noted it.
func (s *site) notedBehindACut(t *testing.T) (room event.ConversationID, dora *agent) {
	t.Helper()
	text := func(said string) writing {
		return writing{kind: event.KindText, body: marshaled(t, event.Text{Text: said})}
	}
	room, _, dora = s.signedBehindACut(t, NewRoom{}, []writing{text("two"), text("three")})
	err := dora.config.DB.Write(t.Context(), func(tx *store.Tx) error {
		for _, query := range []string{
			`UPDATE chat_event SET hidden = 2 WHERE hidden = 3 AND length(salt) = 0`,
			`INSERT INTO chat_gap (place, conversation, lamport) SELECT place, conversation, lamport FROM chat_unmeant`,
			`DELETE FROM chat_unmeant`,
		} {
			r, err := tx.Exec(query)
			if err != nil {
				return err
			}
			if n, err := r.RowsAffected(); err != nil || n != 1 {
				t.Errorf("%d rows by %s, %v", n, query, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return room, dora
}

// TestNothingIsMissedBehindACut: who comes back is not told that more was said before for what counts nowhere, nor for what an earlier version hid there as too old.
func TestNothingIsMissedBehindACut(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		text := func(said string) writing {
			return writing{kind: event.KindText, body: marshaled(t, event.Text{Text: said})}
		}
		room, carla, dora := s.signedBehindACut(t, NewRoom{ClosedHistory: true}, []writing{text("two"), text("three")})
		dora.leaves(t, room)
		carla.await(t, "that Dora has left", func() bool { return !carla.known(room).room.members().Has(dora.person()) })
		must(t)(Message{}, errOf(carla.Invite(t.Context(), room, dora.person())))
		dora.await(t, "that she is back", func() bool { return dora.known(room).room.members().Has(dora.person()) })
		missed := func() bool {
			t.Helper()
			page, err := dora.History(t.Context(), room, Query{})
			if err != nil || len(page.Messages) == 0 || page.Messages[0].Change == nil || page.Messages[0].Change.What != "made" {
				t.Fatalf("the room begins with %+v, %v", page.Messages, err)
			}
			return page.Messages[0].Change.Missed
		}
		if missed() {
			t.Error("she is told that more was said before")
		}
		dora.stop()
		dora.tamper(t, `UPDATE chat_event SET hidden = 2 WHERE hidden = 3 AND length(salt) = 0`)
		dora.run(t)
		if missed() {
			t.Error("with what an earlier version noted she is told that more was said before")
		}
	})
}

// lacksNothing: others are asked for nothing of a room, and what is told of it reaches no further than what counts.
func (a *agent) lacksNothing(t *testing.T, room event.ConversationID) {
	t.Helper()
	a.sameLacked(t, room, "at the end")
	if n := a.gaps(t); n > 0 || len(a.lackedNow(t, room).all) > 0 {
		t.Errorf("%s asks for %d and lacks %v", a.name, n, a.lackedNow(t, room).all)
	}
	v := a.known(room)
	if told := v.toldState(); len(told.Lacks) > 0 || !told.Delivered.Equal(v.vector()) {
		t.Errorf("%s tells to have %v but for %v; what counts is %v", a.name, told.Delivered, told.Lacks, v.vector())
	}
	if found, err := a.Verify(t.Context(), room); err != nil || len(found.Alterations) > 0 || found.Gone.Unexplained > 0 {
		t.Errorf("%s verifies: %+v %v", a.name, found, err)
	}
}

// TestWordsBehindACutThatGoes: words that are missing are asked for no more once a removal cuts the log, and again once that removal turns out to count nothing.
func TestWordsBehindACutThatGoes(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla", "Dora", "Eve")
		anna, ben, carla, dora, eve := all[0], all[1], all[2], all[3], all[4]
		room := roomOfAll(t, NewRoom{ClosedHistory: true}, all[:4]...)
		must(t)(Message{}, errOf(anna.Entrust(t.Context(), room, carla.person())))
		for _, a := range all[:4] {
			a.await(t, "that Carla may remove", func() bool { return mayRemove(carla, room) })
		}
		for _, a := range []*agent{anna, carla, dora} {
			a.stop()
		}
		ben.say(t, room, "one")
		must(t)(Message{}, errOf(ben.Invite(t.Context(), room, eve.person())))
		ben.say(t, room, "two")
		eve.await(t, "the room", func() bool { return eve.Known(room) })
		eve.awaitSaid(t, room, "two") // and has the header of the other alone
		ben.stop()
		dora.run(t)
		dora.awaitSaid(t, room, "two")
		if n := dora.gaps(t); n != 1 {
			t.Fatalf("Dora asks for %d", n)
		}
		dora.stop()
		eve.stop()

		carla.run(t) // who knows nothing of it
		must(t)(Message{}, errOf(carla.Remove(t.Context(), room, ben.person())))
		carla.stop()
		anna.run(t)
		must(t)(Message{}, errOf(anna.Remove(t.Context(), room, carla.person())))
		anna.stop()

		carla.run(t)
		dora.run(t)
		dora.awaitMembers(t, room, anna, carla, dora)
		dora.awaitSaid(t, room)
		dora.lacksNothing(t, room)
		carla.stop()
		anna.run(t)
		dora.awaitMembers(t, room, anna, ben, dora, eve)
		dora.awaitSaid(t, room, "two")
		dora.sameLacked(t, room, "once it counts again")
		if n := dora.gaps(t); n != 1 {
			t.Errorf("Dora asks for %d", n)
		}
		dora.stop()
		dora.run(t)
		ben.run(t)
		dora.awaitSaid(t, room, "one", "two")
		ben.await(t, "that Dora has it", func() bool {
			return slices.Equal(ben.said(t, room), []string{"one", "two"}) && ben.known(room).vector().Equal(dora.known(room).vector())
		})
		dora.lacksNothing(t, room)
	})
}

// gapsBehindCuts counts the events behind cuts of a room of which an agent would ask for the words.
func (a *agent) gapsBehindCuts(t testing.TB, room event.ConversationID) (total int) {
	t.Helper()
	err := a.config.DB.Read(t.Context(), func(tx *store.Tx) error {
		total = 0
		for _, w := range a.known(room).allViews() {
			var n int
			if w.cut == nil {
				continue
			}
			if err := tx.QueryRow(`SELECT count(*) FROM chat_gap WHERE place BETWEEN ? AND ?`, place(w.branch, max(w.cut.Number, w.fork)+1), place(w.branch, event.MaxNumber)).Scan(&n); err != nil {
				return err
			}
			total += n
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return total
}
