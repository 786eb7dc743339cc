package chat

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/chat/amend"
	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// scribe writes a conversation as its author could, in logs of its own.
type scribe struct {
	random *rand.Rand
	id     *identity.Identity
	in     event.ConversationID
	logs   []vector.Log
	ends   map[vector.Log]event.Point
	seen   uint64
	events map[vector.Log][]*event.Event
	texts  []event.ID
}

func newScribe(random *rand.Rand, id *identity.Identity, in event.ConversationID) *scribe {
	w := &scribe{random: random, id: id, in: in, ends: map[vector.Log]event.Point{}, events: map[vector.Log][]*event.Event{}, seen: 100}
	for i := range 3 {
		log := vector.LogID{byte(i + 1)}
		w.logs = append(w.logs, vector.Log{Peer: id.PeerID(), ID: log})
	}
	return w
}

func (w *scribe) write(t *testing.T, kind event.Kind, body []byte, again []byte) *event.Event {
	t.Helper()
	log := w.logs[w.random.IntN(len(w.logs))]
	h := event.Header{Conversation: w.in[:], Peer: log.Peer, Log: log.ID, Kind: kind, Again: again, Time: time.Unix(int64(w.seen), 0).UnixMilli()}
	e, err := h.Next(w.ends[log], w.seen+uint64(w.random.IntN(2)), body)
	if err != nil {
		t.Fatal(err)
	}
	w.ends[log], w.seen = event.PointOf(e), max(w.seen, e.Lamport)
	w.events[log] = append(w.events[log], e)
	return e
}

// sign makes a run of events that follow each other.
func (w *scribe) sign(events ...*event.Event) event.Run {
	last := events[len(events)-1]
	last.Signature = w.id.Sign(event.SigningContext, last.ID[:])
	return event.Run{Events: events}
}

// step writes a text, a re-issue of one, or an amendment of one.
func (w *scribe) step(t *testing.T) {
	t.Helper()
	if len(w.texts) == 0 || w.random.IntN(4) == 0 {
		b := event.Text{Text: fmt.Sprint("text ", len(w.texts))}
		if len(w.texts) > 0 && w.random.IntN(2) == 0 {
			named := w.texts[w.random.IntN(len(w.texts))]
			b.ReplyTo = named[:]
		}
		body, err := wire.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		e := w.write(t, event.KindText, body, nil)
		w.texts = append(w.texts, e.ID)
		if w.random.IntN(4) == 0 {
			w.texts = append(w.texts, w.write(t, event.KindText, e.Body, e.ID[:]).ID)
		}
		return
	}
	named := w.texts[w.random.IntN(len(w.texts))]
	a := amend.Amendment{Kind: []event.Kind{event.KindEdit, event.KindEdit, event.KindReaction, event.KindReaction, event.KindPin, event.KindDelete}[w.random.IntN(6)], Named: named,
		Text: fmt.Sprint("edit ", w.random.IntN(99)), Emoji: []string{"👍", "🎉"}[w.random.IntN(2)], On: w.random.IntN(3) > 0}
	body, err := a.Encode()
	if err != nil {
		t.Fatal(err)
	}
	e := w.write(t, a.Kind, body, nil)
	if w.random.IntN(5) == 0 {
		w.write(t, a.Kind, body, e.ID[:])
	}
}

// shuffled returns all events in an order in which they may arrive: within a log as they were written.
func (w *scribe) shuffled(random *rand.Rand) (order []*event.Event) {
	left := map[vector.Log]int{}
	for log, events := range w.events {
		left[log] = len(events)
	}
	for {
		open := slices.DeleteFunc(slices.Clone(w.logs), func(l vector.Log) bool { return left[l] == 0 })
		if len(open) == 0 {
			return order
		}
		log := open[random.IntN(len(open))]
		for range random.IntN(left[log]) + 1 {
			order = append(order, w.events[log][len(w.events[log])-left[log]])
			left[log]--
		}
	}
}

// picture is everything that people see of a conversation, and what of it is kept.
type picture struct {
	Messages []Message
	Versions [][]Version
	Row      Conversation
	First    event.ID
	Dropped  int
	Waiting  bool
}

