package chat

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"lanyard/chat/event"
	"lanyard/internal/lantest"
)

// lineOf is a line in a few words, with the first letters of who did it and whom it concerns; of a message its text.
func lineOf(m *Message, all []*agent) string {
	if m.Change == nil {
		return m.Text
	}
	called := func(is func(*agent) bool) string {
		for _, a := range all {
			if is(a) {
				return a.name
			}
		}
		return "?"
	}
	words := []string{called(func(a *agent) bool { return a.person() == m.Author }), m.Change.What}
	if m.Change.Who != m.Author {
		words = append(words, called(func(a *agent) bool { return a.person() == m.Change.Who }))
	}
	if m.Change.What == "renamed" {
		words = append(words, m.Change.Name)
	}
	if m.Change.Overruled {
		words = append(words, "in vain")
	}
	return strings.Join(words, " ")
}

// lines is everything that a shows of a room, messages and lines, by pages of so many.
func (a *agent) lines(t *testing.T, room event.ConversationID, limit int, all []*agent) []string {
	t.Helper()
	var shown []string
	q := Query{Limit: limit}
	for {
		page, err := a.History(t.Context(), room, q)
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		for i := range page.Messages {
			texts = append(texts, lineOf(&page.Messages[i], all))
		}
		shown = append(texts, shown...)
		if !page.More {
			return shown
		}
		q.Before = page.Messages[0].ID
	}
}

func (a *agent) awaitLines(t *testing.T, room event.ConversationID, all []*agent, want ...string) {
	t.Helper()
	a.await(t, fmt.Sprintf("the lines %q", want), func() bool {
		_, err := a.Conversation(t.Context(), room)
		return err == nil && slices.Equal(a.lines(t, room, 0, all), want)
	})
}

// TestLinesOfMembers: what happened to a room stands in its history between the messages, the same on every machine, and nothing else comes of it.
func TestLinesOfMembers(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{Name: "Plans", Open: true}, anna, ben)
		anna.say(t, room, "hello")
		ben.awaitSaid(t, room, "hello")
		do := func(_ Conversation, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		do(ben.Invite(t.Context(), room, carla.person()))
		carla.awaitMembers(t, room, all...)
		anna.awaitMembers(t, room, all...)
		do(anna.Entrust(t.Context(), room, ben.person()))
		do(anna.Rename(t.Context(), room, "Plans 2027"))
		ben.await(t, "the right to remove and the name", func() bool {
			row, err := ben.Conversation(t.Context(), room)
			return err == nil && row.Room.Name == "Plans 2027" && mayRemove(ben, room)
		})
		do(ben.Remove(t.Context(), room, carla.person()))
		anna.awaitMembers(t, room, anna, ben)
		anna.say(t, room, "bye")
		ben.awaitSaid(t, room, "hello", "bye")
		do(ben.Leave(t.Context(), room))
		anna.awaitMembers(t, room, anna)
		do(ben.Join(t.Context(), room))
		anna.awaitMembers(t, room, anna, ben)

		want := []string{"Anna made", "Anna invited Ben", "hello", "Ben invited Carla", "Anna entrusted Ben", "Anna renamed Plans 2027", "Ben removed Carla", "bye", "Ben left", "Ben joined"}
		anna.awaitLines(t, room, all, want...)
		ben.awaitLines(t, room, all, want...)
		carla.awaitLines(t, room, all, want[:7]...)
		anna.stop()
		anna.run(t)
		anna.awaitLines(t, room, all, want...)
		for _, limit := range []int{1, 2, 3, 9, 10, 11} {
			if got := anna.lines(t, room, limit, all); !slices.Equal(got, want) {
				t.Errorf("by pages of %d: %q", limit, got)
			}
		}
		linesAreNoMessages(t, anna, room)
		linesAreNoMessages(t, ben, room)
	})
}

