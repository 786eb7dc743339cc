package chat

import (
	"slices"
	"testing"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// vectors returns the newest vector of a room that came to a liar, and how many came.
func (l *liar) vectors(room event.ConversationID) (newest frame.Vectors, n int) {
	l.t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.seen {
		if f.Kind != wire.KindVectors {
			continue
		}
		v, err := frame.ReadVectors(f.Body)
		if err != nil {
			l.t.Fatal(err)
		}
		if slices.Equal(v.Conversation, room[:]) {
			newest, n = v, n+1
		}
	}
	return newest, n
}

// sends has a liar send events without words.
func (l *liar) sends(bare ...*event.Event) {
	l.t.Helper()
	var r event.Run
	for _, e := range bare {
		one := *e
		if one.Kind == event.KindText {
			one.Salt, one.Body = nil, nil
		}
		one.Signature = nil
		r.Events = append(r.Events, &one)
	}
	r.Last().Signature = make([]byte, event.SignatureSize) // of what is known it is not looked at
	body, err := r.Encode()
	if err != nil {
		l.t.Fatal(err)
	}
	l.send(wire.KindEvents, body)
}

// TestOldVersionSendsAgainOnce: who does not know that one can lack words is told of nothing from the first event on that is lacked, so that they send it again; of what they sent so they are told,
// though it came without words from them, too. So they send each event once over a link, however often they are told.
func TestOldVersionSendsAgainOnce(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		l := s.lie(t, anna, nil)
		room := roomOfAll(t, NewRoom{ClosedHistory: true}, anna, ben)
		if _, err := anna.Invite(t.Context(), room, l.id.Person()); err != nil {
			t.Fatal(err)
		}
		ben.await(t, "that three are members", func() bool { return ben.known(room).room.members().Has(l.id.Person()) })
		ben.stop()
		anna.say(t, room, "one", "uno", "un")
		if _, err := anna.Invite(t.Context(), room, carla.person()); err != nil {
			t.Fatal(err)
		}
		anna.say(t, room, "two")
		carla.await(t, "the room", func() bool { return carla.Known(room) })
		carla.awaitSaid(t, room, "two")
		views := anna.known(room).allViews()
		said := (&desk{agent: anna, up: true}).eventsOf(t, views[0], 1)
		one := slices.IndexFunc(said, func(e *event.Event) bool { return e.Kind == event.KindText })
		anna.stop()
		ben.run(t)
		ben.awaitSaid(t, room, "two")

		l.linkTo(ben)
		tell := marshaled(t, frame.Vectors{Conversation: room[:], Vector: vector.Vector{}, Tell: 1})
		log := said[0].VectorLog()
		named := func(what string, last int, lacks uint64) {
			t.Helper()
			ben.await(t, what, func() bool {
				_, before := l.vectors(room)
				l.send(wire.KindVectors, tell)
				ben.await(t, "a vector", func() bool { _, n := l.vectors(room); return n > before })
				v, _ := l.vectors(room)
				return slices.Equal(v.Vector[log], []vector.Mark{event.PointOf(said[last]).Mark()}) && v.Lacks == lacks
			})
		}
		named("nothing that is lacked", one-1, 0)
		l.sends(said[one : one+2]...)
		named("what was sent again", one+1, 1)
		l.sends(said[one+2:]...)
		named("all", len(said)-1, 1)
		for range 3 {
			named("all, again", len(said)-1, 1)
		}
		ben.sessionTo(t, room, l).begin() // the link is taken into use anew
		named("all over this link", len(said)-1, 1)
		if got := ben.lackedNow(t, room); got.noted != 3 {
			t.Errorf("Ben lacks %d", got.noted)
		}
	})
}

// sessionTo is an agent's session with a liar; nil while there is none.
func (a *agent) sessionTo(t *testing.T, room event.ConversationID, l *liar) *session {
	t.Helper()
	link, ok := a.roster.Link(l.id.PeerID())
	if !ok {
		t.Fatal("no link to the liar")
	}
	return a.session(link, a.known(room))
}

// TestTipsDoNotTellWhatIsDelivered: tips tell of headers. Who sends them does not count as having the words, whether or not they know that one can lack words.
func TestTipsDoNotTellWhatIsDelivered(t *testing.T) {
	for what, offers := range map[string][]string{"an older version": nil, "this version": {capabilityLacks}} {
		t.Run(what, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				all := s.office(t, "Anna", "Ben")
				anna, ben := all[0], all[1]
				l := s.lie(t, anna, nil, append(offers, capabilityTips)...)
				room := roomOfAll(t, NewRoom{}, anna, ben)
				if _, err := anna.Invite(t.Context(), room, l.id.Person()); err != nil {
					t.Fatal(err)
				}
				said := anna.say(t, room, "one")[0]
				l.send(wire.KindVectors, marshaled(t, frame.Vectors{Conversation: room[:], Vector: vector.Vector{}}))
				v := anna.known(room)
				b := v.pen.branch
				l.send(wire.KindTips, marshaled(t, frame.Tips{Conversation: room[:], Vector: v.vector()}))
				anna.await(t, "the tips", func() bool {
					x := anna.sessionTo(t, room, l)
					if x == nil {
						return false
					}
					x.mu.Lock()
					defer x.mu.Unlock()
					return x.have.covers(b, b.kept.Number)
				})
				holders, err := anna.holders(t.Context(), v)
				if err != nil || holders.have(l.id.Person(), b, b.kept.Number) {
					t.Errorf("what tips tell of counts as held: %v", err)
				}
				m, err := anna.Message(t.Context(), said.ID)
				if err != nil {
					t.Fatal(err)
				}
				for _, st := range m.States {
					if st.Person == l.id.Person() && st.Delivery != Waiting {
						t.Errorf("what tips tell of is shown as %s", st.Delivery)
					}
				}
			})
		})
	}
}
