package share_test

import (
	"fmt"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"time"

	"lanyard/internal/tree"
)

// act is something that may happen to a machine; other is one more.
type act struct {
	name   string
	weight int
	always bool // in every run; else how often is drawn, and perhaps never
	rare   bool // only where all is drawn: see drawAll
	do     func(s *simulation, d, other *seat, r *rand.Rand)
}

var drawable = []act{
	{"saves a file", 10, true, false, (*simulation).save},
	{"saves what nobody removes", 3, true, false, (*simulation).saveFirm},
	{"writes a file in place", 4, false, false, (*simulation).overwrite},
	{"saves with a program", 5, false, false, (*simulation).program},
	{"puts in what others have, too", 2, false, false, (*simulation).common},
	{"writes for long", 3, false, false, (*simulation).writeOn},
	{"removes something", 5, true, false, (*simulation).remove},
	{"renames something", 4, false, false, (*simulation).rename},
	{"changes the case of a name", 1, false, true, (*simulation).recase},
	{"makes a folder", 2, false, false, (*simulation).makeDir},
	{"puts in a link", 1, false, true, (*simulation).link},
	{"puts in what cannot be shared", 1, false, true, (*simulation).odd},
	{"is cut off", 3, false, false, (*simulation).part},
	{"and all are joined", 4, true, false, (*simulation).heal},
	{"loses a connection", 3, false, false, (*simulation).cutWire},
	{"stops", 3, false, false, func(_ *simulation, d, _ *seat, _ *rand.Rand) { d.stop() }},
	{"starts", 6, true, false, func(s *simulation, d, _ *seat, _ *rand.Rand) { d.start(); s.o.meet() }},
	{"will lose its power", 4, false, false, (*simulation).powerCut},
	{"will be killed", 4, false, false, (*simulation).kill},
	{"has a failing disk", 2, false, true, (*simulation).failing},
	{"has a full disk", 2, false, true, (*simulation).full},
	{"has a watcher that overflows", 2, false, false, (*simulation).overflows},
	{"loses its disk", 1, false, false, (*simulation).pull},
	{"has its disk again", 3, true, false, (*simulation).plug},
	{"has another disk in its place", 1, false, true, (*simulation).otherDisk},
	{"keeps an image", 3, false, false, (*simulation).imageOf},
	{"goes on with an image", 2, false, false, (*simulation).putBack},
	{"loses its database", 1, false, true, (*simulation).loseDatabase},
	{"leaves", 1, false, true, (*simulation).leave},
	{"is removed", 1, false, true, (*simulation).expel},
	{"is invited again", 4, true, true, (*simulation).invite},
	{"and all come to rest", 2, false, false, (*simulation).calm},
	{"and all are away for long", 1, false, true, (*simulation).years},
}

// alphabet are the names that people use: few, so that they meet, with twins of case, and of Unicode where it is composed.
var alphabet = []string{"a.txt", "b.txt", "A.txt", "é.txt", "É.txt", "dir/a.txt", "dir/b.txt", "Dir/b.txt", "dir/deep/c.txt", "other/d.txt"}

// clash is one that makes a folder of what is a file for others. A file in the place of a folder is for [drawAll], too: there are rare courses in which it is not taken note of.
const clash = "b.txt/x"

func (s *simulation) clashes() bool { return s.seed >= drawAll }

// content makes one that nobody has written.
func (s *simulation) content(d *seat, r *rand.Rand) string {
	s.serial++
	size := []int{0, 0, 0, 500, 40_000, 70_000}[r.IntN(6)]
	if r.IntN(60) == 0 {
		size = 1_300_000
	}
	c := fmt.Sprintf("%s %d.%s", d.name, s.serial, strings.Repeat("x", size))
	if s.bulk != "" {
		at := r.IntN(len(s.bulk)) // what is its own stands in front, and anywhere in what all have
		c += s.bulk[:at] + c + s.bulk[at:]
	}
	s.wrote[c] = true
	return c
}

// pick draws a name: one that people use, or one that is there.
func (d *seat) pick(r *rand.Rand) string {
	switch r.IntN(9) {
	case 0, 1, 2:
		return d.present(r, func(p string) bool { return d.s.clashes() || !strings.HasSuffix(p, "/") })
	case 3:
		if d.s.clashes() {
			return clash
		}
	}
	return d.s.names[r.IntN(len(d.s.names))]
}

// present draws a name that is there and that may be removed; "" when there is none.
func (d *seat) present(r *rand.Rand, ok func(p string) bool) string {
	var all []string
	for p := range d.visible() {
		if !slices.Contains(firmNames, p) && !strings.Contains(p, ".#") && ok(p) {
			all = append(all, strings.TrimSuffix(p, "/"))
		}
	}
	if len(all) == 0 {
		return ""
	}
	slices.Sort(all)
	return all[r.IntN(len(all))]
}

// stamp gives a file a time of any year, as files have that came from elsewhere.
func (d *seat) stamp(l tree.Local, p string, r *rand.Rand) {
	if r.IntN(4) > 0 {
		return
	}
	f, err := l.Open(p)
	if err != nil {
		return
	}
	check(d.t, f.SetMeta(time.Date(1970+r.IntN(130), 1, 1, 0, 0, 2*r.IntN(30), 0, time.UTC).UnixNano(), 0))
	check(d.t, f.Close())
}