// linesAreNoMessages: lines make nothing unread, are found by no search, are not the newest message, and cannot be amended.
func linesAreNoMessages(t *testing.T, a *agent, room event.ConversationID) {
	t.Helper()
	page, err := a.History(t.Context(), room, Query{})
	if err != nil {
		t.Fatal(err)
	}
	unread := 0
	for _, m := range page.Messages {
		if m.Change == nil && !m.Mine {
			unread++
		}
	}
	row, err := a.Conversation(t.Context(), room)
	if err != nil || row.Last == nil || row.Last.Change != nil || row.Unread != unread {
		t.Errorf("%s: the row of the room is %+v, %v", a.name, row, err)
	}
	for _, m := range page.Messages {
		if m.Change == nil {
			continue
		}
		if m.Unread || len(m.States) > 0 || m.Text != "" || m.Opaque {
			t.Errorf("%s: a line is a message: %+v", a.name, m)
		}
		if _, err := a.Pin(t.Context(), m.ID, true); !errors.Is(err, event.ErrUnknown) {
			t.Errorf("%s pins a line: %v", a.name, err)
		}
		around, err := a.History(t.Context(), room, Query{Around: m.ID, Limit: 4})
		if err != nil || !slices.ContainsFunc(around.Messages, func(o Message) bool { return o.ID == m.ID }) {
			t.Errorf("%s: around %s: %+v %v", a.name, m.Change.What, around, err)
		}
		after, err := a.History(t.Context(), room, Query{After: m.ID, Limit: 1})
		at := slices.IndexFunc(page.Messages, func(o Message) bool { return o.ID == m.ID })
		if err != nil || at+1 < len(page.Messages) && (len(after.Messages) != 1 || after.Messages[0].ID != page.Messages[at+1].ID) {
			t.Errorf("%s: after %s: %+v %v", a.name, m.Change.What, after, err)
		}
	}
	for _, words := range []string{"Plans", "2027", "Carla", "invited", "made", "?"} {
		found, err := a.History(t.Context(), room, Query{Search: words})
		if err != nil || len(found.Messages) > 0 {
			t.Errorf("%s finds lines by %q: %+v %v", a.name, words, found, err)
		}
	}
	if _, err := a.MarkRead(t.Context(), room, page.Messages[0].ID); err != nil {
		t.Errorf("%s has read up to who made the room: %v", a.name, err)
	}
}

// TestLinesOfTwoAtOnce: of two renames at the same time both lines stand, the later one last, on both sides.
func TestLinesOfTwoAtOnce(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		room := roomOfAll(t, NewRoom{}, all...)
		s.lan.Partition([]*lantest.Host{anna.host}, []*lantest.Host{ben.host})
		anna.await(t, "no link", func() bool { _, up := anna.roster.Link(ben.id.PeerID()); return !up })
		for _, one := range []struct {
			by *agent
			to string
		}{{anna, "East"}, {ben, "West"}} {
			if _, err := one.by.Rename(t.Context(), room, one.to); err != nil {
				t.Fatal(err)
			}
		}
		s.lan.Heal()
		anna.await(t, "both renames", func() bool { return len(anna.lines(t, room, 0, all)) == 4 })
		lines := anna.lines(t, room, 0, all)
		ben.awaitLines(t, room, all, lines...)
		for _, a := range all {
			row, err := a.Conversation(t.Context(), room)
			if err != nil || lines[3] != fmt.Sprintf("%s renamed %s", map[string]string{"East": "Anna", "West": "Ben"}[row.Room.Name], row.Room.Name) {
				t.Errorf("%s: the room is called %q, and the lines are %q: %v", a.name, row.Room.Name, lines, err)
			}
		}
	})
}

// TestMissedIsWhatWasSaidMeanwhile: the first line tells that something is missed only where others said something while our person was no member: not for what they had read and
// what their own retention dropped since.
func TestMissedIsWhatWasSaidMeanwhile(t *testing.T) {
	for _, c := range []struct {
		about string
		said  bool
	}{{"nothing was said", false}, {"something was said", true}} {
		t.Run(c.about, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				all := s.office(t, "Anna", "Ben", "Carla")
				anna, ben, carla := all[0], all[1], all[2]
				room := roomOfAll(t, NewRoom{ClosedHistory: true}, all...)
				anna.say(t, room, "before")
				ben.awaitSaid(t, room, "before")
				must(t)(Message{}, errOf(ben.MarkRead(t.Context(), room, event.ID{})))
				must(t)(Message{}, errOf(anna.Remove(t.Context(), room, ben.person())))
				ben.awaitMembers(t, room, anna, carla)
				if c.said {
					anna.say(t, room, "meanwhile")
				}
				must(t)(Message{}, errOf(anna.Invite(t.Context(), room, ben.person())))
				ben.awaitMembers(t, room, all...)
				after := anna.say(t, room, "after")[0]
				anna.awaitStates(t, after.ID, Delivered, Delivered)
				must(t)(Message{}, errOf(ben.MarkRead(t.Context(), room, event.ID{})))
				missed := func() bool {
					page, err := ben.History(t.Context(), room, Query{})
					if err != nil || len(page.Messages) == 0 || page.Messages[0].Change == nil || page.Messages[0].Change.What != "made" {
						t.Fatalf("the room begins with %+v, %v", page.Messages, err)
					}
					return page.Messages[0].Change.Missed
				}
				if missed() != c.said {
					t.Errorf("once invited again Ben is told %v", missed())
				}
				if err := ben.KeepAll(t.Context(), 30); err != nil {
					t.Fatal(err)
				}
				elapse(t, 40*day, anna, ben, carla)
				ben.await(t, "nothing is kept", func() bool { return len(ben.said(t, room)) == 0 })
				if missed() != c.said {
					t.Errorf("once all is too old to be kept Ben is told %v", missed())
				}
			})
		})
	}
}
