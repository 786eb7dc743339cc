package chat

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/amend"
	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

// bodiesOf is the content of all events that an agent stored.
func (a *agent) bodiesOf(t *testing.T) string { return (&desk{agent: a, up: true}).bodies(t) }

// bareEdits is how many edits an agent has the header of alone.
func (a *agent) bareEdits(t *testing.T) int {
	return (&desk{agent: a, up: true}).count(t, `SELECT count(*) FROM chat_event WHERE kind = 4 AND length(salt) = 0`)
}

// wants is how many stretches of a room an agent asks others for the words of.
func (a *agent) wants(t *testing.T, room event.ConversationID) (n int) {
	t.Helper()
	err := a.config.DB.Read(t.Context(), func(tx *store.Tx) error {
		all, _, _, err := a.gapsAfter(tx, a.known(room), 0, true)
		n = len(all)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// isIntact fails if verify-log finds something altered in a room, or cannot tell why words are not here.
func (a *agent) isIntact(t *testing.T, room event.ConversationID) (gone Gone) {
	t.Helper()
	found, err := a.Verify(t.Context(), room)
	if err != nil || len(found.Alterations) > 0 || found.Gone.Unexplained > 0 {
		t.Errorf("%s verifies: %+v %v", a.name, found, err)
	}
	return found.Gone
}

// TestEditIsNotForNewcomers: where the history is closed, new words for an old message go to whom that was written for, and not to who came since: neither from their author nor from who passes
// them on. A newcomer passes on what they have of it, so that who was away learns of it by them, and gets its words from who has them. Words for what was said since are for all.
func TestEditIsNotForNewcomers(t *testing.T) {
	for _, from := range []string{"its author", "another member"} {
		t.Run(from, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				all := s.office(t, "Anna", "Ben", "Carla", "Dora")
				anna, ben, carla, dora := all[0], all[1], all[2], all[3]
				room := roomOfAll(t, NewRoom{ClosedHistory: true}, anna, ben, dora)
				old := anna.say(t, room, "old words")[0]
				dora.awaitSaid(t, room, "old words")
				ben.awaitSaid(t, room, "old words")
				if _, err := anna.Invite(t.Context(), room, carla.person()); err != nil {
					t.Fatal(err)
				}
				for _, a := range all {
					a.awaitMembers(t, room, all...)
				}
				dora.stop()
				if from == "another member" {
					s.apart(anna, carla)
					anna.awaitAlone(t, carla)
					carla.awaitAlone(t, anna)
				}
				must(t)(anna.Edit(t.Context(), old.ID, "secret words", nil))
				since := anna.say(t, room, "since then")[0]
				must(t)(anna.Edit(t.Context(), since.ID, "since this", nil))
				ben.awaitSaid(t, room, "secret words", "since this")
				carla.awaitSaid(t, room, "since this")
				carla.awaitVector(t, room, anna)
				anna.awaitFor(t, since.ID, carla, Delivered)
				anna.stop()
				s.apart(ben, dora)
				dora.run(t)
				dora.awaitSaid(t, room, "old words", "since this") // by Carla
				dora.await(t, "the header of the edit", func() bool { return dora.bareEdits(t) == 1 })
				s.lan.Heal()
				dora.awaitSaid(t, room, "secret words", "since this")
				anna.run(t)
				anna.awaitLink(t, carla)
				time.Sleep(2 * gapPause)
				synctest.Wait()
				if words := carla.bodiesOf(t); carla.bareEdits(t) != 1 || strings.Contains(words, "secret") || strings.Contains(words, "old") {
					t.Errorf("Carla has %d edits without their words, and of words %q", carla.bareEdits(t), words)
				}
				if n, lacks := carla.wants(t, room), carla.known(room).toldState().Lacks; n != 0 || len(lacks) != 0 {
					t.Errorf("Carla asks for %d, and tells that she lacks %v", n, lacks)
				}
				for _, a := range all {
					if gone := a.isIntact(t, room); (gone.NotOurs > 0) != (a == carla) || gone.Awaited > 0 {
						t.Errorf("%s is without words: %+v", a.name, gone)
					}
				}
			})
		})
	}
}

