package chat

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/lantest"
	"lanyard/internal/vector"
)

// roomOfAll has the first agent make a room with the others as members, and waits until all have it.
func roomOfAll(t testing.TB, r NewRoom, all ...*agent) event.ConversationID {
	t.Helper()
	if r.Name == "" {
		r.Name = "Plans"
	}
	for _, a := range all[1:] {
		r.With = append(r.With, a.person())
	}
	made, err := all[0].CreateRoom(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		a.awaitMembers(t, made.ID, all...)
	}
	return made.ID
}

// roomOfAllButLast has the first agent make a room with the others as members and remove the last of them, and waits until all know of both.
func roomOfAllButLast(t testing.TB, all ...*agent) event.ConversationID {
	t.Helper()
	room, last := roomOfAll(t, NewRoom{}, all...), len(all)-1
	if _, err := all[0].Remove(t.Context(), room, all[last].person()); err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		a.awaitMembers(t, room, all[:last]...)
	}
	return room
}

// awaitMembers waits until a shows exactly these as the members of a room; a itself need not be one.
func (a *agent) awaitMembers(t testing.TB, room event.ConversationID, all ...*agent) {
	t.Helper()
	var want []identity.PersonID
	for _, b := range all {
		want = append(want, b.person())
	}
	slices.SortFunc(want, func(a, b identity.PersonID) int { return slices.Compare(a[:], b[:]) })
	a.await(t, "the members of the room", func() bool {
		row, err := a.Conversation(t.Context(), room)
		if errors.Is(err, ErrNoConversation) {
			return false
		}
		if err != nil {
			t.Fatal(err)
		}
		return slices.EqualFunc(row.Room.Members, want, func(m Member, who identity.PersonID) bool { return m.Person == who })
	})
}

func (a *agent) say(t testing.TB, room event.ConversationID, texts ...string) []Message {
	t.Helper()
	sent, err := a.Send(t.Context(), room, texts...)
	if err != nil {
		t.Fatalf("%s writes into the room: %v", a.name, err)
	}
	return sent
}

