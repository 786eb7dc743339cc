package chat

import (
	"testing"

	"lanyard/chat/event"
)

// TestCutWithinARunOfAnotherHistory: a restored profile leaves with a number by which, in the history that it has lost, something counts that its author signed only with what
// stands behind that number. Who has it passes it on all the same.
func TestCutWithinARunOfAnotherHistory(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		var both []writing
		for _, text := range []string{"two", "three"} {
			both = append(both, writing{kind: event.KindText, body: marshaled(t, event.Text{Text: text})})
		}
		room, carla, dora := s.signedBehindACut(t, NewRoom{}, both)
		for _, a := range []*agent{carla, dora} {
			a.sameLacked(t, room, "at the end")
			a.holdsNothing(t, room, "three")
			if found, err := a.Verify(t.Context(), room); err != nil || len(found.Alterations) > 0 {
				t.Errorf("%s verifies: %+v %v", a.name, found.Alterations, err)
			}
		}
	})
}

// TestReachesCut: behind a cut no more is taken than headers up to a signature, at most 64, and the words of changes; and only with what counts.
func TestReachesCut(t *testing.T) {
	const cut = 3
	run := func(first, last uint64, change func(*event.Event)) (all []*event.Event) {
		for n := first; n <= last; n++ {
			e := &event.Event{Header: event.Header{Number: n, Kind: event.KindText}}
			if n <= cut {
				e.Salt, e.Body = []byte{1}, []byte("words")
			}
			if change != nil && n == last {
				change(e)
			}
			all = append(all, e)
		}
		return all
	}
	words := func(e *event.Event) { e.Salt, e.Body = []byte{1}, []byte("words") }
	for what, c := range map[string]struct {
		events []*event.Event
		want   bool
	}{
		"as many headers as may be": {run(2, cut+64, nil), true},
		"one more":                  {run(2, cut+65, nil), false},
		"words behind the cut":      {run(2, cut+2, words), false},
		"a change behind the cut": {run(2, cut+2, func(e *event.Event) {
			words(e)
			e.Kind = event.KindRemove
		}), true},
		"the last that counts and more": {run(cut, cut+1, nil), true},
		"nothing that counts":           {run(cut+1, cut+2, nil), false},
	} {
		if got := reachesCut(c.events, cut); got != c.want {
			t.Errorf("%s: %v", what, got)
		}
	}
}