// TestEditOfWhatWasWrittenInVain: new words for what was written in vain, and is said anew to all, are for all, be they written in vain as well or after that.
func TestEditOfWhatWasWrittenInVain(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		var said Message
		room, _, carla, dora, emil := sayInVain(t, s, func(dora *agent, hello Message) {
			said = hello
			must(t)(dora.Edit(t.Context(), hello.ID, "hello in vain", nil))
		})
		emil.awaitSaid(t, room, "hello in vain")
		for _, when := range []string{"at once", "after a start"} { // it counts, so nothing of it was refused
			dora.settle(t)
			if row, err := dora.Conversation(t.Context(), room); err != nil || row.Room.Refused != 0 || row.Room.RefusedChanges != (RefusedChanges{}) {
				t.Errorf("%s of hers were refused %d messages and %+v, %v", when, row.Room.Refused, row.Room.RefusedChanges, err)
			}
			dora.stop()
			dora.run(t)
			dora.awaitLink(t, emil)
		}
		must(t)(dora.Edit(t.Context(), said.ID, "hello at last", nil))
		emil.awaitSaid(t, room, "hello at last")
		dora.stop()
		carla.run(t)
		carla.awaitSaid(t, room, "hello at last")
		for _, a := range []*agent{carla, emil} {
			if n := a.bareEdits(t); n != 0 {
				t.Errorf("%s has %d edits without their words", a.name, n)
			}
		}
	})
}

// TestEditOfWhatIsReissued: new words for what a restored profile re-issued are for whom the old words were.
func TestEditOfWhatIsReissued(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all, room, one := anewBehindAWall(t, s, false)
		anna, ben, carla := all[0], all[1], all[2]
		must(t)(anna.Edit(t.Context(), one.ID, "new words", nil))
		ben.awaitSaid(t, room, "new words")
		carla.awaitVector(t, room, anna)
		if strings.Contains(carla.bodiesOf(t), "new words") {
			t.Error("Carla has the new words")
		}
	})
}

// TestOriginOfAnEditComesLater: who gets an edit before what it is of cannot tell for whom it is, and passes on its header alone. Once that has come the words follow, be it here first or with who
// lacks them, and so asks before it can be told.
func TestOriginOfAnEditComesLater(t *testing.T) {
	for _, first := range []string{"Anna", "Carla"} {
		t.Run("to "+first+" first", func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				all := s.office(t, "Anna", "Carla")
				anna, carla := all[0], all[1]
				l := s.lie(t, anna, nil, capabilityLacks)
				s.lan.Partition([]*lanHost{carla.host}, []*lanHost{l.host})
				room := roomOfAll(t, NewRoom{ClosedHistory: true}, all...)
				if _, err := anna.Invite(t.Context(), room, l.id.Person()); err != nil {
					t.Fatal(err)
				}
				carla.await(t, "the invitation", func() bool { return carla.known(room).room.members().Has(l.id.Person()) })
				old, edit := l.editFirst(anna, room)
				l.send(wire.KindEvents, framed(t, l.id, nil, edit))
				carla.await(t, "the header of the edit", func() bool { return carla.bareEdits(t) == 1 })
				time.Sleep(2 * gapPause)
				synctest.Wait()
				if anna.bareEdits(t) != 0 || carla.bareEdits(t) != 1 {
					t.Fatalf("Anna has %d edits without words, Carla %d", anna.bareEdits(t), carla.bareEdits(t))
				}
				if first == "Carla" {
					s.lan.Heal()
					l.linkTo(carla)
				}
				l.send(wire.KindEvents, framed(t, l.id, nil, old))
				for _, a := range all {
					a.awaitSaid(t, room, "new words")
					a.isIntact(t, room)
				}
			})
		})
	}
}