// said returns the texts of a room as a shows them.
func (a *agent) said(t *testing.T, room event.ConversationID) []string {
	t.Helper()
	page, err := a.History(t.Context(), room, Query{})
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, m := range page.Messages {
		if m.Change == nil {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

func (a *agent) awaitSaid(t *testing.T, room event.ConversationID, want ...string) {
	t.Helper()
	a.await(t, fmt.Sprintf("the texts %q", want), func() bool { return slices.Equal(a.said(t, room), want) })
}

// awaitStates waits until a message of a got so far with everybody.
func (a *agent) awaitStates(t *testing.T, id event.ID, want ...Delivery) {
	t.Helper()
	a.await(t, fmt.Sprint("the states ", want), func() bool {
		m, err := a.Message(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		var got []Delivery
		for _, s := range m.States {
			got = append(got, s.Delivery)
		}
		slices.Sort(got)
		return slices.Equal(got, want)
	})
}

// office starts agents who all have links with each other.
func (s *site) office(t testing.TB, names ...string) []*agent {
	t.Helper()
	var all []*agent
	for _, name := range names {
		a := s.start(t, name)
		for _, b := range all {
			a.meet(t, b)
		}
		all = append(all, a)
	}
	return all
}

// TestRoom: three people in a room see the same, and each message tells how far it got with each of them.
func TestRoom(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{Name: "Budget 2027"}, all...)
		one := anna.say(t, room, "one")[0]
		anna.awaitStates(t, one.ID, Delivered, Delivered)
		two := ben.say(t, room, "two")[0]
		ben.awaitStates(t, two.ID, Delivered, Delivered)
		carla.awaitSaid(t, room, "one", "two")
		three := carla.say(t, room, "three")[0]
		for _, a := range all {
			a.awaitSaid(t, room, "one", "two", "three")
		}
		row, err := carla.Conversation(t.Context(), room)
		if err != nil || row.Unread != 2 || row.Room.Name != "Budget 2027" || row.Last.Text != "three" || !row.Room.Member {
			t.Errorf("%+v %+v %v", row, row.Room, err)
		}
		if _, err := ben.MarkRead(t.Context(), room, event.ID{}); err != nil {
			t.Fatal(err)
		}
		anna.awaitStates(t, one.ID, Delivered, Read)
		carla.awaitStates(t, three.ID, Delivered, Read)
		rows, err := anna.Conversations(t.Context())
		if err != nil || len(rows) != 1 || rows[0].ID != room {
			t.Errorf("%+v %v", rows, err)
		}
		ben.stop()
		ben.run(t)
		ben.awaitMembers(t, room, all...)
		ben.awaitSaid(t, room, "one", "two", "three")
		ben.awaitLink(t, anna)
		anna.awaitStates(t, anna.say(t, room, "four")[0].ID, Delivered, Delivered)
		for _, a := range all {
			found, err := a.Verify(t.Context(), room)
			if err != nil || len(found.Alterations) > 0 || found.Unverified > 0 || found.Signatures == 0 {
				t.Errorf("%s: %+v %v", a.name, found, err)
			}
			if d := a.Dropped(); len(d) > 0 {
				t.Logf("%s dropped %v", a.name, d)
			}
		}
	})
}

// TestNewcomer gets the history of an open one, and only what comes later of a closed one.
func TestNewcomer(t *testing.T) {
	for _, closed := range []bool{false, true} {
		t.Run(fmt.Sprint("closed=", closed), func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				all := s.office(t, "Anna", "Ben", "Carla")
				anna, ben, carla := all[0], all[1], all[2]
				room := roomOfAll(t, NewRoom{ClosedHistory: closed}, anna, ben)
				anna.say(t, room, "before")
				ben.awaitSaid(t, room, "before")
				if _, err := ben.Invite(t.Context(), room, carla.person()); err != nil {
					t.Fatal(err)
				}
				for _, a := range all {
					a.awaitMembers(t, room, all...)
				}
				after := anna.say(t, room, "after")[0]
				anna.awaitStates(t, after.ID, Delivered, Delivered)
				if closed {
					carla.awaitSaid(t, room, "after")
				} else {
					carla.awaitSaid(t, room, "before", "after")
				}
				for _, a := range all {
					page, err := a.History(t.Context(), room, Query{})
					if want := closed && a == carla; err != nil || page.Messages[0].Change == nil || page.Messages[0].Change.Missed != want {
						t.Errorf("%s is told at the top that something is missed: %+v, not %v: %v", a.name, page.Messages[0].Change, want, err)
					}
				}
				carla.await(t, "all vectors", func() bool { return carla.known(room).vector().Equal(anna.known(room).vector()) })
				if _, err := carla.Invite(t.Context(), room, ben.person()); !errors.Is(err, ErrAlready) {
					t.Errorf("invited twice: %v", err)
				}
			})
		})
	}
}

// TestRemoved: a removed member learns of it and gets nothing that was written by anybody who knew; invited again, they go on in a new log.
func TestRemoved(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{ClosedHistory: true}, all...)
		carla.say(t, room, "hello")
		anna.awaitSaid(t, room, "hello")
		if _, err := ben.Remove(t.Context(), room, carla.person()); !errors.Is(err, ErrNotRemover) {
			t.Errorf("a member removes: %v", err)
		}
		if _, err := anna.Remove(t.Context(), room, carla.person()); err != nil {
			t.Fatal(err)
		}
		ben.awaitMembers(t, room, anna, ben)
		carla.awaitMembers(t, room, anna, ben)
		anna.say(t, room, "secret")
		ben.awaitSaid(t, room, "hello", "secret")
		ben.say(t, room, "too")
		anna.awaitSaid(t, room, "hello", "secret", "too")
		if _, err := carla.Send(t.Context(), room, "let me in"); !errors.Is(err, ErrNoMember) {
			t.Errorf("a removed member writes: %v", err)
		}
		carla.stop()
		carla.run(t)
		carla.awaitLink(t, ben)
		for log := range carla.awaitToldBy(t, ben, room) {
			if log.Peer != carla.id.PeerID() {
				t.Errorf("a removed member is told how much others write: %v", log)
			}
		}
		carla.awaitSaid(t, room, "hello")
		if _, err := ben.Invite(t.Context(), room, carla.person()); err != nil {
			t.Fatal(err)
		}
		carla.awaitMembers(t, room, all...)
		again := carla.say(t, room, "back")[0]
		carla.awaitStates(t, again.ID, Delivered, Delivered)
		anna.awaitSaid(t, room, "hello", "secret", "too", "back")
		carla.awaitSaid(t, room, "hello", "back")
		carla.holdsNothing(t, room, "secret", "too")
	})
}