func (a *agent) picture(t *testing.T, with identity.PersonID) picture {
	t.Helper()
	page, err := a.History(t.Context(), a.Direct(with), Query{})
	if err != nil {
		t.Fatal(err)
	}
	p := picture{Messages: page.Messages, First: page.FirstUnread, Dropped: dropped(t, a), Waiting: a.conversation(with).awaits()}
	for _, m := range page.Messages {
		versions, err := a.Versions(t.Context(), m.ID)
		if err != nil {
			t.Fatal(err)
		}
		p.Versions = append(p.Versions, versions)
	}
	if p.Row, err = a.Conversation(t.Context(), a.Direct(with)); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestEveryOrderOfArrival has the same events arrive in many orders, in turns of many sizes, and over a restart: what is seen and what is kept is
// the same in the end.
func TestEveryOrderOfArrival(t *testing.T) {
	seed := seedOf(t)
	s := &site{dir: inMemoryDir(t)}
	anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
	anna.meet(t, ben)
	ben.stop()
	anna.stop()
	put := anna.copyProfile(t)
	for round := range 8 {
		random := rand.New(rand.NewPCG(seed, uint64(round)))
		w := newScribe(random, ben.id, event.DirectID(anna.person(), ben.person()))
		for range 5 + random.IntN(40) {
			w.step(t)
		}
		var want picture
		for try := range 4 {
			put()
			anna.run(t)
			v := anna.conversation(ben.person())
			for i, e := range w.shuffled(random) {
				if err := anna.Chat.accept(t.Context(), v, w.sign(e)); err != nil {
					t.Fatalf("round %d, order %d, event %d: %v", round, try, i, err)
				}
				if random.IntN(4) == 0 {
					anna.settled(t, v)
				}
			}
			anna.await(t, "everything is stored", func() bool { return anna.has(v, w) })
			if try%2 == 1 {
				anna.stop()
				anna.run(t)
			}
			got := anna.picture(t, ben.person())
			anna.stop()
			if try == 0 {
				want = got
				continue
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("round %d, order %d: %s", round, try, difference(t, got, want))
			}
		}
	}
}

// difference shows the lines in which two pictures differ.
func difference(t *testing.T, got, want picture) string {
	t.Helper()
	numbers := regexp.MustCompile(`\d+,\s+(\d+,\s+)*\d+`) // IDs
	lines := func(p picture) []string {
		b, err := json.MarshalIndent(p, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		b = numbers.ReplaceAllFunc(b, func(id []byte) []byte { return bytes.Join(bytes.Fields(id), nil) })
		return strings.Split(string(b), "\n")
	}
	a, b := lines(got), lines(want)
	var out strings.Builder
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			fmt.Fprintf(&out, "%s %s, not %s\n", a[i-1], a[i], b[i])
		}
	}
	fmt.Fprintf(&out, "%d lines, not %d", len(a), len(b))
	return out.String()
}

// has reports whether everything that w wrote is durable here.
func (a *agent) has(v *conversation, w *scribe) bool {
	for log, end := range w.ends {
		views := v.views(log)
		if len(views) != 1 || views[0].kept.Number != end.Number {
			return false
		}
	}
	return true
}

// settled waits until nothing waits to be stored, so that turns have different sizes.
func (a *agent) settled(t *testing.T, v *conversation) {
	t.Helper()
	a.await(t, "what came is stored", func() bool {
		for _, w := range v.allViews() {
			if w.kept != w.tip {
				return false
			}
		}
		return true
	})
}

// TestFloodOfReactions: ten thousand reactions and edits cost their message no more than a few, and what is not theirs to do changes nothing.
func TestFloodOfReactions(t *testing.T) {
	s := &site{dir: inMemoryDir(t)}
	anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
	anna.meet(t, ben)
	ben.stop()
	mine := anna.send(t, ben, "mine")[0]
	w := newScribe(rand.New(rand.NewPCG(1, 2)), ben.id, event.DirectID(anna.person(), ben.person()))
	w.logs = w.logs[:1]
	var events []*event.Event
	for i := range 10_000 {
		a := amend.Amendment{Kind: event.KindReaction, Named: mine.ID, Emoji: fmt.Sprint("e", i), On: true}
		switch i % 100 {
		case 7:
			a = amend.Amendment{Kind: event.KindEdit, Named: mine.ID, Text: "not yours"}
		case 8:
			a = amend.Amendment{Kind: event.KindDelete, Named: mine.ID}
		}
		body, err := a.Encode()
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, w.write(t, a.Kind, body, nil))
	}
	v := anna.conversation(ben.person())
	for chunk := range slices.Chunk(events, 1000) {
		if err := anna.Chat.accept(t.Context(), v, w.sign(chunk...)); err != nil {
			t.Fatal(err)
		}
	}
	anna.await(t, "all is stored", func() bool { return anna.has(v, w) })
	m := anna.message(t, mine.ID)
	if m.Text != "mine" || m.Edits != 0 || m.Deleted || len(m.Reactions) != amend.MaxReactions || m.Reacted != 9800-amend.MaxReactions {
		t.Errorf("%q, %d edits, %d listed, %d more", m.Text, m.Edits, len(m.Reactions), m.Reacted)
	}
	err := anna.config.DB.Read(t.Context(), func(tx *store.Tx) error {
		var size int
		if err := tx.QueryRow(`SELECT max(length(body)) FROM chat_upshot`).Scan(&size); err != nil {
			return err
		}
		if size > 4096 {
			t.Errorf("what they come to takes %d bytes", size)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
