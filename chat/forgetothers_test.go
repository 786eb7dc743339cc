package chat

import (
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/event"
)

// TestForgettingLosesNothing: what nobody else has yet, and that one left, reaches the others although the room was forgotten at once.
func TestForgettingLosesNothing(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		room := roomOfAll(t, NewRoom{}, all...)
		s.lan.Cut(anna.host, ben.host)
		s.lan.Cut(ben.host, anna.host)
		ben.say(t, room, "before I go")
		ben.leaves(t, room)
		ben.forget(t, room)
		if ben.shows(t, room) || ben.words(t, room) != 1 {
			t.Errorf("on the list %v, words of %d events", ben.shows(t, room), ben.words(t, room))
		}
		s.lan.Heal()
		anna.awaitSaid(t, room, "before I go")
		anna.awaitMembers(t, room, anna)
		ben.stop()
		ben.run(t)
		ben.awaitLink(t, anna)
		ben.losesWords(t, room, 2*keepingFirst, "after they are elsewhere")
	})
}

// saidWhileAway makes a room of three in which Anna said something while Ben was away; she knows that Carla has it.
func saidWhileAway(t *testing.T, s *site) (room event.ConversationID, anna, ben, carla *agent) {
	t.Helper()
	all := s.office(t, "Anna", "Ben", "Carla")
	anna, ben, carla = all[0], all[1], all[2]
	room = roomOfAll(t, NewRoom{}, all...)
	ben.stop()
	anna.say(t, room, "before I go")
	carla.awaitSaid(t, room, "before I go")
	time.Sleep(2 * statePause) // of the bubble's clock: states go out no more often
	return room, anna, ben, carla
}

// TestForgettingLeavesItToMembers: what only somebody else has who left, too, and may forget it as well, stays until all members have it, whichever of the two left
// first: who left is not told of who leaves after that.
func TestForgettingLeavesItToMembers(t *testing.T) {
	for _, first := range []string{"the author leaves first", "the author leaves last"} {
		t.Run(first, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				room, anna, ben, carla := saidWhileAway(t, s)
				goes, stays := anna, carla
				if first != "the author leaves first" {
					goes, stays = carla, anna
				}
				goes.leaves(t, room)
				stays.awaitMembers(t, room, stays, ben)
				stays.leaves(t, room)
				carla.forget(t, room)
				anna.forget(t, room)
				ben.run(t)
				ben.awaitSaid(t, room, "before I go")
				ben.awaitMembers(t, room, ben)
				anna.stop()
				anna.run(t)
				anna.awaitLink(t, ben)
				anna.losesWords(t, room, 2*keepingFirst, "after all members have them")
			})
		})
	}
}

// TestForgettingHoldsNoNewcomerBack: where the history is closed, what was forgotten is bare for a newcomer whoever gives it to them, so that who forgot it gives them all.
func TestForgettingHoldsNoNewcomerBack(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{ClosedHistory: true}, all...)
		carla.say(t, room, "of old")
		ben.awaitSaid(t, room, "of old")
		anna.awaitSaid(t, room, "of old")
		time.Sleep(2 * statePause)
		carla.leaves(t, room)
		anna.awaitMembers(t, room, anna, ben)
		carla.forget(t, room)
		if n := carla.words(t, room); n != 0 {
			t.Fatalf("she has words of %d events: that proves nothing", n)
		}
		if _, err := anna.Invite(t.Context(), room, carla.person()); err != nil {
			t.Fatal(err)
		}
		carla.await(t, "the room", func() bool { return carla.shows(t, room) })
		dora := s.agent(t, "Dora")
		dora.run(t)
		for _, a := range []*agent{anna, ben} {
			s.lan.Cut(dora.host, a.host)
			s.lan.Cut(a.host, dora.host)
		}
		carla.meet(t, dora)
		if _, err := carla.Invite(t.Context(), room, dora.person()); err != nil {
			t.Fatal(err)
		}
		dora.awaitMembers(t, room, anna, ben, carla, dora)
		carla.say(t, room, "anew")
		dora.awaitSaid(t, room, "anew")
	})
}

// TestForgettingHoldsNothingBack: what was deleted is bare for everybody, so that it holds back nothing of what was written after it, also at who once forgot
// the room: neither in their own log nor in one that they pass on.
func TestForgettingHoldsNothingBack(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{}, all...)
		hears := func(who *agent, text string) {
			t.Helper()
			who.await(t, text, func() bool { return slices.Contains(who.said(t, room), text) })
		}
		carla.leaves(t, room)
		anna.awaitMembers(t, room, anna, ben)
		carla.forget(t, room)
		if _, err := anna.Invite(t.Context(), room, carla.person()); err != nil {
			t.Fatal(err)
		}
		carla.await(t, "the room", func() bool { return carla.shows(t, room) })
		for _, a := range all {
			a.awaitMembers(t, room, all...)
		}
		anna.stop()
		for _, who := range []*agent{carla, ben} {
			one := who.say(t, room, "one of "+who.name)[0]
			if _, err := who.Edit(t.Context(), one.ID, "one of "+who.name+", edited", nil); err != nil {
				t.Fatal(err)
			}
			for _, a := range []*agent{ben, carla} { // an edit that comes without words does not say what it edits
				hears(a, "one of "+who.name+", edited")
			}
			if _, err := who.Delete(t.Context(), one.ID); err != nil {
				t.Fatal(err)
			}
			who.say(t, room, "two of "+who.name)
		}
		hears(carla, "two of Ben")
		hears(ben, "two of Carla")
		synctest.Wait()
		ben.stop()
		anna.run(t)
		anna.awaitLink(t, carla)
		hears(anna, "two of Carla")
		hears(anna, "two of Ben")
	})
}