// awaitToldBy waits until b told what they have of a room, and returns it.
func (a *agent) awaitToldBy(t *testing.T, b *agent, room event.ConversationID) (told vector.Vector) {
	t.Helper()
	a.await(t, "what "+b.name+" has of the room", func() bool {
		link, linked := a.roster.Link(b.id.PeerID())
		if !linked {
			return false
		}
		x := a.sessionFor(link, a.known(room))
		x.mu.Lock()
		defer x.mu.Unlock()
		told = maps.Clone(x.theirs)
		return told != nil
	})
	return told
}

// holdsNothing fails if an agent stored one of these texts of a room.
func (a *agent) holdsNothing(t *testing.T, room event.ConversationID, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if slices.Contains(a.said(t, room), text) {
			t.Errorf("%s has %q", a.name, text)
		}
	}
}

// TestRelayed: who cannot reach the author gets what they write from another member, and the author learns how far it got.
func TestRelayed(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{}, all...)
		s.lan.Partition([]*lantest.Host{anna.host}, []*lantest.Host{carla.host})
		anna.await(t, "no link to Carla", func() bool { _, up := anna.roster.Link(carla.id.PeerID()); return !up })
		one := anna.say(t, room, "around the corner")[0]
		carla.awaitSaid(t, room, "around the corner")
		anna.awaitStates(t, one.ID, Delivered, Delivered)
		two := carla.say(t, room, "and back")[0]
		anna.awaitSaid(t, room, "around the corner", "and back")
		carla.awaitStates(t, two.ID, Delivered, Delivered)
		ben.awaitSaid(t, room, "around the corner", "and back")
	})
}

// TestOpenRoom is found and joined by anybody in the office, also over somebody else than who made it.
func TestOpenRoom(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{Name: "Lunch", Open: true}, anna, ben)
		row, err := anna.Conversation(t.Context(), room)
		if err != nil {
			t.Fatal(err)
		}
		anna.say(t, room, "pizza")
		ben.awaitSaid(t, room, "pizza")
		anna.stop()
		carla.await(t, "the room on the list", func() bool {
			open, err := carla.OpenRooms(t.Context())
			return err == nil && len(open) == 1 && open[0].ID == room && open[0].Name == "Lunch" && open[0].Members == 2 && open[0].Made.Equal(row.Room.Made) && slices.Equal(open[0].By, []identity.PersonID{ben.person()})
		})
		if _, err := carla.Join(t.Context(), room); err != nil {
			t.Fatal(err)
		}
		ben.awaitMembers(t, room, all...)
		carla.awaitMembers(t, room, all...)
		carla.awaitSaid(t, room, "pizza")
		anna.run(t)
		for _, a := range all {
			a.awaitMembers(t, room, all...)
		}
		if open, err := carla.OpenRooms(t.Context()); err != nil || len(open) != 0 {
			t.Errorf("still to be joined: %+v %v", open, err)
		}
		if _, err := carla.Leave(t.Context(), room); err != nil {
			t.Fatal(err)
		}
		anna.awaitMembers(t, room, anna, ben)
		if _, err := carla.Join(t.Context(), room); err != nil {
			t.Fatal(err)
		}
		anna.awaitMembers(t, room, all...)
		carla.say(t, room, "back")
		anna.awaitSaid(t, room, "pizza", "back")
	})
}

// whoIn lists the members by what somebody knows, and marks who of them may remove others.
func whoIn(m *membership.State) string {
	var all []string
	for _, who := range m.Members() {
		text := who.Short()
		if one, _ := m.Member(who); one.Entrusted {
			text += "*"
		}
		all = append(all, text)
	}
	return strings.Join(all, " ")
}

// everEnded reports whether somebody was removed or left, whatever became of it.
func everEnded(m *membership.State, who identity.PersonID) bool {
	for n, counts := range m.Changes() {
		if counts && n.Who == who && (n.Kind == event.KindRemove || n.Kind == event.KindLeave) {
			return true
		}
	}
	return false
}

// mayRemove reports whether an agent's person may remove members, as far as they know.
func mayRemove(a *agent, room event.ConversationID) bool {
	one, _ := a.known(room).room.members().Member(a.person())
	return one.Entrusted
}

// groupsIn lists the groups by what somebody knows.
func groupsIn(m *membership.State) string {
	var all []string
	for _, g := range m.Groups() {
		text := g.Name + ":"
		for _, who := range g.Members {
			text += " " + who.Short()
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}
