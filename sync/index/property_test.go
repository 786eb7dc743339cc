package index

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var (
	alphabet = []Path{"a", "b", "d", "d/a", "d/b", "d/e/a"}
	noOrder  = func([]Version) {}
)

// act lets one person do one thing. Some contents are written again and again by everybody, so that equal edits happen; others are
// numbered by the step.
func act(t *rapid.T, r *replica, step int) {
	p := rapid.SampledFrom(alphabet).Draw(t, "path")
	switch rapid.IntRange(0, 4).Draw(t, "deed") {
	case 0, 1, 2:
		c := content(byte('A' + rapid.IntRange(0, 3).Draw(t, "content")))
		if rapid.Bool().Draw(t, "new") {
			c = Hash{'a' + byte(step), 1}
		}
		r.write(p, c)
	case 3:
		r.remove(p)
	case 4:
		r.mkdir(p)
	}
}

// settleAll runs everybody until nothing happens.
func settleAll(t testing.TB, all []*replica) {
	for range 40 {
		before := ""
		for _, r := range all {
			before += r.state()
		}
		for _, r := range all {
			r.scan()
			for _, o := range all {
				if o != r {
					r.deliver(o, noOrder)
				}
			}
		}
		for _, r := range all {
			r.apply()
			r.scan()
		}
		after := ""
		for _, r := range all {
			after += r.state()
		}
		if before == after {
			return
		}
	}
	for _, r := range all {
		t.Log(r.state())
	}
	t.Fatal("no rest after 40 rounds")
}

// state is all there is of a machine, as text.
func (r *replica) state() string {
	var b strings.Builder
	for _, p := range slices.Sorted(maps.Keys(r.disk)) {
		fmt.Fprintf(&b, "%s %v %c\n", p, r.disk[p].Kind, r.disk[p].Content[0])
	}
	for _, p := range slices.Sorted(maps.Keys(r.heads)) {
		for _, h := range r.heads[p] {
			fmt.Fprintf(&b, "head %s %s %c%d %c\n", p, h.Kind, h.Dot.Log.Peer[0], h.Dot.Number, h.Content[0])
		}
	}
	fmt.Fprintln(&b, "number", r.pen.Number)
	return b.String()
}

func (r *replica) tree() string {
	var b strings.Builder
	for _, p := range slices.Sorted(maps.Keys(r.disk)) {
		fmt.Fprintf(&b, "%s %v %x\n", p, r.disk[p].Kind, r.disk[p].Content[0])
	}
	return b.String()
}

// TestConverge is the main promise: whatever people do and whoever meets whom, in the end all folders are equal, nothing that a scan has
// seen is lost, no conflict is left open, and then it is quiet.
func TestConverge(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		gc := rapid.Bool().Draw(rt, "forget tombstones")
		all := newReplicas(t, rapid.IntRange(2, 4).Draw(rt, "machines"), gc)
		shuffle := func(vs []Version) {
			if len(vs) > 1 {
				copy(vs, rapid.Permutation(vs).Draw(rt, "order"))
			}
		}
		for i := range rapid.IntRange(1, 25).Draw(rt, "steps") {
			r := rapid.SampledFrom(all).Draw(rt, "machine")
			switch rapid.IntRange(0, 6).Draw(rt, "step") {
			case 0, 1, 2:
				act(rt, r, i)
			case 3:
				r.scan()
			case 4:
				r.scan()
				r.deliver(rapid.SampledFrom(all).Draw(rt, "receiver"), shuffle)
			case 5:
				r.scan()
				r.apply()
			case 6:
				if gc {
					r.forget()
				}
			}
		}
		settleAll(t, all)
		checkEnd(rt, all)
	})
}

func checkEnd(t *rapid.T, all []*replica) {
	kept := map[Hash]bool{}
	for _, r := range all {
		maps.Copy(kept, r.trash)
		maps.Copy(kept, r.done)
		for _, d := range r.disk {
			kept[d.Content] = true
		}
	}
	for _, r := range all {
		if r.tree() != all[0].tree() {
			t.Fatalf("folders differ:\n%s\nand\n%s", all[0].state(), r.state())
		}
		for c := range r.seen {
			if !kept[c] {
				t.Fatalf("content %c is lost", c[0])
			}
		}
		for p := range r.heads {
			if v := r.look(p); len(v.Conflicts) > 0 {
				t.Fatalf("%s has conflicts left: %s", p, r.state())
			}
		}
		number := r.pen.Number
		if n := r.apply(); n > 0 {
			t.Fatalf("%d actions after rest", n)
		}
		r.scan()
		for _, o := range all {
			if o != r && r.deliver(o, noOrder) > 0 {
				t.Fatal("records are sent after rest")
			}
		}
		if r.pen.Number != number {
			t.Fatal("a record is written after rest")
		}
	}
}

