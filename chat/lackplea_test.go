package chat

import (
	"slices"
	"strings"
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
	var all []*event.Event
	for _, e := range bare {
		one := *e
		if one.Kind == event.KindText {
			one.Salt, one.Body = nil, nil
		}
		all = append(all, &one)
	}
	l.sendsWhole(all...)
}

// sendsWhole has a liar send events that are known.
func (l *liar) sendsWhole(all ...*event.Event) {
	l.t.Helper()
	var r event.Run
	for _, e := range all {
		one := *e
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

// pleading is a room with closed history in which Ben lacks the words of what Anna said before she invited Carla, from whom he has it. A liar was a member all the time. Anna is away.
type pleading struct {
	room             event.ConversationID
	anna, ben, carla *agent
	liar             *liar
	said             []*event.Event // Anna's log
	one              int            // which of them is the first one that is lacked
}

// plead makes it; flow is how much of one person Ben takes within a day, 0 as much as usual.
func plead(t *testing.T, s *site, flow int64, offers []string, texts ...string) *pleading {
	t.Helper()
	all := s.office(t, "Anna", "Ben", "Carla")
	p := &pleading{anna: all[0], ben: all[1], carla: all[2]}
	p.liar = s.lie(t, p.anna, nil, offers...)
	p.room = roomOfAll(t, NewRoom{ClosedHistory: true}, p.anna, p.ben)
	if _, err := p.anna.Invite(t.Context(), p.room, p.liar.id.Person()); err != nil {
		t.Fatal(err)
	}
	p.ben.await(t, "that three are members", func() bool { return p.ben.known(p.room).room.members().Has(p.liar.id.Person()) })
	p.ben.stop()
	p.anna.say(t, p.room, texts...)
	if _, err := p.anna.Invite(t.Context(), p.room, p.carla.person()); err != nil {
		t.Fatal(err)
	}
	p.anna.say(t, p.room, "two")
	p.carla.await(t, "the room", func() bool { return p.carla.Known(p.room) })
	p.carla.awaitSaid(t, p.room, "two")
	p.said = (&desk{agent: p.anna, up: true}).eventsOf(t, p.anna.known(p.room).allViews()[0], 1)
	p.one = slices.IndexFunc(p.said, func(e *event.Event) bool { return e.Kind == event.KindText })
	p.anna.stop()
	p.ben.flow = flow
	p.ben.run(t)
	p.ben.awaitSaid(t, p.room, "two")
	p.liar.linkTo(p.ben)
	return p
}

// told is Ben's vector when the liar asks for it.
func (p *pleading) told(t *testing.T) frame.Vectors {
	t.Helper()
	_, before := p.liar.vectors(p.room)
	p.liar.send(wire.KindVectors, marshaled(t, frame.Vectors{Conversation: p.room[:], Vector: vector.Vector{}, Tell: 1}))
	p.ben.await(t, "a vector", func() bool { _, n := p.liar.vectors(p.room); return n > before })
	v, _ := p.liar.vectors(p.room)
	return v
}

// names reports whether a vector names Anna's log up to an event of it.
func (p *pleading) names(v frame.Vectors, last int) bool {
	return slices.Equal(v.Vector[p.said[0].VectorLog()], []vector.Mark{event.PointOf(p.said[last]).Mark()})
}

// awaitNamed waits until Ben names Anna's log up to an event of it to the liar.
func (p *pleading) awaitNamed(t *testing.T, what string, last int, lacks uint64) {
	t.Helper()
	p.ben.await(t, what, func() bool { v := p.told(t); return p.names(v, last) && v.Lacks == lacks })
}

// TestOldVersionSendsAgainOnce: who does not know that one can lack words is told of nothing from the first event on that is lacked, so that they send it again; of what they sent so they are told,
// though it came without words from them, too. So they send each event once over a link, however often they are told.
func TestOldVersionSendsAgainOnce(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		p := plead(t, s, 0, nil, "one", "uno", "un")
		p.awaitNamed(t, "nothing that is lacked", p.one-1, 0)
		p.liar.sends(p.said[p.one : p.one+2]...)
		p.awaitNamed(t, "what was sent again", p.one+1, 1)
		p.liar.sends(p.said[p.one+2:]...)
		last := len(p.said) - 1
		p.awaitNamed(t, "all", last, 1)
		for range 3 {
			p.awaitNamed(t, "all, again", last, 1)
		}
		p.ben.sessionTo(t, p.room, p.liar).begin() // the link is taken into use anew
		p.awaitNamed(t, "all over this link", last, 1)
		if got := p.ben.lackedNow(t, p.room); got.noted != 3 {
			t.Errorf("Ben lacks %d", got.noted)
		}
	})
}

// longTexts are three that a full disk has no room for.
func longTexts() []string {
	return []string{strings.Repeat("a", event.MaxText), strings.Repeat("b", event.MaxText), strings.Repeat("c", event.MaxText)}
}

// TestOldVersionSendsAgainToAFullDisk: words that came again and could not be stored are not told as being here, so that they come once more when there is room.
func TestOldVersionSendsAgainToAFullDisk(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		p := plead(t, s, 0, nil, longTexts()...)
		p.awaitNamed(t, "nothing that is lacked", p.one-1, 0)
		empty := p.ben.fill(t)
		for _, e := range p.said[p.one:] {
			p.liar.sendsWhole(e)
		}
		p.liar.settled(p.ben)
		if got := p.ben.Problems(); len(got) != 1 || got[0].ID != ProblemNotStored {
			t.Errorf("problems: %v", got)
		}
		if v := p.told(t); !p.names(v, p.one-1) {
			t.Errorf("while the disk is full this is told to be here: %v", v.Vector)
		}
		empty()
		if v := p.told(t); !p.names(v, p.one-1) {
			t.Errorf("once there is room this is told to be here: %v", v.Vector)
		}
		for _, e := range p.said[p.one:] {
			p.liar.sendsWhole(e)
		}
		p.awaitNamed(t, "all", len(p.said)-1, 0)
		p.ben.sameLacked(t, p.room, "when all came")
		if got := p.ben.Problems(); len(got) != 0 {
			t.Errorf("problems once there is room: %v", got)
		}
	})
}

// TestOldVersionSendsAgainWhatWaits: words that came again and wait, as very much of their author came, are not told as being here; they come once more when our person wants more.
func TestOldVersionSendsAgainWhatWaits(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		p := plead(t, s, 2*event.MaxText, nil, longTexts()...)
		p.awaitNamed(t, "nothing that is lacked", p.one-1, 0)
		again := func() {
			t.Helper()
			for _, e := range p.said[p.one:] {
				p.liar.sendsWhole(e)
			}
			p.liar.settled(p.ben)
		}
		again()
		if !p.ben.holds(p.ben.known(p.room), p.anna.id.PeerID()) {
			t.Fatal("nothing of Anna waits")
		}
		if v := p.told(t); !p.names(v, p.one) {
			t.Errorf("while more waits than one text this is told to be here: %v", v.Vector)
		}
		if _, err := p.ben.More(t.Context(), p.room, p.anna.person()); err != nil {
			t.Fatal(err)
		}
		again()
		if _, err := p.ben.More(t.Context(), p.room, p.anna.person()); err != nil {
			t.Fatal(err)
		}
		again()
		p.awaitNamed(t, "all", len(p.said)-1, 0)
		p.ben.sameLacked(t, p.room, "when all came")
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
