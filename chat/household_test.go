package chat

import (
	"slices"
	"testing"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/identity"
)

// household makes the machines of one person, which do not run yet. No command joins a machine to a person so far: this is what the formats allow.
func (s *site) household(t *testing.T, person string, n int) []*agent {
	t.Helper()
	var all []*agent
	list, lists := identity.PersonList{}, []identity.SignedPersonList{}
	for i := range n {
		a := s.agent(t, person)
		a.name = person + string(rune('1'+i))
		all = append(all, a)
		list.Machines, list.Number = append(list.Machines, a.id.Public()), list.Number+1
		list.Person = all[0].id.Person()
		lists = append(lists, all[max(i-1, 0)].id.SignPersonList(list))
	}
	for _, a := range all {
		a.id, a.lists = a.id.Joined(list.Person), lists
	}
	return all
}

// TestTwoMachinesByCarrier: both machines of an absent person get what a carrier keeps, each once; it is delivered once one has it.
func TestTwoMachinesByCarrier(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		ben := s.household(t, "Ben", 2)
		anna, cleo := s.start(t, "Anna"), s.start(t, "Cleo")
		anna.meet(t, cleo)
		for _, b := range ben {
			b.run(t)
			b.meet(t, anna)
			b.meet(t, cleo)
			anna.awaitCarriers(t, cleo, b)
		}
		anna.send(t, ben[0], "to both")
		for _, b := range ben {
			b.awaitTexts(t, anna, "to both")
			b.stop()
			anna.awaitAlone(t, b)
		}
		sent := anna.send(t, ben[0], secret, "second")
		anna.awaitThrough(t, sent[1].ID, cleo)
		cleo.await(t, "it keeps mail for each machine", func() bool { return cleo.carriesFrom(t, anna) == 2 })
		anna.stop()
		for i, b := range ben {
			b.run(t)
			b.meet(t, cleo)
			b.awaitTexts(t, anna, "to both", secret, "second")
			cleo.await(t, "it keeps no more of what was handed over", func() bool { return cleo.carriesFrom(t, anna) == 1-i })
			b.leave(t, time.Minute)
		}
		anna.run(t)
		anna.meet(t, cleo)
		anna.awaitState(t, sent[1].ID, Delivered)
		for _, b := range ben {
			b.run(t)
			b.meet(t, anna)
		}
		anna.send(t, ben[0], "third")
		for _, b := range ben {
			b.awaitTexts(t, anna, "to both", secret, "second", "third")
			if got := b.awaitTold(t, 4); !slices.Equal(got, []string{"to both", secret, "second", "third"}) {
				t.Errorf("%s was told %q", b.name, got)
			}
		}
		if _, err := ben[1].MarkRead(t.Context(), ben[1].Direct(anna.person()), event.ID{}); err != nil {
			t.Fatal(err)
		}
		anna.awaitState(t, sent[1].ID, Read)
	})
}

// TestFirstMetByMail: somebody with several machines writes, from the second, to a colleague who never met them; the letter proves whose it is.
func TestFirstMetByMail(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		ben := s.household(t, "Ben", 3)
		anna, cleo := s.start(t, "Anna"), s.start(t, "Cleo")
		anna.meet(t, cleo)
		second := ben[1]
		second.run(t)
		s.lan.Partition([]*lanHost{anna.host}, []*lanHost{second.host})
		second.meet(t, cleo)
		if err := second.roster.Learn(t.Context(), []identity.SignedPersonList{anna.id.FirstPersonList()}, "Anna"); err != nil {
			t.Fatal(err)
		}
		sent := second.send(t, anna, "from my second computer")[0]
		anna.await(t, "it came", func() bool { return slices.Equal(anna.texts(t, ben[0]), []string{"from my second computer"}) })
		if who := anna.roster.PersonOf(ben[2].id.PeerID()); who != ben[0].person() {
			t.Errorf("the third computer is that of %s", who.Short())
		}
		second.awaitState(t, sent.ID, Delivered)
	})
}

// TestRoomOfManyMachines: a person with several machines makes a room, is invited into one and joins one, is known there by somebody who never met them,
// and each machine has all of it and speaks for the same person.
func TestRoomOfManyMachines(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		ben := s.household(t, "Ben", 3)
		anna, cleo := s.start(t, "Anna"), s.start(t, "Cleo")
		anna.meet(t, cleo)
		s.lan.Partition([]*lanHost{cleo.host}, []*lanHost{ben[0].host, ben[1].host})
		for _, b := range ben[:2] {
			b.run(t)
			b.meet(t, anna)
		}
		row, err := anna.CreateRoom(t.Context(), NewRoom{Name: "Plans", With: []identity.PersonID{cleo.person(), ben[0].person()}})
		if err != nil {
			t.Fatal(err)
		}
		room := row.ID
		everybody := append([]*agent{anna, cleo}, ben[:2]...)
		for _, a := range everybody {
			a.awaitMembers(t, room, anna, cleo, ben[0])
		}
		cleo.await(t, "Cleo knows Ben's computers though she met none", func() bool { return len(cleo.roster.Machines(ben[0].person())) == 3 })
		ben[1].say(t, room, "from the second")
		ben[0].say(t, room, "from the first")
		for _, a := range everybody {
			a.await(t, "both were said", func() bool { return len(a.said(t, room)) == 2 })
			page, err := a.History(t.Context(), room, Query{})
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range page.Messages {
				if m.Kind == event.KindText && m.Author != ben[0].person() {
					t.Errorf("for %s, %q is by %s", a.name, m.Text, m.Author.Short())
				}
			}
		}
		last := anna.say(t, room, "to everybody")[0]
		for _, a := range everybody {
			a.await(t, "it is there", func() bool { return slices.Contains(a.said(t, room), "to everybody") })
		}
		anna.awaitStates(t, last.ID, Delivered, Delivered)

		own, err := ben[1].CreateRoom(t.Context(), NewRoom{Name: "Of my second", With: []identity.PersonID{anna.person()}, Open: true})
		if err != nil {
			t.Fatal(err)
		}
		anna.awaitMembers(t, own.ID, ben[0], anna)
		if peers := cleo.roster.Peers(); len(peers) != 1 {
			t.Fatalf("Cleo met others than Anna: %+v", peers)
		}
		if _, err := anna.Invite(t.Context(), own.ID, cleo.person()); err != nil {
			t.Fatal(err)
		}
		for _, a := range []*agent{cleo, ben[1]} {
			a.awaitMembers(t, own.ID, ben[0], anna, cleo)
		}
		if _, err := ben[1].Remove(t.Context(), own.ID, cleo.person()); err != nil {
			t.Fatal(err)
		}
		for _, a := range []*agent{anna, ben[0], ben[1]} {
			a.awaitMembers(t, own.ID, ben[0], anna)
		}
		other, err := cleo.CreateRoom(t.Context(), NewRoom{Name: "Open", With: []identity.PersonID{anna.person()}, Open: true})
		if err != nil {
			t.Fatal(err)
		}
		s.lan.Heal()
		ben[1].meet(t, cleo)
		ben[1].await(t, "the open room is told of", func() bool {
			all, err := ben[1].OpenRooms(t.Context())
			return err == nil && len(all) == 1
		})
		if _, err := ben[1].Join(t.Context(), other.ID); err != nil {
			t.Fatal(err)
		}
		anna.awaitMembers(t, other.ID, cleo, anna, ben[0])
		ben[1].say(t, other.ID, "here I am")
		for _, a := range []*agent{anna, cleo} {
			a.await(t, "it is there", func() bool { return slices.Contains(a.said(t, other.ID), "here I am") })
		}
	})
}
