package membership

import (
	"slices"
	"testing"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/vector"
)

// TestQuotasOfChanges: as many of each sort take part as rule 1 says, the first in event order; what is too much of one sort takes no room of the other.
func TestQuotasOfChanges(t *testing.T) {
	creator, lamport := somebody(1), uint64(0)
	made := func(by identity.PersonID, kind event.Kind, n int) (all []Change) {
		for range n {
			lamport++
			log := vector.Log{Peer: identity.PeerID(by), ID: vector.LogID{1}}
			all = append(all, Change{Kind: kind, By: by, At: event.Position{Lamport: lamport, Log: log, Number: lamport}})
		}
		return all
	}
	crowd := func(kind event.Kind) (all []Change) {
		_, one, _ := sortOf(kind).limits()
		for n := range 12 {
			all = append(all, made(somebody(byte(10+n)), kind, one+1)...)
		}
		return all
	}
	for _, c := range []struct {
		what string
		all  []Change
		want int
	}{
		{"groups by one person", made(somebody(2), event.KindGroup, 300), PersonalNames},
		{"names and groups are of one sort", slices.Concat(made(somebody(2), event.KindGroup, 150), made(somebody(2), event.KindRename, 150)), PersonalNames},
		{"invitations beside them", slices.Concat(made(somebody(2), event.KindGroup, 300), made(somebody(2), event.KindInvite, 300)), PersonalNames + PersonalMoves},
		{"groups by the creator", made(creator, event.KindGroup, 3000), mostNames},
		{"invitations by the creator", made(creator, event.KindInvite, 3000), mostMoves},
		{"groups by twelve", crowd(event.KindGroup), maxNames},
		{"invitations by twelve", crowd(event.KindInvite), maxMoves},
		{"the creator after them", slices.Concat(crowd(event.KindInvite), made(creator, event.KindRemove, 1)), maxMoves + 1},
		{"others after the creator", slices.Concat(made(creator, event.KindGroup, mostNames), crowd(event.KindGroup)), mostNames + maxNames},
		{"changes of newer versions are of the sort of names", slices.Concat(made(somebody(2), event.LastChange, 150), made(somebody(2), event.KindRename, 150)), PersonalNames},
		{"merges by one person", made(somebody(2), event.KindMerge, 500), personalMerges},
		{"merges by the creator", made(creator, event.KindMerge, 3000), mostMerges},
		{"merges by twelve, and an invitation, a removal and a name after them", slices.Concat(crowd(event.KindMerge), made(somebody(3), event.KindInvite, 1), made(somebody(3), event.KindRemove, 1), made(somebody(3), event.KindRename, 1)), maxMerges + 3},
		{"leaving after them", slices.Concat(crowd(event.KindInvite), made(somebody(3), event.KindLeave, 1)), maxMoves + 1},
		{"leaving twice in a log", slices.Concat(crowd(event.KindInvite), made(somebody(3), event.KindLeave, 2)), maxMoves + 1},
	} {
		if got := newQuotas(creator).bounded(slices.Clone(c.all)); len(got) != c.want {
			t.Errorf("%s: %d take part, not %d", c.what, len(got), c.want)
		}
	}
	groups := made(somebody(2), event.KindGroup, 300)
	if kept := newQuotas(creator).bounded(slices.Clone(groups)); kept[len(kept)-1].At != groups[PersonalNames-1].At {
		t.Error("those that take part are not the first")
	}
}

// TestChangesOfNewerVersions: a change of a kind that is not known yet does nothing, whatever its body; what has seen it takes part.
func TestChangesOfNewerVersions(t *testing.T) {
	for kind := event.KindGroup + 1; kind <= event.LastChange; kind++ {
		if _, err := Read(kind, somebody(1), []byte{0xff}); err != nil {
			t.Fatalf("kind %d: %v", kind, err)
		}
		w := newWorld(false)
		w.change(1, 1, event.KindInvite, 2)
		at := w.change(1, 1, kind, 3)
		w.learn(2)
		w.change(2, 1, event.KindInvite, 4)
		m := w.replay()
		if got := m.who(); got != "[1* 2 4]" || m.name != "Plans" {
			t.Errorf("kind %d: members %s of %q", kind, got, m.name)
		}
		if line, _ := m.Line(w.all[at].ID); line != nil {
			t.Errorf("kind %d has a line", kind)
		}
	}
}
