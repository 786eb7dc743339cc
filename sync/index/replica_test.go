package index

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"lanyard/internal/vector"
)

// replica is one machine of the model: the real rules of this package on a disk that is a map. It follows the outline of the share engine:
// a scan records what differs from the rows, a delivery is one snapshot, a plan is executed only where the disk is as expected.
type replica struct {
	t     testing.TB
	pen   Pen
	k     map[vector.Log]uint64
	log   map[Dot]Version
	heads map[Path]Heads
	rows  map[Path]*Row
	disk  map[Path]Row // Seen unused
	trash map[Hash]bool
	seen  map[Hash]bool // every content a scan has seen here
	done  map[Hash]bool // contents that a person here overwrote or deleted himself
	known []*replica    // all machines, itself too
	gcOn  bool
}

func newReplicas(t testing.TB, n int, gc bool) []*replica {
	var all []*replica
	for i := range n {
		l := logOf(byte('a' + i))
		all = append(all, &replica{
			t: t, pen: Pen{Log: l, Author: string(rune('A' + i))}, k: map[vector.Log]uint64{}, log: map[Dot]Version{}, heads: map[Path]Heads{},
			rows: map[Path]*Row{}, disk: map[Path]Row{}, trash: map[Hash]bool{}, seen: map[Hash]bool{}, done: map[Hash]bool{}, gcOn: gc,
		})
	}
	for _, r := range all {
		r.known = all
	}
	return all
}

// write is a person putting a file; parents are made, and a file in a parent's place makes it impossible.
func (r *replica) write(p Path, c Hash) bool {
	if r.disk[p].Kind == Dir || !r.makeParents(p) {
		return false
	}
	r.done[r.disk[p].Content] = true
	r.disk[p] = Row{Kind: File, Content: c, Size: 10}
	return true
}

func (r *replica) mkdir(p Path) bool {
	if r.disk[p].Kind != None || !r.makeParents(p) {
		return false
	}
	r.disk[p] = Row{Kind: Dir}
	return true
}

func (r *replica) makeParents(p Path) bool {
	parent, ok := p.Parent()
	if !ok {
		return true
	}
	if r.disk[parent].Kind == File || !r.makeParents(parent) {
		return false
	}
	r.disk[parent] = Row{Kind: Dir}
	return true
}

func (r *replica) remove(p Path) {
	for q := range r.disk {
		if q == p || q.Under(p) {
			r.done[r.disk[q].Content] = true
			delete(r.disk, q)
		}
	}
}

func (r *replica) scan() {
	for _, p := range slices.Sorted(maps.Keys(r.disk)) {
		d := r.disk[p]
		if d.Kind == File {
			r.seen[d.Content] = true
		}
		row := r.rows[p]
		if row == nil || row.Kind != d.Kind || row.Content != d.Content {
			r.record(Edit{Path: p, Kind: d.Kind, Size: d.Size, Content: d.Content})
		}
	}
	for _, p := range slices.Sorted(maps.Keys(r.rows)) {
		if r.disk[p].Kind == None && r.rows[p].Kind.Live() {
			r.record(Edit{Path: p, Kind: Tombstone})
		}
	}
}

// record publishes an edit, unless it only repeats what the view shows.
func (r *replica) record(e Edit) {
	view := r.look(e.Path)
	row := r.rows[e.Path]
	if Shown(view, row, e) {
		r.rows[e.Path] = &Row{Kind: e.Kind, Content: e.Content, Size: e.Size, Seen: view.Seen}
		return
	}
	if e.Kind == Tombstone && row.Kind == Dir && r.children(e.Path) {
		r.rows[e.Path] = &Row{Kind: Tombstone, Seen: row.Seen} // children that have not arrived keep it for others
	}
	v := r.publish(Change(row, e, r.stable()))
	r.rows[e.Path] = &Row{Kind: e.Kind, Content: e.Content, Size: e.Size, Seen: v.Seen()}
}

// readable puts what a version points to in the place of the pointers.
func readable(v Version) []any {
	out := []any{v.Writer()}
	if v.Beside != nil {
		out = append(out, *v.Beside)
	}
	v.By, v.Beside = nil, nil
	return append(out, v)
}

func (r *replica) publish(v Version) Version {
	v, b, err := r.pen.Write(v, day, false)
	if err != nil {
		r.t.Fatal(err)
	}
	if again, err := Decode(v.Dot, v.Chain, b); err != nil || fmt.Sprint(readable(again)) != fmt.Sprint(readable(v)) {
		r.t.Fatalf("the record of %+v reads %+v, %v", v, again, err)
	}
	r.take(v)
	return v
}

func (r *replica) take(v Version) {
	if r.k[v.Dot.Log] >= v.Dot.Number {
		return
	}
	r.merge(v)
	r.k[v.Dot.Log] = v.Dot.Number
}

func (r *replica) merge(v Version) {
	if old, ok := r.log[v.Dot]; ok && old.Chain != v.Chain {
		r.t.Fatalf("dot %v names two records", v.Dot)
	}
	r.log[v.Dot] = v
	r.pen.Lamport = max(r.pen.Lamport, v.Lamport)
	hs, _ := r.heads[v.Path].Merge(v)
	r.heads[v.Path] = hs
}

// deliver sends all that o lacks, in any order and some twice, as one snapshot: o's knowledge rises at the end only.
func (r *replica) deliver(o *replica, shuffle func([]Version)) int {
	var news []Version
	for _, p := range slices.Sorted(maps.Keys(r.heads)) {
		for _, h := range r.heads[p] {
			if o.k[h.Dot.Log] < h.Dot.Number {
				news = append(news, h)
			}
		}
	}
	shuffle(news)
	for _, v := range append(news, news[:len(news)/2]...) {
		o.merge(v)
	}
	for l, n := range r.k {
		o.k[l] = max(o.k[l], n)
	}
	return len(news)
}

