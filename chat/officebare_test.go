package chat

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fxamacker/cbor/v2"

	"lanyard/chat/amend"
	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// TestOfficeDeletedFarBehind: what was taken back long after it was announced holds up nothing that a newcomer gets from others.
func TestOfficeDeletedFarBehind(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		carla.stop()
		wrong := anna.announce(t, "wrong")
		if _, err := anna.Edit(t.Context(), wrong.ID, "still wrong", nil); err != nil {
			t.Fatal(err)
		}
		for i := range 3 {
			anna.announce(t, fmt.Sprint(i)+strings.Repeat("x", event.MaxText-100))
		}
		if _, err := anna.Delete(t.Context(), wrong.ID); err != nil {
			t.Fatal(err)
		}
		anna.announce(t, "after")
		ben.await(t, "he has all", func() bool { return slices.Contains(ben.said(t, event.OfficeID()), "after") })
		anna.stop()
		carla.run(t) // who gets it in frames that Ben made, and passes it on
		carla.await(t, "she has all", func() bool { return slices.Contains(carla.said(t, event.OfficeID()), "after") })
		ben.stop()
		dora := s.start(t, "Dora")
		dora.meet(t, carla)
		dora.await(t, "she has all", func() bool { return slices.Contains(dora.said(t, event.OfficeID()), "after") })
		if said := dora.said(t, event.OfficeID()); slices.ContainsFunc(said, func(text string) bool { return strings.Contains(text, "wrong") }) || len(dora.Dropped()) > 0 {
			t.Errorf("Dora has %d, dropped %v", len(said), dora.Dropped())
		}
		if m, err := dora.Shown(t.Context(), wrong.ID); err != nil || !m.Deleted {
			t.Errorf("what was taken back is %+v, %v", m, err)
		}
	})
}

// TestOfficeForgedProofs: words are not missed for a deletion that somebody else signed, or wrote, or that names something else.
func TestOfficeForgedProofs(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		l := s.lie(t, anna, nil)
		f, first := forge(t, "Carla")
		words := f.log.text(t, "words", nil)
		stripped := *words
		stripped.Salt, stripped.Body = nil, nil
		end := f.log.end
		deletion := func(g *forger, named event.ID) *event.Event {
			e := g.log.event(t, event.KindDelete, encoded(t, amend.Amendment{Kind: event.KindDelete, Named: named}), nil)
			e.Signature = g.id.Sign(event.SigningContext, e.ID[:])
			return e
		}
		other, _ := forge(t, "Ben")
		unsigned, text := deletion(f, words.ID), f.log.text(t, "no deletion", nil)
		unsigned.Signature = l.id.Sign(event.SigningContext, unsigned.ID[:])
		text.Signature = f.id.Sign(event.SigningContext, text.ID[:])
		for _, proof := range []*event.Event{unsigned, text, deletion(other, words.ID), deletion(f, event.ID{1})} {
			stripped.Signature = f.id.Sign(event.SigningContext, stripped.ID[:])
			body, err := event.Run{Events: []*event.Event{first, &stripped}, Proofs: []*event.Event{proof}}.Encode()
			if err != nil {
				t.Fatal(err)
			}
			before := anna.Dropped()[errBare.Error()]
			l.send(wire.KindEvents, body)
			anna.awaitDropped(t, errBare, before+1)
		}
		f.log.end = end
		proof := deletion(f, words.ID)
		body, err := event.Run{Events: []*event.Event{first, &stripped}, Proofs: []*event.Event{proof}}.Encode()
		if err != nil {
			t.Fatal(err)
		}
		l.send(wire.KindEvents, body)
		l.send(wire.KindEvents, f.frame(t, proof, f.log.text(t, "after", nil)))
		anna.await(t, "it is taken with its deletion", func() bool { return slices.Contains(anna.said(t, event.OfficeID()), "after") })
	})
}

// TestOfficeStrippedEdit: a deletion excuses the missing words of edits of what it takes back, and of nothing else.
func TestOfficeStrippedEdit(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		l := s.lie(t, anna, nil)
		f, first := forge(t, "Carla")
		edit := func(of *event.Event, text string, named event.ID) *event.Event {
			e := f.log.event(t, event.KindEdit, encoded(t, amend.Amendment{Kind: event.KindEdit, Named: of.ID, Text: text}), func(h *event.Header) { h.Edits = named[:] })
			return e
		}
		without := func(e *event.Event) *event.Event {
			bare := *e
			bare.Salt, bare.Body = nil, nil
			return &bare
		}
		gone, stays := f.log.text(t, "gone", nil), f.log.text(t, "Monday", nil)
		editGone, editStays := edit(gone, "gone, too", gone.ID), edit(stays, "Tuesday", stays.ID)
		deletion := f.log.event(t, event.KindDelete, encoded(t, amend.Amendment{Kind: event.KindDelete, Named: gone.ID}), nil)
		l.send(wire.KindEvents, f.frame(t, first, without(gone), stays, without(editGone), without(editStays), deletion))
		anna.awaitDropped(t, errBare, 1)
		l.send(wire.KindEvents, f.frame(t, first, without(gone), stays, without(editGone), editStays, deletion))
		anna.await(t, "the edit is taken", func() bool { return slices.Contains(anna.said(t, event.OfficeID()), "Tuesday") })
		l.send(wire.KindEvents, f.frame(t, edit(stays, "Friday", gone.ID)))
		anna.awaitDropped(t, errNamed, 1)
	})
}

// TestHostileOfficeFrames: frames of what is new that break the rules are dropped, and no true one says of others' announcements that they got here.
func TestHostileOfficeFrames(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		anna.announce(t, "words")
		ben.awaitSaid(t, event.OfficeID(), "words")
		l := s.lie(t, ben, nil)
		l.greetOffice(t)
		many := frame.Office{News: vector.Vector{}}
		for len(many.News) <= frame.MaxOfficeLogs {
			_, first := forge(t, "Nobody")
			many.News.Advance(first.VectorLog(), vector.Mark{}, event.PointOf(first).Mark())
		}
		long, err := wire.Marshal(many)
		if err != nil {
			t.Fatal(err)
		}
		for i, body := range [][]byte{nil, noise(5, 300), long} {
			l.send(wire.KindOffice, body)
			ben.await(t, "it is dropped", func() bool { return ben.Dropped()["frames that break the rules"] == uint64(i)+1 })
		}
		told, err := wire.Marshal(frame.Office{Delivered: anna.known(event.OfficeID()).vector(), Read: anna.known(event.OfficeID()).vector()})
		if err != nil {
			t.Fatal(err)
		}
		l.send(wire.KindOffice, told)
		time.Sleep(time.Minute)
		synctest.Wait()
		v := ben.known(event.OfficeID())
		v.mu.Lock()
		if m := v.machines[l.id.PeerID()]; m != nil && len(m.has)+len(m.seen) > 0 {
			t.Errorf("the liar is noted to have %v, to have read %v", m.has, m.seen)
		}
		v.mu.Unlock()
		if _, up := ben.roster.Link(l.id.PeerID()); !up {
			t.Error("the link did not survive")
		}
	})
}

// encoded is the body of an amendment.
func encoded(t *testing.T, a amend.Amendment) cbor.RawMessage {
	t.Helper()
	body, err := a.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return body
}
