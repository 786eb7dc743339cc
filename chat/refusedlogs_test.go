package chat

import (
	"slices"
	"testing"
	"time"

	"lanyard/chat/event"
)

// TestRefusedWithACopy: a profile that was put back from a copy has of what was refused what the copy had: it is with nobody who gives it back. Nothing is shown twice.
func TestRefusedWithACopy(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		var put func()
		room := s.removedAlone(t, func(room event.ConversationID) {
			ben.say(t, room, "two")
			ben.stop()
			put = ben.copyProfile(t)
			ben.run(t)
			ben.say(t, room, "three")
		}, anna, ben)
		ben.awaitSaid(t, room, "one", "two", "three")
		ben.stop()
		put()
		ben.run(t)
		ben.awaitMembers(t, room, anna)
		ben.awaitSaid(t, room, "one", "two")
		if got := ben.refusedIn(t, room); !slices.Equal(got, []string{"two"}) {
			t.Errorf("refused are %q", got)
		}
		if _, err := anna.Invite(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		ben.awaitMembers(t, room, anna, ben)
		ben.say(t, room, "back")
		anna.awaitSaid(t, room, "one", "back")
		ben.awaitSaid(t, room, "one", "two", "back")
	})
}

// forkedBehindCut has the second of three write a log twice in a room, as the profile had been copied, and the first remove them who knows only what both histories share. All know it then.
func (s *site) forkedBehindCut(t *testing.T, anna, ben, carla *agent) event.ConversationID {
	t.Helper()
	room := roomOfAll(t, NewRoom{}, anna, ben, carla)
	ben.say(t, room, "one")
	anna.awaitSaid(t, room, "one")
	carla.awaitSaid(t, room, "one")
	anna.stop() // whose removal will know nothing of the rest
	ben.stop()
	put := ben.copyProfile(t)
	ben.run(t)
	ben.say(t, room, "two")
	carla.awaitSaid(t, room, "one", "two")
	ben.stop()
	carla.stop()
	put()
	ben.run(t)
	ben.say(t, room, "three")
	carla.run(t)
	ben.await(t, "all three texts", func() bool { return hasSaid(ben.said(t, room), "one", "three", "two") })
	carla.await(t, "both", func() bool { return len(carla.said(t, room)) == 3 })
	ben.stop()
	carla.stop()
	anna.run(t)
	if _, err := anna.Remove(t.Context(), room, ben.person()); err != nil {
		t.Fatal(err)
	}
	carla.run(t)
	ben.run(t)
	ben.awaitMembers(t, room, anna, carla)
	carla.awaitMembers(t, room, anna, carla)
	return room
}

// hasSaid reports whether these are the texts, given in the order of the alphabet: where logs stand beside each other, chance orders them.
func hasSaid(texts []string, want ...string) bool {
	return slices.Equal(slices.Sorted(slices.Values(texts)), want)
}

// TestRefusedBehindAForkedLog: what was written twice of a log, as the profile had been copied, and lies behind a cut as a whole, is shown once.
func TestRefusedBehindAForkedLog(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := s.forkedBehindCut(t, anna, ben, carla)
		for _, a := range []*agent{anna, carla} {
			a.awaitSaid(t, room, "one")
		}
		ben.await(t, "all three texts", func() bool { return hasSaid(ben.said(t, room), "one", "three", "two") })
		if got := ben.refusedIn(t, room); len(got) != 2 {
			t.Errorf("refused are %q", got)
		}
		s.verifyAll(t, room, all)
	})
}

// TestRefusedOfAForkedLogStays: what a removed person wrote twice of a log stays refused when they are invited again, and nobody else hears of it.
func TestRefusedOfAForkedLogStays(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := s.forkedBehindCut(t, anna, ben, carla)
		if _, err := anna.Invite(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		ben.awaitMembers(t, room, all...)
		ben.stop()
		ben.run(t) // by which it is looked for what is to be said again
		ben.awaitLink(t, anna)
		ben.awaitMembers(t, room, all...)
		time.Sleep(10 * time.Second) // of the bubble's clock: whatever begins by itself has happened
		back := ben.say(t, room, "yes")[0]
		ben.awaitStates(t, back.ID, Delivered, Delivered)
		for _, a := range []*agent{anna, carla} {
			a.awaitSaid(t, room, "one", "yes")
		}
		if got := ben.said(t, room); !hasSaid(got, "one", "three", "two", "yes") {
			t.Errorf("Ben sees %q", got)
		}
		if got := ben.refusedIn(t, room); !hasSaid(got, "three", "two") {
			t.Errorf("refused are %q", got)
		}
		s.verifyAll(t, room, all)
	})
}