// put saves a content under a name as careful programs do: written beside, made durable, then renamed.
func (d *seat) put(p, c string, r *rand.Rand) {
	d.person(func(l tree.Local) {
		beside := path.Join(path.Dir(p), ".#"+path.Base(p))
		if l.WriteFile(beside, []byte(c)) != nil {
			return // a file has the name of its folder
		}
		d.stamp(l, beside, r)
		check(d.t, l.Sync(beside))
		if l.Rename(beside, p) != nil { // a folder has the name
			check(d.t, l.Remove(beside))
			return
		}
		if slices.Contains(firmNames, p) || r.IntN(2) == 0 {
			check(d.t, l.Sync(p))
		}
	})
	d.hear(p, true, false)
}

func (s *simulation) save(d, _ *seat, r *rand.Rand) {
	if p := d.pick(r); p != "" {
		d.put(p, s.content(d, r), r)
	}
}

func (s *simulation) saveFirm(d, _ *seat, r *rand.Rand) {
	d.put(firmNames[r.IntN(len(firmNames))], s.content(d, r), r)
}

func (s *simulation) common(d, _ *seat, r *rand.Rand) {
	c := fmt.Sprintf("common %d", r.IntN(2))
	s.wrote[c] = true
	d.put(alphabet[r.IntN(3)], c, r)
}

func (s *simulation) overwrite(d, _ *seat, r *rand.Rand) {
	p, c := d.pick(r), s.content(d, r)
	if p == "" || d.open != nil { // two who write one file at a time have it as they deserve
		return
	}
	d.person(func(l tree.Local) {
		if l.WriteFile(p, []byte(c)) == nil {
			check(d.t, l.Sync(p))
		}
	})
	d.hear(p, false, true)
}

// writeOn has a program begin to write a file, or end it: what lies there meanwhile is no content.
func (s *simulation) writeOn(d, _ *seat, r *rand.Rand) {
	if d.open != nil {
		d.writeEnd()
		return
	}
	p, c := d.pick(r), s.content(d, r)
	if p == "" || d.dead() {
		return
	}
	half := c[:len(c)/2]
	d.damaged[half] = true
	d.person(func(l tree.Local) {
		if l.WriteFile(p, []byte(half)) != nil {
			return
		}
		check(d.t, l.Sync(p))
		f, err := l.Open(p)
		if err != nil { // it has two names: then that is all
			s.wrote[half] = true
			return
		}
		d.open, d.half, d.rest, d.restAt, d.restOf = f, half, c[len(half):], int64(len(half)), p
	})
	d.hear(p, true, true)
}

func (d *seat) writeEnd() {
	if d.open == nil {
		return
	}
	d.person(func(l tree.Local) {
		if _, err := d.open.WriteAt([]byte(d.rest), d.restAt); err == nil {
			check(d.t, d.open.Sync())
		}
		check(d.t, d.open.Close())
	})
	d.open = nil
	d.hear(d.restOf, false, true)
}

func (s *simulation) remove(d, _ *seat, r *rand.Rand) {
	p := d.present(r, func(string) bool { return true })
	if p == "" || p == d.restOf && d.open != nil {
		return
	}
	d.person(func(l tree.Local) { removeTree(l, d.visible(), p) })
	d.hear(p, false, false)
}

// removeTree removes a file, or a folder with all that lies in it.
func removeTree(l tree.Local, all map[string]string, p string) {
	var below []string
	for q := range all {
		if q = strings.TrimSuffix(q, "/"); q == p || strings.HasPrefix(q, p+"/") {
			below = append(below, q)
		}
	}
	slices.Sort(below)
	for _, q := range slices.Backward(below) {
		if l.Remove(q) != nil {
			return // somebody's link lies there
		}
	}
}

func (s *simulation) rename(d, _ *seat, r *rand.Rand) {
	p := d.present(r, func(string) bool { return true })
	to := s.names[r.IntN(len(s.names))]
	_, file := d.visible()[p]
	if r.IntN(3) == 0 || !file && !s.clashes() {
		s.serial++
		to = fmt.Sprintf("moved %d", s.serial)
	}
	if p == "" || d.open != nil {
		return
	}
	moved := false
	d.person(func(l tree.Local) {
		if path.Dir(to) != "." && l.MkdirAll(path.Dir(to)) != nil {
			return
		}
		moved = l.Rename(p, to) == nil
	})
	if moved {
		d.hear(p, false, false)
		d.hear(to, true, false)
	}
}

func (s *simulation) recase(d, _ *seat, r *rand.Rand) {
	p := d.present(r, func(p string) bool { return strings.ToUpper(path.Base(p)) != path.Base(p) })
	if p == "" || d.open != nil {
		return
	}
	to := path.Join(path.Dir(p), strings.ToUpper(path.Base(p)))
	moved := false
	d.person(func(l tree.Local) { moved = l.Rename(p, to) == nil })
	if moved {
		d.hear(p, false, false)
		d.hear(to, true, false)
	}
}

func (s *simulation) makeDir(d, _ *seat, r *rand.Rand) {
	p := []string{"dir", "Dir", "other", "dir/deep", "empty"}[r.IntN(5)]
	d.person(func(l tree.Local) {
		if l.MkdirAll(p) == nil {
			check(d.t, l.Sync(p))
		}
	})
	d.hear(p, true, false)
}

func (s *simulation) link(d, _ *seat, r *rand.Rand) {
	p := []string{"link", "dir/link"}[r.IntN(2)]
	d.person(func(l tree.Local) {
		if l.Put(p, tree.KindLink) == nil {
			check(d.t, l.Sync(p))
			d.links[p] = true
		}
	})
	d.hear(p, true, false)
}

// odd puts in a file whose name cannot be shared.
func (s *simulation) odd(d, _ *seat, r *rand.Rand) {
	d.put([]string{"e\u0301.txt", "\xff.txt", "a\nb.txt"}[r.IntN(3)], s.content(d, r), r)
}
