package share_test

import (
	"strings"

	"lanyard/internal/name"
	"lanyard/sync/share"
)

// ear is how well the watcher of a machine hears.
type ear int

const (
	good   ear = iota // all is told
	dull              // every third word is lost, and nobody is told that it is
	silent            // nothing is told: only looks at everything find what happened
)

func (e ear) String() string { return []string{"good", "dull", "silent"}[e] }

// hear is what the watcher would say of a name on disk. As with real ones, of a folder that moves only its own name is told.
func (d *seat) hear(p string, made, wrote bool) {
	d.mu.Lock()
	d.heard++
	lost := d.ear == silent || d.ear == dull && d.heard%3 == 0
	d.mu.Unlock()
	if !lost && d.up.Load() && p != "" {
		share.Heard(d.engine, d.s.id, d.spelled(p), made, wrote)
	}
}

// spelled is a name as the disk spells it: a watcher tells no other.
func (d *seat) spelled(p string) string {
	if !d.options.CaseBlind {
		return p
	}
	best, rest := "", p
	for q := range d.visible() {
		q = strings.TrimSuffix(q, "/")
		if len(q) > len(best) && len(q) <= len(p) && name.Fold(p[:len(q)]) == name.Fold(q) && (len(q) == len(p) || p[len(q)] == '/') {
			best, rest = q, p[len(q):]
		}
	}
	if best == "" {
		return p
	}
	return best + rest
}

// overflow has the watcher lose what happens next, and say so.
func (d *seat) overflow(meanwhile func()) {
	was := d.ear
	d.listen(silent)
	meanwhile()
	d.listen(was)
	if d.up.Load() {
		share.Overflow(d.engine)
	}
}

// listen has the watcher hear better or worse.
func (d *seat) listen(e ear) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ear = e
}
