package membership

import (
	"testing"

	"lanyard/chat/event"
)

// TestTurnsFor: where a change that comes last, of all that is done, makes who has seen another one a member by that who was none, or none who was one. Person 2 is the one who is asked about, 3 is
// entrusted, 4 a member.
func TestTurnsFor(t *testing.T) {
	for _, c := range []struct {
		what string
		do   func(w *world) (last, from int) // places in all; from -1: it turns nowhere
	}{
		{"a removal is void, as its author was removed before", func(w *world) (int, int) {
			removal := w.change(3, 1, event.KindRemove, 2)
			return w.change(1, 1, event.KindRemove, 3), removal
		}},
		{"so is what its author did behind it", func(w *world) (int, int) {
			removal := w.change(3, 1, event.KindRemove, 2)
			w.change(3, 1, event.KindInvite, 2)
			return w.change(1, 1, event.KindRemove, 3), removal
		}},
		{"an invitation is void, and the removal before it stands", func(w *world) (int, int) {
			w.change(4, 1, event.KindRename, 4)
			w.learn(3)
			w.change(3, 1, event.KindRemove, 2)
			w.learn(4)
			invitation := w.change(4, 1, event.KindInvite, 2)
			return w.write(somebody(1), 1, Change{Kind: event.KindRemove, Who: somebody(4)}), invitation
		}},
		{"a leaving lies behind the cut of a removal, which counts instead", func(w *world) (int, int) {
			leaving := w.change(2, 1, event.KindLeave, 2)
			return w.change(1, 1, event.KindRemove, 2), leaving
		}},
		{"an invitation comes", func(w *world) (int, int) {
			invitation := w.change(4, 1, event.KindInvite, 2)
			return invitation, invitation
		}},
		{"somebody else comes", func(w *world) (int, int) { return w.change(4, 1, event.KindInvite, 5), -1 }},
		{"somebody else is removed", func(w *world) (int, int) { return w.change(3, 1, event.KindRemove, 4), -1 }},
		{"the room is renamed", func(w *world) (int, int) { return w.change(4, 1, event.KindRename, 4), -1 }},
	} {
		t.Run(c.what, func(t *testing.T) {
			w := newWorld(false)
			w.change(1, 1, event.KindInvite, 2)
			w.change(1, 1, event.KindInvite, 4)
			w.change(1, 1, event.KindEntrust, 3)
			w.learn(1, 2, 3, 4)
			last, from := c.do(w)
			known := append(append([]Change{}, w.all[:last]...), w.all[last+1:]...)
			at, turns := w.replay().TurnsFor(Replay(w.creation, known, w.begun), somebody(2))
			switch {
			case from < 0 && turns:
				t.Errorf("it turns at %v", at)
			case from >= 0 && (!turns || at != w.all[from].At):
				t.Errorf("it turns %v at %v, and not at %v", turns, at, w.all[from].At)
			}
		})
	}
}