// TestForgottenWordsHoldNoChangesBack: when all who had some words left and forgot the room, nobody has these any more. What stands behind them in its log goes on without
// them, so that an invitation that has seen it makes somebody a member.
func TestForgottenWordsHoldNoChangesBack(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla", "Dora")
		anna, ben, carla, dora := all[0], all[1], all[2], all[3]
		room := roomOfAll(t, NewRoom{}, anna, ben, carla)
		anna.say(t, room, "one")
		for _, a := range []*agent{ben, carla} {
			a.awaitSaid(t, room, "one")
		}
		time.Sleep(2 * statePause) // all know that all have it
		carla.leaves(t, room)
		ben.awaitMembers(t, room, anna, ben)
		carla.forget(t, room)
		anna.leaves(t, room)
		ben.awaitMembers(t, room, ben)
		anna.forget(t, room)
		if _, err := ben.Invite(t.Context(), room, carla.person()); err != nil {
			t.Fatal(err)
		}
		carla.awaitMembers(t, room, ben, carla)
		ben.leaves(t, room)
		carla.awaitMembers(t, room, carla)
		ben.forget(t, room)
		for _, a := range []*agent{anna, ben, carla} {
			if n := a.words(t, room); n != 0 {
				t.Fatalf("%s has %d words: that proves nothing", a.name, n)
			}
		}
		if _, err := carla.Invite(t.Context(), room, dora.person()); err != nil {
			t.Fatal(err)
		}
		dora.awaitMembers(t, room, carla, dora)
		carla.say(t, room, "anew")
		dora.awaitSaid(t, room, "anew")
	})
}

// TestForgottenIsNotUnread: what came of a forgotten room, and lost its words, is not counted as unread once it is there again.
func TestForgottenIsNotUnread(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		room := roomOfAll(t, NewRoom{}, all...)
		s.apart(anna, ben)
		anna.say(t, room, "before she knows")
		ben.leaves(t, room)
		ben.forget(t, room)
		s.lan.Heal()
		anna.awaitMembers(t, room, anna)
		ben.await(t, "what Anna said", func() bool { return ben.words(t, room) == 1 })
		ben.losesWords(t, room, 2*keepingEvery, "after the room was forgotten")
		if _, err := anna.Invite(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		ben.awaitMembers(t, room, all...)
		if row, err := ben.Conversation(t.Context(), room); err != nil || row.Unread != 0 {
			t.Errorf("%d are unread, and there is nothing: %v", row.Unread, err)
		}
		anna.say(t, room, "anew")
		ben.await(t, "what is new is unread", func() bool {
			row, err := ben.Conversation(t.Context(), room)
			return err == nil && row.Unread == 1
		})
	})
}

// TestForgettingLeavesOtherRooms: with a forgotten room goes all of one's own that is about it, from the disk too, and nothing that is about another.
func TestForgettingLeavesOtherRooms(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		rooms := []event.ConversationID{roomOfAll(t, NewRoom{}, all...), roomOfAll(t, NewRoom{}, all...)}
		path := filepath.Join(anna.dir, "plan.pdf")
		writeFile(t, path, noise(1, 1000))
		for _, room := range rooms {
			id := anna.offerIn(t, room, path)[0].ID
			ben.accept(t, id)
			ben.awaitFile(t, id, FileReceived)
			said := anna.say(t, room, "words")[0]
			ben.awaitWords(t, room, "words")
			if _, err := ben.Star(t.Context(), said.ID, true); err != nil {
				t.Fatal(err)
			}
			for _, err := range []error{ben.KeepWith(t.Context(), room, 30), second(ben.Draft(t.Context(), room, "a draft")), second(ben.Remind(t.Context(), said.ID, time.Now().Add(time.Hour)))} {
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		tables := []string{"chat_star", "chat_later", "chat_keep", "chat_mine", "chat_answer"}
		rows := func() (n []int) {
			for _, table := range tables {
				n = append(n, (&desk{agent: ben, up: true}).count(t, `SELECT count(*) FROM `+table))
			}
			return n
		}
		before := rows()
		ben.leaves(t, rooms[0])
		ben.forget(t, rooms[0])
		for i, n := range rows() {
			if before[i] < 2 || n != before[i]/2 {
				t.Errorf("of %d rows in %s %d are left", before[i], tables[i], n)
			}
		}
	})
}