// editFirst makes a text in one log of a liar, and an edit of it in another one.
func (l *liar) editFirst(a *agent, room event.ConversationID) (old, edit *event.Event) {
	l.t.Helper()
	heads := a.known(room).room.members().Newest()
	under := func(h *event.Header) { h.Membership = event.JoinIDs(heads) }
	old = l.newLog(room).text(l.t, "old words", under)
	other := l.newLog(room)
	other.end.Lamport = old.Lamport
	return old, other.event(l.t, event.KindEdit, editOf(l.t, old, "new words"), func(h *event.Header) {
		under(h)
		h.Edits = old.ID[:]
	})
}

// TestEditThatNamesTwo: an edit whose header names another event than its body does nothing. Else who gets its words would show a message otherwise than a member who was to read that and does
// not get them, by what the header says. Those words are kept, passed on to whom they are for, and asked of nobody else.
func TestEditThatNamesTwo(t *testing.T) {
	for _, one := range []struct {
		header string // what it names
		bare   []int  // how many edits Carla and Dora, who came since, have without words
		want   string
	}{
		{"the same", []int{0, 5}, "new words"},
		{"what nobody has", []int{5, 5}, "old words"},
		{"what is of another room", []int{5, 5}, "old words"},
		{"what was said since", []int{0, 0}, "old words"},
	} {
		t.Run(one.header, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				all := s.office(t, "Anna", "Carla", "Dora")
				anna, carla, dora := all[0], all[1], all[2]
				l := s.lie(t, anna, nil, capabilityLacks)
				s.lan.Partition([]*lanHost{carla.host, dora.host}, []*lanHost{l.host})
				room := roomOfAll(t, NewRoom{ClosedHistory: true}, anna, carla)
				foreign := anna.say(t, roomOfAll(t, NewRoom{Name: "Other", ClosedHistory: true}, anna, carla), "elsewhere")[0]
				invite := func(who identity.PersonID) {
					if _, err := anna.Invite(t.Context(), room, who); err != nil {
						t.Fatal(err)
					}
					for _, a := range []*agent{anna, carla} {
						a.await(t, "the invitation", func() bool { return a.known(room).room.members().Has(who) })
					}
				}
				invite(l.id.Person())
				under := func(h *event.Header) { h.Membership = event.JoinIDs(anna.known(room).room.members().Newest()) }
				log := l.newLog(room)
				send := func(events ...*event.Event) { l.send(wire.KindEvents, framed(t, l.id, nil, events...)) }
				old := log.text(t, "old words", under)
				send(old)
				carla.awaitSaid(t, room, "old words")
				invite(dora.person())
				since := log.text(t, "since", under)
				in := map[string]event.ID{"the same": old.ID, "what nobody has": {1, 2, 3}, "what is of another room": foreign.ID, "what was said since": since.ID}[one.header]
				events := []*event.Event{since}
				for range 5 {
					events = append(events, log.event(t, event.KindEdit, editOf(t, old, "new words"), func(h *event.Header) { under(h); h.Edits = in[:] }))
				}
				send(append(events, log.text(t, "after", under))...)
				for _, a := range all {
					a.await(t, "what was said last", func() bool { return a.Known(room) && slices.Contains(a.said(t, room), "after") })
				}
				time.Sleep(10 * gapPause)
				synctest.Wait()
				for i, a := range all {
					bare, want := append([]int{0}, one.bare...)[i], []string{one.want, "since", "after"}
					if a == dora {
						want = want[1:]
					}
					if said := a.said(t, room); !slices.Equal(said, want) {
						t.Errorf("%s shows %q, not %q", a.name, said, want)
					}
					if n := a.bareEdits(t); n != bare {
						t.Errorf("%s has %d edits without words, not %d", a.name, n, bare)
					}
					if n, lacks := a.wants(t, room), a.known(room).toldState().Lacks; n != 0 || len(lacks) != 0 {
						t.Errorf("%s asks for %d, and tells that they lack %v", a.name, n, lacks)
					}
					a.isIntact(t, room)
				}
			})
		})
	}
}

// editOf is the body of an edit.
func editOf(t *testing.T, e *event.Event, text string) wire.Raw {
	t.Helper()
	body, err := (&amend.Amendment{Kind: event.KindEdit, Named: e.ID, Text: text}).Encode()
	if err != nil {
		t.Fatal(err)
	}
	return body
}
