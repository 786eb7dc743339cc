package membership

import (
	"fmt"
	"strings"
	"testing"

	"lanyard/chat/event"
)

// shown are the lines of changes, in event order, by the numbers of the persons.
func (m *State) shown() string {
	var all []string
	for i := range m.nodes {
		if change, overruled := m.Line(m.nodes[i].ID); change != nil {
			text := fmt.Sprint(m.nodes[i].By[0], " ", change.What(), " ", change.Who[0])
			if overruled {
				text += " in vain"
			}
			all = append(all, text)
		}
	}
	return strings.Join(all, ", ")
}

// TestWhichLinesAreShown: a line is shown of what counts, and says so when a removal or leaving at the same time counts more.
func TestWhichLinesAreShown(t *testing.T) {
	for _, c := range []struct {
		what string
		open bool
		do   func(w *world)
		want string
	}{
		{"who is no member can do nothing", false, func(w *world) {
			w.change(2, 1, event.KindInvite, 3)
			w.change(2, 1, event.KindRename, 2)
			w.change(2, 1, event.KindJoin, 2)
		}, ""},
		{"who may not remove or entrust", false, func(w *world) {
			w.change(1, 1, event.KindInvite, 2)
			w.change(1, 1, event.KindInvite, 3)
			w.learn(2)
			w.change(2, 1, event.KindRemove, 3)
			w.change(2, 1, event.KindEntrust, 3)
		}, "1 invited 2, 1 invited 3"},
		{"what lies behind a cut", false, func(w *world) {
			w.change(1, 1, event.KindInvite, 2)
			w.learn(2)
			w.change(1, 1, event.KindRemove, 2)
			w.change(2, 1, event.KindInvite, 3)
			w.change(2, 1, event.KindRename, 2)
		}, "1 invited 2, 1 removed 2"},
		{"merges", false, func(w *world) {
			w.change(1, 1, event.KindInvite, 2)
			w.change(1, 1, event.KindMerge, 1)
		}, "1 invited 2"},
		{"an invitation beaten by a removal at the same time", false, func(w *world) {
			w.change(1, 1, event.KindInvite, 2)
			w.change(1, 1, event.KindInvite, 3)
			w.learn(2)
			w.change(2, 1, event.KindInvite, 3)
			w.change(1, 1, event.KindRemove, 3)
		}, "1 invited 2, 1 invited 3, 2 invited 3 in vain, 1 removed 3"},
		{"an invitation after a removal", false, func(w *world) {
			w.change(1, 1, event.KindInvite, 2)
			w.change(1, 1, event.KindRemove, 2)
			w.change(1, 1, event.KindInvite, 2)
		}, "1 invited 2, 1 removed 2, 1 invited 2"},
		{"trust in somebody who is leaving", false, func(w *world) {
			w.change(1, 1, event.KindInvite, 2)
			w.learn(2)
			w.change(2, 1, event.KindLeave, 2)
			w.change(1, 1, event.KindEntrust, 2)
		}, "1 invited 2, 2 left 2, 1 entrusted 2 in vain"},
	} {
		w := newWorld(c.open)
		c.do(w)
		if got := w.replay().shown(); got != c.want {
			t.Errorf("%s: the lines are %q, want %q", c.what, got, c.want)
		}
	}
}
