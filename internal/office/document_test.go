package office

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// document is what somebody writes with a program, in versions of which each line tells the number.
type document struct {
	program
	by      *desk
	dir     string
	version atomic.Int64 // that was saved last
	longest atomic.Int64 // time in ns that one saving took
}

func (d *document) content(version int64) []byte {
	return bytes.Repeat(fmt.Appendf(nil, "%s, version %d, by %s\n", d.file, version, d.by.name), d.lines+int(version))
}

// save makes one more version.
func (d *document) save() error {
	next := d.version.Load() + 1
	began := time.Now()
	if err := d.program.save(d.dir, d.file, d.content(next), int(next)); err != nil {
		return fmt.Errorf("save version %d with %s: %w", next, d.name, err)
	}
	d.longest.Store(max(d.longest.Load(), int64(time.Since(began))))
	d.version.Store(next)
	return nil
}

// gone reports whether others may see that there is no document: this machine was so slow that there was none for longer than a program takes.
func (d *document) gone() bool { return time.Duration(d.longest.Load()) > time.Second }

// look judges what lies in a colleague's folder: it is a version as it was saved, whole, and none before the one that was seen there last, which it returns.
func (d *document) look(dir string, seen int64) (int64, error) {
	content, err := os.ReadFile(filepath.Join(dir, d.file))
	if errors.Is(err, fs.ErrNotExist) && d.gone() {
		return seen, nil
	}
	if err != nil {
		return seen, err
	}
	var version int64
	if _, err := fmt.Sscanf(string(content[:min(len(content), 100)]), d.file+", version %d,", &version); err != nil && d.torn {
		return seen, nil // a beginning that is too short to tell
	} else if err != nil {
		return seen, fmt.Errorf("%s begins with %.40q", d.file, content)
	}
	whole := d.content(version)
	switch {
	case version < seen:
		return seen, fmt.Errorf("%s has version %d after %d", d.file, version, seen)
	case bytes.Equal(content, whole), d.torn && bytes.HasPrefix(whole, content):
		return version, nil
	}
	return seen, fmt.Errorf("%d bytes of %s are not the %d of version %d", len(content), d.file, len(whole), version)
}

// TestProgramsSave: seven programs save again and again, each at one of three desks, while agents are killed and cables pulled. What colleagues have is a whole version at every moment, never an
// older one, and never none; nobody hears of a deletion or a conflict, no scratch file travels, and in the end everybody has the last versions.
func TestProgramsSave(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	o := open(t, "Anna", "Ben", "Carla")
	o.start(o.desks...)
	work := filepath.Join(o.desks[0].home, "Work")
	must(t, os.Mkdir(work, 0o700))
	places := o.shared(work, o.desks[0], o.desks[1:]...)
	id := o.desks[0].shareOf(work)
	var all []*document
	want := map[string]string{}
	for i, p := range programs() {
		at := i % len(o.desks)
		d := &document{program: p, by: o.desks[at], dir: places[at]}
		all = append(all, d)
		if p.lock != "" {
			must(t, os.WriteFile(filepath.Join(d.dir, p.lock), []byte("Anna"), 0o600))
		}
		must(t, os.WriteFile(filepath.Join(d.dir, p.file), d.content(0), 0o600))
		want[p.file] = string(d.content(0))
	}
	for i, d := range o.desks {
		d.until("all documents", func() bool { return holds(places[i], want) })
	}

	stop := saving(t, o, all, places, seed)
	troubles(o, rand.New(rand.NewPCG(seed, 0)), all)
	stop()

	for _, d := range all {
		want[d.file] = string(d.content(d.version.Load()))
		if d.keeps != "" {
			want[d.keeps] = string(d.content(d.version.Load() - 1))
		}
		if d.lock != "" {
			must(t, os.Remove(filepath.Join(d.dir, d.lock)))
		}
		t.Logf("%s: %d versions, the longest saving took %v", d.name, d.version.Load(), time.Duration(d.longest.Load()).Round(time.Millisecond))
	}
	o.settle(id, want, places, o.desks...)
	for _, d := range o.desks {
		for _, n := range notices(d, 0) {
			if n.What == "conflict" || n.What == "deleted" {
				t.Errorf("%s was told: %s %s", d.name, n.Path, n.What)
			}
		}
	}
}

// holds reports whether a folder has these files, whatever else.
func holds(dir string, want map[string]string) bool {
	for path, content := range want {
		if is, err := os.ReadFile(filepath.Join(dir, path)); err != nil || string(is) != content {
			return false
		}
	}
	return true
}

// shareOf is the ID of the share whose folder lies there.
func (d *desk) shareOf(dir string) string {
	d.office.t.Helper()
	for _, s := range ask[[]struct{ ID, Path string }](d, "share", "list") {
		if s.Path == dir {
			return s.ID
		}
	}
	d.office.t.Fatalf("%s shares nothing at %s", d.name, dir)
	return ""
}

// saving has every program save and every colleague look, until the returned function is called.
func saving(t *testing.T, o *office, all []*document, places []string, seed uint64) (stop func()) {
	done := make(chan struct{})
	var busy sync.WaitGroup
	for i, d := range all {
		random := rand.New(rand.NewPCG(seed, uint64(i+1)))
		busy.Go(func() {
			for inBetween(done, time.Duration(random.IntN(200))*time.Millisecond) { // a person's pace: the moment is what is tested
				if err := d.save(); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for at, dir := range places {
		busy.Go(func() {
			seen := make([]int64, len(all))
			for inBetween(done, 5*time.Millisecond) {
				for i, d := range all {
					if d.by == o.desks[at] {
						continue
					}
					var err error
					if seen[i], err = d.look(dir, seen[i]); err != nil {
						t.Errorf("at %s's desk: %v", o.desks[at].name, err)
						return
					}
				}
			}
		})
	}
	return func() { close(done); busy.Wait() }
}

// inBetween waits so long; false once it is over.
func inBetween(done chan struct{}, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-done:
		return false
	case <-timer.C:
		return true
	}
}

// troubles kills agents and pulls cables, and goes on when each program has saved once more after each.
func troubles(o *office, random *rand.Rand, all []*document) {
	o.t.Helper()
	for range 8 {
		at := random.IntN(len(o.desks))
		d := o.desks[at]
		was := versions(all)
		switch random.IntN(3) {
		case 0:
			d.kill()
			d.start()
		case 1:
			must(o.t, o.net.Unplug(d.host))
			d.until("every program to save", func() bool { return newer(all, was) })
			must(o.t, o.net.Plug(d.host))
		case 2:
			d.kill()
			other := o.desks[(at+1)%len(o.desks)]
			other.until("every program to save", func() bool { return newer(all, was) })
			d.start()
		}
		was = versions(all)
		d.until("every program to save", func() bool { return newer(all, was) || o.t.Failed() })
	}
}

func versions(all []*document) (at []int64) {
	for _, d := range all {
		at = append(at, d.version.Load())
	}
	return at
}

func newer(all []*document, was []int64) bool {
	for i, d := range all {
		if d.version.Load() == was[i] {
			return false
		}
	}
	return true
}
