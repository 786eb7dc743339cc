package share

import (
	"context"
	"errors"
	"testing"

	"lanyard/internal/blob"
	"lanyard/internal/identity"
)

// swarmOf is a swarm of groups of two chunks each, of which the sizes tell where they lie; so many machines fetch.
func swarmOf(groups, machines int) *swarm {
	var items []blob.Item
	for i := range 2 * groups {
		items = append(items, blob.Item{Size: haulBytes/2 - int64(i)})
	}
	w := newSwarm(nil, asking{}, machine{}, items)
	w.working = machines
	return w
}

// gets has a machine take a group and, of its chunks, bring so many.
func (w *swarm) gets(t *testing.T, from *supplier, chunks int) *group {
	t.Helper()
	g, into := w.take(from)
	if g == nil {
		t.Fatal("nothing is left to be fetched")
	}
	w.brings(from, g, into, chunks)
	return g
}

func (w *swarm) brings(from *supplier, g *group, into *haul, chunks int) {
	for i := range chunks {
		into.bytes = append(into.bytes, byte(g.items[i].Size))
		into.ends = append(into.ends, len(into.bytes))
	}
	w.put(from, g, into)
}

// one and two have the content.
var one, two = &supplier{machine: identity.PeerID{1}}, &supplier{machine: identity.PeerID{2}}

// TestSwarmOrder: groups are handed on in their order, whoever brings them when, and few are ahead of it.
func TestSwarmOrder(t *testing.T) {
	w := swarmOf(4, 2)
	g1, into1 := w.take(one)
	w.gets(t, two, 2)
	w.gets(t, two, 2)
	if g, _ := w.choose(two); g != nil {
		t.Errorf("a group is fetched while %d wait to be handed on", len(w.groups))
	}
	w.brings(one, g1, into1, 2)
	want := byte(0)
	for range 3 {
		h, err := w.next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for b, ok := h.next(); ok; b, ok = h.next() {
			if b[0] != want {
				t.Fatalf("chunk %d comes for %d", b[0], want)
			}
			want--
		}
		w.give(h)
	}
	w.gets(t, one, 2)
	if g, over := w.choose(two); g != nil || !over {
		t.Errorf("%+v %v when all has come", g, over)
	}
}

// TestSwarmPart: of what a machine gives in part the rest comes from another one.
func TestSwarmPart(t *testing.T) {
	w := swarmOf(2, 2)
	w.gets(t, one, 1)
	w.gets(t, one, 0)
	rest := w.gets(t, two, 1)
	if len(rest.items) != 1 || rest.items[0].Size != haulBytes/2-1 {
		t.Errorf("the rest is %+v", rest.items)
	}
	if last := w.gets(t, two, 2); len(last.items) != 2 || len(w.groups) != 3 {
		t.Errorf("then comes %+v", last.items)
	}
}

// TestSwarmSlow: a group that a machine has been at for long is fetched by another one, too; what comes second is not used.
func TestSwarmSlow(t *testing.T) {
	w := swarmOf(swarmLag+2, 2)
	w.working = swarmGroups
	slow, late := w.take(one)
	for range swarmLag - 1 {
		w.gets(t, two, 2)
	}
	if g, _ := w.choose(two); g == slow {
		t.Error("a group is fetched twice too early")
	}
	w.gets(t, two, 2)
	again, into := w.take(two)
	if again != slow {
		t.Fatalf("%+v comes before what is slow", again)
	}
	if g, _ := w.choose(two); g == slow {
		t.Error("a group is fetched a third time")
	}
	w.brings(two, again, into, 2)
	w.brings(one, slow, late, 2)
	if w.came != swarmLag+1 || slow.haul != into {
		t.Errorf("%d groups have come", w.came)
	}
}

// TestSwarmFails: when nobody is left to ask, what the content was asked of first says why; when nobody waits any more, the machines end.
func TestSwarmFails(t *testing.T) {
	w := swarmOf(1, 0)
	why := errors.New("the link is gone")
	w.suppliers[w.first] = &supplier{err: why}
	if _, err := w.next(t.Context()); !errors.Is(err, why) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	w.ended = true
	cancel(why)
	if _, err := w.next(ctx); !errors.Is(err, why) {
		t.Error(err)
	}
	if g, _ := w.take(one); g != nil {
		t.Errorf("%+v is fetched", g)
	}
}