func (r *replica) children(p Path) bool {
	for q, hs := range r.heads {
		if q.Under(p) && hs.Live() {
			return true
		}
	}
	return false
}

func (r *replica) look(p Path) View { return Look(p, r.heads[p], r.children(p)) }

func (r *replica) stable() Context {
	if !r.gcOn {
		return nil
	}
	var vs []vector.Vector
	for _, o := range r.known {
		v := vector.Vector{}
		for l, n := range o.k {
			v[l] = []vector.Mark{{Number: n, Hash: vector.Hash{1}}}
		}
		vs = append(vs, v)
	}
	return StableLine(vs)
}

// forget drops tombstones that everybody has and that are applied here.
func (r *replica) forget() {
	line := r.stable()
	for p, hs := range r.heads {
		row := r.rows[p]
		if len(hs) == 1 && hs[0].Kind == Tombstone && line.Covers(hs[0].Dot) && row != nil && row.Kind == Tombstone {
			delete(r.heads, p)
			delete(r.rows, p)
		}
	}
}

// apply plans for all paths and does what the disk allows; it returns the number of actions.
func (r *replica) apply() int {
	paths := map[Path]bool{}
	for p := range r.heads {
		paths[p] = true
	}
	for p := range r.rows {
		paths[p] = true
	}
	var acts []Action
	for _, p := range slices.Sorted(maps.Keys(paths)) {
		e := Entry{View: r.look(p), Row: r.rows[p]}
		for _, c := range e.View.Conflicts {
			row := r.rows[c.Copy]
			held := row != nil && row.Kind == File && row.Content == c.Version.Content
			e.Copies = append(e.Copies, Copy{Known: len(r.heads[c.Copy]) > 0, Held: held})
		}
		acts = Plan(acts, &e, Rules{Write: true})
	}
	acts = Moves(acts)
	Order(acts)
	for _, a := range acts {
		r.do(a)
	}
	return len(acts)
}

func (r *replica) do(a Action) {
	there := r.disk[a.Path]
	expected := there.Kind == a.Expect.Kind && there.Content == a.Expect.Content
	switch a.Verb {
	case Adopt:
		if row := r.rows[a.Path]; row == nil {
			r.rows[a.Path] = &Row{Kind: a.Want.Kind, Content: a.Want.Content, Size: a.Want.Size, Seen: a.Seen}
		} else if row.Kind == a.Want.Kind || a.Want.Kind == Tombstone {
			r.rows[a.Path] = &Row{Kind: a.Want.Kind, Content: a.Want.Content, Size: a.Want.Size, Seen: a.Seen}
		}
	case CopyAside:
		r.copyAside(a)
	case EndConflict:
		r.publish(Collapse(r.look(a.Path), *a.Conflict))
	case Trash:
		if expected {
			r.displace(a.Path)
			r.settle(a)
		}
	case RemoveDir:
		if there.Kind == Dir && !r.occupied(a.Path) {
			delete(r.disk, a.Path)
			r.settle(a)
		}
	case Move:
		from := r.disk[a.From]
		if from.Kind == File && from.Content == a.Expect.Content && there.Kind == None && r.makeParents(a.Path) {
			delete(r.disk, a.From)
			r.put(a)
		}
	case MakeDir, Place:
		if there.Kind == None && r.makeParents(a.Path) || a.Verb == MakeDir && there.Kind == Dir {
			r.put(a)
		}
	case Replace:
		if expected {
			r.displace(a.Path)
			r.put(a)
		}
	}
}

func (r *replica) copyAside(a Action) {
	c := *a.Conflict
	if r.disk[c.Copy].Kind == None && r.disk[a.Path].Content == c.Version.Content && r.makeParents(c.Copy) {
		r.disk[c.Copy] = Row{Kind: File, Content: c.Version.Content, Size: 10}
		v := r.publish(Copied(c, r.look(c.Version.Path).Head.Writer()))
		r.rows[c.Copy] = &Row{Kind: File, Content: v.Content, Size: 10, Seen: v.Seen()}
		r.publish(Collapse(r.look(a.Path), c))
	}
}

func (r *replica) put(a Action) {
	r.disk[a.Path] = Row{Kind: a.Want.Kind, Content: a.Want.Content, Size: a.Want.Size}
	r.rows[a.Path] = &Row{Kind: a.Want.Kind, Content: a.Want.Content, Size: a.Want.Size, Seen: a.Seen}
	for p, ok := a.Path.Parent(); ok; p, ok = p.Parent() {
		if row := r.rows[p]; row == nil {
			r.rows[p] = &Row{Kind: Dir}
		} else if !row.Kind.Live() {
			r.rows[p] = &Row{Kind: Dir, Seen: row.Seen}
		}
	}
}

// settle writes the row of a path that was cleared.
func (r *replica) settle(a Action) {
	delete(r.rows, a.Path)
	if a.Want.Kind == Tombstone {
		r.rows[a.Path] = &Row{Kind: Tombstone, Seen: a.Seen}
	}
}

func (r *replica) displace(p Path) {
	r.trash[r.disk[p].Content] = true
	delete(r.disk, p)
}

func (r *replica) occupied(dir Path) bool {
	for q := range r.disk {
		if q.Under(dir) {
			return true
		}
	}
	return false
}

// GoString keeps rapid's reports short.
func (r *replica) GoString() string { return "machine " + r.pen.Author }
