package chat

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/blob"
	"lanyard/internal/identity"
	"lanyard/internal/lantest"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// liar is somebody with an identity and a link who sends whatever a test wants.
type liar struct {
	t      *testing.T
	id     *identity.Identity
	roster *peer.Roster
	link   *peer.Link
	host   *lantest.Host

	mu   sync.Mutex
	seen []wire.Frame
}

// lie links a liar to an agent on the LAN in memory. What it offers are capabilities beside the usual ones.
func (s *site) lie(t *testing.T, to *agent, serve blob.Source, offers ...string) *liar {
	t.Helper()
	id, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	s.hosts++
	host := s.lan.Host("liar", fmt.Sprintf("10.0.0.%d", s.hosts))
	log := slog.New(slog.DiscardHandler)
	db, err := store.Open(filepath.Join(t.TempDir(), "lanyard.db"), log, peer.Part())
	if err != nil {
		t.Fatal(err)
	}
	l := &liar{t: t, id: id, host: host, roster: peer.New(peer.Config{Identity: id, DB: db, Network: host, Port: peer.DefaultPort, Name: "Mallory", Log: log})}
	owner := l.roster.Owner("liar", peer.ClassChat)
	owner.Offer(capabilityOffice)
	for _, capability := range append(offers, capabilityWords) {
		owner.Offer(capability)
	}
	for _, k := range []wire.Kind{wire.KindVectors, wire.KindEvents, wire.KindStates, wire.KindTips, wire.KindGaps, wire.KindWords} {
		owner.Handle(k, func(_ *peer.Link, body []byte) {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.seen = append(l.seen, wire.Frame{Kind: k, Body: body})
		})
	}
	exchange := blob.New(blob.Config{Roster: l.roster, Log: log})
	if serve != nil {
		exchange.Serve(blob.FileContent, serve)
	}
	storing, linking, moving := background(db.Run), background(l.roster.Run), background(exchange.Run)
	t.Cleanup(func() {
		for _, end := range []func() error{linking, moving, storing, db.Close} {
			if err := end(); err != nil {
				t.Error(err)
			}
		}
	})
	if _, err := l.roster.Add(t.Context(), fmt.Sprintf("%s:%d", to.host.Addresses()[0], to.port)); err != nil {
		t.Fatal(err)
	}
	to.await(t, "a link to the liar", func() bool { _, ok := to.roster.Link(id.PeerID()); return ok })
	link, ok := l.roster.Link(to.id.PeerID())
	if !ok {
		t.Fatal("the liar has no link")
	}
	l.link = link
	return l
}

func (l *liar) send(k wire.Kind, body []byte) {
	l.t.Helper()
	if err := l.link.Send(l.t.Context(), k, body); err != nil {
		l.t.Fatal(err)
	}
}

// log is a log that the liar writes.
type lyingLog struct {
	header event.Header
	end    event.Point
}

func (l *liar) newLog(in event.ConversationID) *lyingLog {
	return &lyingLog{header: event.Header{Conversation: in[:], Peer: l.id.PeerID(), Log: vector.NewLogID(), Time: time.Now().UnixMilli()}}
}

// text writes the next event of the log; change may change its header.
func (g *lyingLog) text(t *testing.T, text string, change func(*event.Header)) *event.Event {
	t.Helper()
	return g.event(t, event.KindText, event.Text{Text: text}, change)
}

func (g *lyingLog) event(t *testing.T, kind event.Kind, content any, change func(*event.Header)) *event.Event {
	t.Helper()
	body, err := wire.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	h := g.header
	h.Number, h.Lamport, h.Kind = g.end.Number+1, g.end.Lamport+1, kind
	if h.Number > 1 {
		h.Previous = g.end.ID[:]
	}
	if change != nil {
		change(&h)
	}
	e, err := event.New(h, body)
	if err != nil {
		t.Fatal(err)
	}
	g.end = event.PointOf(e)
	return e
}

// framed signs events with a key and makes a frame of them; change may change it before it is encoded.
func framed(t *testing.T, id *identity.Identity, change func(*event.Frame), events ...*event.Event) []byte {
	t.Helper()
	last := events[len(events)-1]
	f := event.Frame{Conversation: events[0].Conversation, Signature: id.Sign(event.SigningContext, last.ID[:])}
	for _, e := range events {
		f.Events = append(f.Events, event.RawEvent{Header: e.Raw, Salt: e.Salt, Body: e.Body})
	}
	if change != nil {
		change(&f)
	}
	b, err := wire.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// settled waits until the agent has handled everything sent so far: it answers vectors that show more than it has.
func (l *liar) settled(to *agent) {
	l.t.Helper()
	id := event.DirectID(l.id.Person(), to.person())
	l.mu.Lock()
	before := len(l.seen)
	l.mu.Unlock()
	time.Sleep(2 * askPause) // of the bubble's clock: the same vector is not sent again sooner
	v := vector.Vector{}
	v.Advance(vector.Log{Peer: l.id.PeerID(), ID: vector.NewLogID()}, vector.Mark{}, vector.Mark{Number: 1, Hash: vector.Hash{1}})
	b, err := wire.Marshal(frame.Vectors{Conversation: id[:], Vector: v})
	if err != nil {
		l.t.Fatal(err)
	}
	l.send(wire.KindVectors, b)
	to.await(l.t, "an answer to the liar", func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		for _, f := range l.seen[before:] {
			if f.Kind == wire.KindVectors {
				return true
			}
		}
		return false
	})
}

