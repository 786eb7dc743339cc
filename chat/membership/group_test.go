package membership

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/name"
)

// group has somebody name a group with what they know.
func (w *world) group(by byte, called string, members ...byte) {
	in := []identity.PersonID{}
	for _, n := range members {
		in = append(in, somebody(n))
	}
	w.write(somebody(by), 1, Change{Kind: event.KindGroup, Who: somebody(by), Name: called, In: in})
}

// called lists the groups with who is in them.
func (m *State) called() string {
	var all []string
	for _, g := range m.Groups() {
		text := g.Name + ":"
		for _, who := range g.Members {
			text += fmt.Sprint(who[0])
		}
		all = append(all, text)
	}
	return strings.Join(all, " ")
}

// TestRulesOfGroups goes through what rule 3 says of groups. Person 1 made the room; 2 and 3 are members who know of each other.
func TestRulesOfGroups(t *testing.T) {
	for _, c := range []struct {
		what string
		do   func(w *world)
		want string
	}{
		{"a room has none at first", func(*world) {}, ""},
		{"any member names one", func(w *world) { w.group(2, "Sales", 1, 3) }, "Sales:13"},
		{"who is no member names none", func(w *world) { w.group(9, "Sales", 1) }, ""},
		{"the last one counts, in whatever case", func(w *world) { w.group(2, "Sales", 1); w.learn(3); w.group(3, "SALES", 2, 3) }, "SALES:23"},
		{"of two at the same time too", func(w *world) { w.group(2, "Sales", 1); w.group(3, "sales", 3) }, "sales:3"},
		{"without persons it is none", func(w *world) { w.group(2, "Sales", 1); w.learn(3); w.group(3, "Sales") }, ""},
		{"and can be again", func(w *world) { w.group(2, "A", 1); w.group(2, "B", 1); w.group(2, "A"); w.group(2, "A", 2) }, "A:2 B:1"},
		{"who is no member is in none", func(w *world) { w.group(2, "Sales", 1, 7) }, "Sales:1"},
		{"who was removed is in none", func(w *world) { w.group(2, "Sales", 1, 3); w.learn(1); w.change(1, 1, event.KindRemove, 3) }, "Sales:1"},
		{"and is again when invited again", func(w *world) {
			w.group(2, "Sales", 1, 3)
			w.learn(1)
			w.change(1, 1, event.KindRemove, 3)
			w.change(1, 1, event.KindInvite, 3)
		}, "Sales:13"},
		{"what a removed person names behind the cut counts nothing", func(w *world) {
			w.learn(1)
			w.change(1, 1, event.KindRemove, 3)
			w.group(3, "Mine", 3)
		}, ""},
		{"a group is there though nobody in it is a member", func(w *world) { w.group(2, "Sales", 7) }, "Sales:"},
	} {
		t.Run(c.what, func(t *testing.T) {
			w := newWorld(false)
			w.change(1, 1, event.KindInvite, 2)
			w.change(1, 1, event.KindInvite, 3)
			w.learn(2, 3)
			c.do(w)
			if got := w.replay().called(); got != c.want {
				t.Errorf("groups %q, want %q", got, c.want)
			}
		})
	}
}

// TestGroupsFollowFromTheSet: in whatever order changes come, the groups are the same; the last one of a name that counts decides, there are at most 32, and a
// new name takes no older one away.
func TestGroupsFollowFromTheSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(false)
		w.change(1, 1, event.KindInvite, 2)
		w.change(1, 1, event.KindInvite, 3)
		w.learn(2, 3)
		names := rapid.IntRange(1, 40).Draw(t, "names")
		last := map[string]group{}
		var first []string
		for range rapid.IntRange(0, 80).Draw(t, "changes") {
			by, called := rapid.ByteRange(1, 3).Draw(t, "by"), fmt.Sprintf("Group %d", rapid.IntRange(1, names).Draw(t, "name"))
			if rapid.Bool().Draw(t, "loud") {
				called = strings.ToUpper(called)
			}
			in := rapid.SliceOfNDistinct(rapid.ByteRange(1, 4), 0, 4, rapid.ID[byte]).Draw(t, "in")
			if rapid.Bool().Draw(t, "hears") {
				w.learn(by)
			}
			w.group(by, called, in...)
			key := name.Fold(called)
			if _, known := last[key]; !known {
				first = append(first, key)
			}
			last[key] = group{name: called, in: w.all[len(w.all)-1].In}
		}
		var want []group
		for _, key := range first {
			if g := last[key]; len(g.in) > 0 && len(want) < MaxGroups {
				want = append(want, g)
			}
		}
		whole := w.replay()
		if len(whole.groups) != len(want) || len(want) > 0 && !reflect.DeepEqual(whole.groups, want) {
			t.Fatalf("groups %v, want %v", whole.groups, want)
		}
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "shuffle"), 1))
		rng.Shuffle(len(w.all), func(i, j int) { w.all[i], w.all[j] = w.all[j], w.all[i] })
		if got := w.replay(); !reflect.DeepEqual(got.groups, whole.groups) {
			t.Fatalf("in another order %v, want %v", got.groups, whole.groups)
		}
	})
}

// TestTooManyGroups: of more groups than a room may have those are none whose names came up last, and no name twice in one, nor everybody's.
func TestTooManyGroups(t *testing.T) {
	w := newWorld(false)
	for n := range MaxGroups + 2 {
		w.group(1, fmt.Sprint("group ", n), 1)
	}
	w.group(1, "group 0", 1)
	all := w.replay().Groups()
	if len(all) != MaxGroups || all[0].Name != "group 0" || all[MaxGroups-1].Name != fmt.Sprint("group ", MaxGroups-1) {
		t.Errorf("there are %d: %v", len(all), all)
	}
	for what, b := range map[string]Body{
		"everybody's name":    {Name: "EveryOne", In: []identity.PersonID{somebody(1)}},
		"somebody twice":      {Name: "Sales", In: []identity.PersonID{somebody(1), somebody(2), somebody(1)}},
		"more than a room is": {Name: "Sales", In: slices.Repeat([]identity.PersonID{somebody(1)}, MaxMembers+1)},
	} {
		if isGroup(&b) {
			t.Errorf("%s is taken", what)
		}
	}
	if !isGroup(&Body{Name: "Sales", In: []identity.PersonID{somebody(1), somebody(2)}}) {
		t.Error("a group is not taken")
	}
}