// verifyAll has all verify what they hold of a conversation: nothing of it was altered.
func (s *site) verifyAll(t *testing.T, in event.ConversationID, all []*agent) {
	t.Helper()
	for _, a := range all {
		if found, err := a.Verify(t.Context(), in); err != nil || len(found.Alterations) > 0 {
			t.Errorf("%s verifies: %+v, %v", a.name, found, err)
		}
	}
}

// TestRefusedCountsAgain: what was refused because of a removal that turns out to count nothing is said to all; what was deleted meanwhile is deleted for all.
func TestRefusedCountsAgain(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{}, all...)
		must(t)(Message{}, errOf(anna.Entrust(t.Context(), room, carla.person())))
		carla.await(t, "she may remove", func() bool { return mayRemove(carla, room) })
		s.lan.Partition([]*lanHost{anna.host}, []*lanHost{ben.host}, []*lanHost{carla.host})
		for _, a := range []*agent{ben, carla} {
			anna.awaitAlone(t, a)
		}
		ben.awaitAlone(t, carla)
		sent := ben.say(t, room, "one", "two")
		must(t)(Message{}, errOf(carla.Remove(t.Context(), room, ben.person())))
		must(t)(Message{}, errOf(anna.Remove(t.Context(), room, carla.person())))
		s.lan.Heal()
		s.lan.Partition([]*lanHost{anna.host}, []*lanHost{ben.host, carla.host})
		ben.awaitMembers(t, room, anna, carla)
		if got := ben.refusedIn(t, room); !slices.Equal(got, []string{"one", "two"}) {
			t.Errorf("refused are %q", got)
		}
		must(t)(ben.Delete(t.Context(), sent[0].ID))
		s.lan.Heal()
		anna.await(t, "what Ben said", func() bool { return slices.Equal(anna.said(t, room), []string{"", "two"}) })
		ben.await(t, "what he said", func() bool { return slices.Equal(ben.said(t, room), []string{"", "two"}) })
		if got := ben.refusedIn(t, room); len(got) > 0 {
			t.Errorf("refused are %q", got)
		}
		ben.awaitStates(t, sent[1].ID, Delivered)
		for _, a := range []*agent{anna, ben} {
			if m, err := a.Shown(t.Context(), sent[0].ID); err != nil || !m.Deleted {
				t.Errorf("%s is shown %+v, %v", a.name, m, err)
			}
			if found, err := a.Verify(t.Context(), room); err != nil || len(found.Alterations) > 0 {
				t.Errorf("%s verifies: %+v, %v", a.name, found, err)
			}
		}
	})
}

func errOf(_ Conversation, err error) error { return err }

// TestDeletionBehindTheCutIsNotSaidAgain: who deleted something that counts, and was removed before anybody heard of that, deletes nothing by starting again, or by being invited again.
func TestDeletionBehindTheCutIsNotSaidAgain(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{}, all...)
		said := ben.say(t, room, "stays", "stays, too")
		for _, a := range all {
			a.awaitSaid(t, room, "stays", "stays, too")
		}
		anna.stop()
		carla.stop()
		must(t)(ben.Delete(t.Context(), said[0].ID))
		ben.stop()
		anna.run(t)
		carla.run(t)
		if _, err := anna.Remove(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		carla.awaitMembers(t, room, anna, carla)
		ben.run(t)
		ben.awaitMembers(t, room, anna, carla)
		logs := ben.known(room).vector()
		again := func() {
			ben.stop()
			ben.run(t)
			ben.awaitLink(t, anna)
			time.Sleep(10 * time.Second) // of the bubble's clock: whatever begins by itself has happened
		}
		again()
		again()
		if _, err := anna.Invite(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		ben.awaitMembers(t, room, all...)
		again()
		for _, a := range []*agent{anna, carla} {
			if m := a.message(t, said[0].ID); m.Deleted || m.Text != "stays" {
				t.Errorf("%s shows %+v", a.name, m)
			}
		}
		for log := range ben.known(room).vector() {
			if _, known := logs[log]; !known && log.Peer == ben.id.PeerID() {
				t.Errorf("Ben began a log by himself: %v", log)
			}
		}
	})
}