func TestLyingFramesAreDropped(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		ben.send(t, anna, "private")
		anna.awaitTexts(t, ben, "private")
		l := s.lie(t, anna, nil)
		in := event.DirectID(l.id.Person(), anna.person())
		other := event.DirectID(anna.person(), ben.person())
		zoe, err := identity.Generate()
		if err != nil {
			t.Fatal(err)
		}
		good := l.newLog(in)
		start := good.text(t, "good", nil)
		l.send(wire.KindEvents, framed(t, l.id, nil, start))
		cases := []struct {
			what string
			make func(g *lyingLog) []byte
		}{
			{"noise", func(*lyingLog) []byte { return noise(3, 500) }},
			{"nothing", func(*lyingLog) []byte { return nil }},
			{"no event", func(g *lyingLog) []byte {
				return framed(t, l.id, func(f *event.Frame) { f.Events = nil }, g.text(t, "x", nil))
			}},
			{"a signature of somebody else", func(g *lyingLog) []byte { return framed(t, zoe, nil, g.text(t, "x", nil)) }},
			{"no signature", func(g *lyingLog) []byte {
				return framed(t, l.id, func(f *event.Frame) { f.Signature = nil }, g.text(t, "x", nil))
			}},
			{"a signature made for a state", func(g *lyingLog) []byte {
				e := g.text(t, "x", nil)
				return framed(t, l.id, func(f *event.Frame) { f.Signature = l.id.Sign(frame.StateContext, e.ID[:]) }, e)
			}},
			{"an event in the name of the reader", func(g *lyingLog) []byte {
				return framed(t, l.id, nil, g.text(t, "x", func(h *event.Header) { h.Peer = anna.id.PeerID() }))
			}},
			{"an event in the name of a third person", func(g *lyingLog) []byte {
				return framed(t, l.id, nil, g.text(t, "x", func(h *event.Header) { h.Peer = ben.id.PeerID() }))
			}},
			{"an event of somebody never met", func(g *lyingLog) []byte {
				return framed(t, zoe, nil, g.text(t, "x", func(h *event.Header) { h.Peer = zoe.PeerID() }))
			}},
			{"another body", func(g *lyingLog) []byte {
				return framed(t, l.id, func(f *event.Frame) { f.Events[0].Body = []byte{0xa1, 0x01, 0x61, 'y'} }, g.text(t, "x", nil))
			}},
			{"a body without salt", func(g *lyingLog) []byte {
				return framed(t, l.id, func(f *event.Frame) { f.Events[0].Salt = nil }, g.text(t, "x", nil))
			}},
			{"another conversation", func(g *lyingLog) []byte {
				g.header.Conversation = other[:]
				return framed(t, l.id, nil, g.text(t, "x", nil))
			}},
			{"another conversation in the frame only", func(g *lyingLog) []byte {
				return framed(t, l.id, func(f *event.Frame) { f.Conversation = other[:] }, g.text(t, "x", nil))
			}},
			{"a gap within", func(g *lyingLog) []byte {
				first := g.text(t, "x", nil)
				g.text(t, "left out", nil)
				return framed(t, l.id, nil, first, g.text(t, "y", nil))
			}},
			{"two logs in one frame", func(g *lyingLog) []byte {
				return framed(t, l.id, nil, g.text(t, "x", nil), l.newLog(in).text(t, "y", nil))
			}},
			{"number 0", func(g *lyingLog) []byte {
				return framed(t, l.id, nil, g.text(t, "x", func(h *event.Header) { h.Number = 0 }))
			}},
			{"a first event that follows one", func(g *lyingLog) []byte {
				return framed(t, l.id, nil, g.text(t, "x", func(h *event.Header) { h.Previous = make([]byte, 32) }))
			}},
			{"a Lamport time of 0", func(g *lyingLog) []byte {
				return framed(t, l.id, nil, g.text(t, "x", func(h *event.Header) { h.Lamport = 0 }))
			}},
			{"a header that is too long", func(g *lyingLog) []byte {
				return framed(t, l.id, nil, g.text(t, "x", func(h *event.Header) { h.Membership = make([]byte, 400) }))
			}},
			{"a middle without beginning", func(g *lyingLog) []byte {
				g.text(t, "never sent", nil)
				return framed(t, l.id, nil, g.text(t, "x", nil))
			}},
			{"a Lamport time beyond the limit", func(g *lyingLog) []byte {
				return framed(t, l.id, nil, g.text(t, "x", func(h *event.Header) { h.Lamport = event.Leap + 1 }))
			}},
		}
		for _, c := range cases {
			l.send(wire.KindEvents, c.make(l.newLog(in)))
		}
		l.send(wire.KindEvents, framed(t, l.id, nil, good.text(t, "good still", nil)))
		l.settled(anna)
		history, err := anna.History(t.Context(), anna.Direct(l.id.Person()), Query{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range history.Messages {
			got = append(got, m.Text)
		}
		if strings.Join(got, ",") != "good,good still" {
			t.Errorf("shown: %q", got)
		}
		if told := anna.awaitTold(t, 3); strings.Join(told, ",") != "private,good,good still" {
			t.Errorf("told: %q", told)
		}
		if _, up := anna.roster.Link(l.id.PeerID()); !up {
			t.Error("the link did not survive")
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		for _, f := range l.seen {
			if strings.Contains(string(f.Body), "private") {
				t.Errorf("the liar got a %s of somebody else's conversation", f.Kind)
			}
		}
	})
}

// TestLamportLimitEndsALog: an event beyond the limit, and all that follow it, are ignored; other logs go on.
func TestLamportLimitEndsALog(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		l := s.lie(t, anna, nil)
		in := event.DirectID(l.id.Person(), anna.person())
		g := l.newLog(in)
		one := g.text(t, "one", nil)
		two := g.text(t, "two", func(h *event.Header) { h.Lamport = one.Lamport + event.Leap })
		far := g.text(t, "too far", func(h *event.Header) { h.Lamport = two.Lamport + event.Leap + 1 })
		after := g.text(t, "after", nil)
		l.send(wire.KindEvents, framed(t, l.id, nil, one, two, far))
		l.send(wire.KindEvents, framed(t, l.id, nil, after))
		back := l.newLog(in)
		first := back.text(t, "in another log", nil)
		l.send(wire.KindEvents, framed(t, l.id, nil, first, back.text(t, "falls", func(h *event.Header) { h.Lamport = first.Lamport })))
		l.settled(anna)
		page, err := anna.History(t.Context(), anna.Direct(l.id.Person()), Query{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range page.Messages {
			got = append(got, m.Text)
		}
		// The two first ones have one time: the random log IDs decide.
		if all := strings.Join(got, ","); all != "one,in another log,two" && all != "in another log,one,two" {
			t.Errorf("shown: %q", got)
		}
		reply, err := anna.Send(t.Context(), anna.Direct(l.id.Person()), "reply")
		if err != nil {
			t.Fatal(err)
		}
		v := anna.conversation(l.id.Person())
		if at := v.pen.branch.tip.Lamport; at > event.Leap {
			t.Errorf("%s: our own time jumped to %d", reply[0].ID, at)
		}
	})
}

func TestLyingStatesAreDropped(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		ben.stop()
		waiting := anna.send(t, ben, "to Ben")[0]
		l := s.lie(t, anna, nil)
		in, other := event.DirectID(l.id.Person(), anna.person()), event.DirectID(anna.person(), ben.person())
		sent, err := anna.Send(t.Context(), anna.Direct(l.id.Person()), "to the liar")
		if err != nil {
			t.Fatal(err)
		}
		all := anna.conversation(ben.person()).vector()
		has := anna.conversation(l.id.Person()).vector()
		mine := func(change func(*frame.State)) frame.SignedState {
			st := frame.State{Conversation: in[:], Peer: l.id.PeerID(), Counter: 5, Delivered: has, Read: vector.Vector{}}
			change(&st)
			signed, err := st.Sign(l.id)
			if err != nil {
				t.Fatal(err)
			}
			return signed
		}
		for _, c := range []frame.SignedState{
			mine(func(s *frame.State) { s.Conversation, s.Delivered = other[:], all }),
			mine(func(s *frame.State) { s.Peer = ben.id.PeerID() }),
			mine(func(s *frame.State) { s.Peer = anna.id.PeerID(); s.Counter = 99 }),
			mine(func(s *frame.State) { s.Counter = 0 }),
			{Body: noise(1, 90), Signature: noise(2, 64)},
			{Body: mine(func(*frame.State) {}).Body, Signature: noise(2, 64)},
		} {
			b, err := wire.Marshal(frame.States{States: []frame.SignedState{c}})
			if err != nil {
				t.Fatal(err)
			}
			l.send(wire.KindStates, b)
		}
		l.settled(anna)
		for _, id := range []event.ID{waiting.ID, sent[0].ID} {
			if m, err := anna.Message(t.Context(), id); err != nil || m.States[0].Delivery != Waiting {
				t.Errorf("%q is %v, %v", m.Text, m.States, err)
			}
		}
		if v := anna.conversation(l.id.Person()); v.pen.branch == nil || v.outdone() {
			t.Error("a state that was not ours made us give up our log")
		}
		b, err := wire.Marshal(frame.States{States: []frame.SignedState{mine(func(*frame.State) {}), mine(func(s *frame.State) { s.Counter, s.Delivered = 4, vector.Vector{} })}})
		if err != nil {
			t.Fatal(err)
		}
		l.send(wire.KindStates, b)
		anna.awaitState(t, sent[0].ID, Delivered)
	})
}

// source serves what a test wants.
type source func(hash blob.Hash) (blob.Content, error)

func (f source) Open(_ context.Context, _ identity.PersonID, _ blob.Scope, hash blob.Hash) (blob.Content, error) {
	return f(hash)
}