// TestSequential: whoever edits only after having seen the last edit never meets a conflict copy, and the last edit stands.
func TestSequential(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		all := newReplicas(t, 3, rapid.Bool().Draw(rt, "forget tombstones"))
		for i := range rapid.IntRange(1, 12).Draw(rt, "edits") {
			r := rapid.SampledFrom(all).Draw(rt, "machine")
			p := rapid.SampledFrom(alphabet[:2]).Draw(rt, "path")
			if rapid.IntRange(0, 3).Draw(rt, "deed") == 0 {
				r.remove(p)
			} else {
				r.write(p, Hash{byte(i + 1)})
			}
			want := r.tree()
			settleAll(t, all)
			for _, o := range all {
				if o.tree() != want {
					rt.Fatalf("after one edit:\n%s\nwant\n%s", o.tree(), want)
				}
				if o.gcOn {
					o.forget()
				}
			}
		}
	})
}

// TestNoResurrection: once everybody has a deletion, no late or repeated delivery of older records brings the file back, even where the
// tombstone was forgotten.
func TestNoResurrection(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		all := newReplicas(t, 3, true)
		for range rapid.IntRange(1, 5).Draw(rt, "edits") {
			r := rapid.SampledFrom(all).Draw(rt, "machine")
			r.write("a", content(byte('A'+rapid.IntRange(0, 3).Draw(rt, "content"))))
			if rapid.Bool().Draw(rt, "settle") {
				settleAll(t, all)
			}
		}
		settleAll(t, all)
		old := maps.Clone(all[0].log)
		rapid.SampledFrom(all).Draw(rt, "deleter").remove("a")
		settleAll(t, all)
		for _, r := range all {
			if rapid.Bool().Draw(rt, "forget") {
				r.forget()
			}
			for _, v := range old {
				r.take(v)
			}
		}
		settleAll(t, all)
		for _, r := range all {
			if r.disk["a"].Kind != None {
				rt.Fatalf("the deleted file is back:\n%s", r.state())
			}
		}
	})
}

// TestOneCopyEach: of contents written at one time by people who have seen nothing of each other, all but one get one copy, whoever meets whom first. Each
// ranks otherwise here: of those with one Lamport number the record that ends a conflict may outrank one that won against what it repeats, and that one has two.
func TestOneCopyEach(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		all := newReplicas(t, rapid.IntRange(2, 4).Draw(rt, "machines"), false)
		edits := rapid.Permutation([]int{1, 2, 3, 4}).Draw(rt, "edits") // the more, the higher in rank
		for i, r := range all {
			for n := range edits[i] {
				r.write("a", Hash{byte(i + 1), byte(n + 1)})
				r.scan()
			}
		}
		for range rapid.IntRange(0, 12).Draw(rt, "meetings") {
			r, o := rapid.SampledFrom(all).Draw(rt, "sender"), rapid.SampledFrom(all).Draw(rt, "receiver")
			r.scan()
			r.deliver(o, noOrder)
			if rapid.Bool().Draw(rt, "apply") {
				o.apply()
			}
		}
		settleAll(t, all)
		if got := len(all[0].disk); got != len(all) {
			rt.Fatalf("%d contents lie at %d names:\n%s", len(all), got, all[0].state())
		}
	})
}

// TestAnyOrder: one set of records gives one state, in any order and with repetitions.
func TestAnyOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		all := newReplicas(t, 3, false)
		for i := range rapid.IntRange(1, 15).Draw(rt, "steps") {
			r := rapid.SampledFrom(all).Draw(rt, "machine")
			act(rt, r, i)
			r.scan()
			if rapid.Bool().Draw(rt, "meet") {
				r.deliver(rapid.SampledFrom(all).Draw(rt, "receiver"), noOrder)
				r.apply()
			}
		}
		records := map[Dot]Version{}
		for _, r := range all {
			maps.Copy(records, r.log)
		}
		list := slices.SortedFunc(maps.Values(records), Version.compare)
		if len(list) == 0 {
			return
		}
		collect := func(vs []Version) string {
			heads := map[Path]Heads{}
			for _, v := range vs {
				heads[v.Path], _ = heads[v.Path].Merge(v)
			}
			return (&replica{heads: heads}).state()
		}
		mixed := rapid.Permutation(append(list, list[:len(list)/3]...)).Draw(rt, "order")
		if a, b := collect(list), collect(mixed); a != b {
			rt.Fatalf("one order gives\n%s\nanother\n%s", a, b)
		}
	})
}
