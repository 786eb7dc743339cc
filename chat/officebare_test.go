package chat

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

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
			anna.announce(t, fmt.Sprint(i)+strings.Repeat("x", MaxText-100))
		}
		if _, err := anna.Delete(t.Context(), wrong.ID); err != nil {
			t.Fatal(err)
		}
		anna.announce(t, "after")
		ben.await(t, "he has all", func() bool { return slices.Contains(ben.said(t, OfficeID()), "after") })
		anna.stop()
		carla.run(t) // who gets it in frames that Ben made, and passes it on
		carla.await(t, "she has all", func() bool { return slices.Contains(carla.said(t, OfficeID()), "after") })
		ben.stop()
		dora := s.start(t, "Dora")
		dora.meet(t, carla)
		dora.await(t, "she has all", func() bool { return slices.Contains(dora.said(t, OfficeID()), "after") })
		if said := dora.said(t, OfficeID()); slices.ContainsFunc(said, func(text string) bool { return strings.Contains(text, "wrong") }) || len(dora.Dropped()) > 0 {
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
		stripped.salt, stripped.body = nil, nil
		end := f.log.end
		deletion := func(g *forger, named EventID) *event {
			e := g.log.event(t, KindDelete, deleteBody{Event: named[:]}, nil)
			e.signature = g.id.Sign(eventContext, e.id[:])
			return e
		}
		other, _ := forge(t, "Ben")
		unsigned, text := deletion(f, words.id), f.log.text(t, "no deletion", nil)
		unsigned.signature = l.id.Sign(eventContext, unsigned.id[:])
		text.signature = f.id.Sign(eventContext, text.id[:])
		for _, proof := range []*event{unsigned, text, deletion(other, words.id), deletion(f, EventID{1})} {
			stripped.signature = f.id.Sign(eventContext, stripped.id[:])
			body, err := run{events: []*event{first, &stripped}, proofs: []*event{proof}}.encode()
			if err != nil {
				t.Fatal(err)
			}
			before := anna.Dropped()[errBare.Error()]
			l.send(wire.KindEvents, body)
			anna.awaitDropped(t, errBare, before+1)
		}
		f.log.end = end
		proof := deletion(f, words.id)
		body, err := run{events: []*event{first, &stripped}, proofs: []*event{proof}}.encode()
		if err != nil {
			t.Fatal(err)
		}
		l.send(wire.KindEvents, body)
		l.send(wire.KindEvents, f.frame(t, proof, f.log.text(t, "after", nil)))
		anna.await(t, "it is taken with its deletion", func() bool { return slices.Contains(anna.said(t, OfficeID()), "after") })
	})
}

// TestOfficeStrippedEdit: a deletion excuses the missing words of edits of what it takes back, and of nothing else.
func TestOfficeStrippedEdit(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.start(t, "Anna")
		l := s.lie(t, anna, nil)
		f, first := forge(t, "Carla")
		edit := func(of *event, text string, named EventID) *event {
			e := f.log.event(t, KindEdit, editBody{Event: of.id[:], Text: text}, func(h *header) { h.Edits = named[:] })
			return e
		}
		without := func(e *event) *event {
			bare := *e
			bare.salt, bare.body = nil, nil
			return &bare
		}
		gone, stays := f.log.text(t, "gone", nil), f.log.text(t, "Monday", nil)
		editGone, editStays := edit(gone, "gone, too", gone.id), edit(stays, "Tuesday", stays.id)
		deletion := f.log.event(t, KindDelete, deleteBody{Event: gone.id[:]}, nil)
		l.send(wire.KindEvents, f.frame(t, first, without(gone), stays, without(editGone), without(editStays), deletion))
		anna.awaitDropped(t, errBare, 1)
		l.send(wire.KindEvents, f.frame(t, first, without(gone), stays, without(editGone), editStays, deletion))
		anna.await(t, "the edit is taken", func() bool { return slices.Contains(anna.said(t, OfficeID()), "Tuesday") })
		l.send(wire.KindEvents, f.frame(t, edit(stays, "Friday", gone.id)))
		anna.awaitDropped(t, errNamed, 1)
	})
}

// TestHostileOfficeFrames: frames of what is new that break the rules are dropped, and no true one says of others' announcements that they got here.
func TestHostileOfficeFrames(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		anna.announce(t, "words")
		ben.awaitSaid(t, OfficeID(), "words")
		l := s.lie(t, ben, nil)
		l.greetOffice(t)
		many := officeFrame{News: seedVector()}
		for len(many.News) <= officeLogs {
			_, first := forge(t, "Nobody")
			many.News.Advance(first.log(), vector.Mark{}, pointOf(first).mark())
		}
		long, err := wire.Marshal(many)
		if err != nil {
			t.Fatal(err)
		}
		for i, body := range [][]byte{nil, noise(5, 300), long} {
			l.send(wire.KindOffice, body)
			ben.await(t, "it is dropped", func() bool { return ben.Dropped()["frames that break the rules"] == uint64(i)+1 })
		}
		told, err := wire.Marshal(officeFrame{Delivered: anna.known(OfficeID()).vector(), Read: anna.known(OfficeID()).vector()})
		if err != nil {
			t.Fatal(err)
		}
		l.send(wire.KindOffice, told)
		time.Sleep(time.Minute)
		synctest.Wait()
		v := ben.known(OfficeID())
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
