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
