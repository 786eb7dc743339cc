package tree

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"lanyard/internal/name"
)

// blindDisk is a marked root on a disk that takes twins for one name.
func blindDisk(t testing.TB) (*Memory, *Tree) {
	m := NewMemory(MemoryOptions{CaseBlind: true, Volume: "v"})
	tr, err := Create(m, Marker{Share: "s"})
	if err != nil {
		t.Fatal(err)
	}
	return m, again(t, m, tr.Marker())
}

// again opens a root as after a restart.
func again(t testing.TB, m *Memory, mark Marker) *Tree {
	x, err := Exact(m)
	if err != nil {
		t.Fatal(err)
	}
	tr, err := Open(x, mark)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func placeFile(tr *Tree, p, c string) error {
	in, err := tr.Incoming("x" + fmt.Sprint(len(p)))
	if err != nil {
		return err
	}
	if _, err := in.Write([]byte(c)); err != nil {
		return err
	}
	if _, err := tr.Place(in, p); err != nil {
		return errors.Join(err, in.Discard())
	}
	return nil
}

// shows reads all that a tree shows.
func shows(t testing.TB, tr *Tree, dir string) map[string]string {
	out := map[string]string{}
	entries, err := tr.List(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		p := path.Join(dir, e.Name)
		if e.Kind == KindDir {
			out[p+"/"] = ""
			for k, v := range shows(t, tr, p) {
				out[k] = v
			}
			continue
		}
		f, err := tr.Read(p)
		if err != nil {
			t.Fatalf("%s is listed: %v", p, err)
		}
		b := make([]byte, e.Size)
		if _, err := f.ReadAt(b, 0); err != nil && e.Size > 0 {
			t.Fatal(err)
		}
		f.Close()
		out[p] = string(b)
	}
	return out
}

// TestTwins: names that a disk takes for one lie side by side, the lowest under its own.
func TestTwins(t *testing.T) {
	cases := []struct {
		what   string
		do     func(tr *Tree, m *Memory) error
		onDisk string
	}{
		{"the lower comes first", func(tr *Tree, _ *Memory) error {
			return errors.Join(placeFile(tr, "A.txt", "upper"), placeFile(tr, "a.txt", "lower"))
		}, "A.txt=upper a (2).txt=lower"},
		{"the lower comes last", func(tr *Tree, _ *Memory) error {
			return errors.Join(placeFile(tr, "a.txt", "lower"), placeFile(tr, "A.txt", "upper"))
		}, "A.txt=upper a (2).txt=lower"},
		{"three of them", func(tr *Tree, _ *Memory) error {
			return errors.Join(placeFile(tr, "ab", "3"), placeFile(tr, "Ab", "2"), placeFile(tr, "AB", "1"))
		}, "AB=1 Ab (3)=2 ab (2)=3"},
		{"the name of a placed one comes, too", func(tr *Tree, _ *Memory) error {
			return errors.Join(placeFile(tr, "A.txt", "1"), placeFile(tr, "a.txt", "2"), placeFile(tr, "a (2).txt", "itself"))
		}, "A.txt=1 a (2).txt=itself a (3).txt=2"},
		{"accents", func(tr *Tree, _ *Memory) error {
			return errors.Join(placeFile(tr, "É.txt", "1"), placeFile(tr, "é.txt", "2"))
		}, "É.txt=1 é (2).txt=2"},
		{"folders", func(tr *Tree, _ *Memory) error {
			return errors.Join(placeFile(tr, "Docs/x", "1"), placeFile(tr, "docs/x", "2"))
		}, "Docs/x=1 docs (2)/x=2"},
		{"a file and a folder", func(tr *Tree, _ *Memory) error {
			return errors.Join(placeFile(tr, "docs/x", "in it"), placeFile(tr, "Docs", "a file"))
		}, "Docs=a file docs (2)/x=in it"},
		{"the lower goes", func(tr *Tree, m *Memory) error {
			return errors.Join(placeFile(tr, "A.txt", "1"), placeFile(tr, "a.txt", "2"), m.Local().Remove("A.txt"), tr.Tidy())
		}, "a.txt=2"},
		{"a change of case alone", func(tr *Tree, _ *Memory) error {
			err := placeFile(tr, "readme", "1")
			s, looked := tr.Lstat("readme")
			_, moved := tr.Move("readme", "README", s)
			return errors.Join(err, looked, moved)
		}, "README=1"},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			m, tr := blindDisk(t)
			if err := c.do(tr, m); err != nil {
				t.Fatal(err)
			}
			if got := spellings(m, ""); got != c.onDisk {
				t.Errorf("on disk lies %s, not %s", got, c.onDisk)
			}
		})
	}
}

// lstatExact looks at a path that must be spelled so, as who goes by a listing does.
func lstatExact(tr *Tree, p string) (Stat, error) {
	s, err := tr.Lstat(p)
	if err != nil {
		return s, err
	}
	if ok, err := tr.Spells(p); err != nil || !ok {
		return s, errors.Join(err, fs.ErrNotExist)
	}
	return s, nil
}

// spellings is what a person at the machine sees.
func spellings(m *Memory, dir string) string {
	var out []string
	entries, _ := m.List(dir)
	for _, e := range entries {
		p := path.Join(dir, e.Name)
		switch {
		case e.Name == name.Hidden:
		case e.Kind == KindDir:
			out = append(out, spellings(m, p))
		default:
			b, _ := m.Local().ReadFile(p)
			out = append(out, p+"="+string(b))
		}
	}
	return strings.Join(out, " ")
}

// TestExact: whatever is done to a disk that takes twins for one name, through Exact it shows what a disk shows that tells them apart; over restarts, too.
// In the end the lowest of each group has its own name.
func TestExact(t *testing.T) {
	paths := []string{"a", "A", "b (2)", "b", "B", "d", "D", "d/x", "D/x", "D/X", "d/X", "é", "É"}
	rapid.Check(t, func(rt *rapid.T) {
		blind, tr := blindDisk(t)
		sharp := NewMemory(MemoryOptions{Volume: "v"})
		want, err := Create(sharp, Marker{Share: "s"})
		if err != nil {
			rt.Fatal(err)
		}
		for i := range rapid.IntRange(1, 20).Draw(rt, "steps") {
			p, q := rapid.SampledFrom(paths).Draw(rt, "path"), rapid.SampledFrom(paths).Draw(rt, "other")
			both := func(what string, do func(tr *Tree) error) {
				if a, b := do(tr), do(want); (a == nil) != (b == nil) {
					rt.Fatalf("%s %s %s: %v, on a disk that tells case apart %v\n%s", what, p, q, a, b, spellings(blind, ""))
				}
			}
			switch rapid.IntRange(0, 6).Draw(rt, "deed") {
			case 0, 1, 2:
				both("place", func(tr *Tree) error { return placeFile(tr, p, fmt.Sprint(i)) })
			case 3:
				both("move", func(tr *Tree) error {
					s, err := lstatExact(tr, p)
					if err != nil || p == q || strings.HasPrefix(q, p+"/") {
						return fs.ErrNotExist
					}
					_, err = tr.Move(p, q, s)
					return err
				})
			case 4:
				both("remove", func(tr *Tree) error {
					s, err := lstatExact(tr, p)
					switch {
					case err != nil:
						return err
					case s.Kind == KindDir:
						return tr.RemoveDir(p)
					}
					_, err = tr.Remove(p, s)
					return err
				})
			case 5:
				tr = again(t, blind, tr.Marker())
				if err := tr.Tidy(); err != nil {
					rt.Fatal(err)
				}
			case 6:
				if err := tr.Tidy(); err != nil {
					rt.Fatal(err)
				}
			}
			if a, b := fmt.Sprint(shows(t, tr, "")), fmt.Sprint(shows(t, want, "")); a != b {
				rt.Fatalf("shown is\n%s\nnot\n%s\non disk lies %s", a, b, spellings(blind, ""))
			}
		}
		if err := tr.Tidy(); err != nil {
			rt.Fatal(err)
		}
		lowest := map[string]string{}
		for p := range shows(t, want, "") {
			p = strings.TrimSuffix(p, "/")
			key := parent(p) + "/" + name.Fold(path.Base(p))
			if low, ok := lowest[key]; !ok || p < low {
				lowest[key] = p
			}
		}
		for _, p := range lowest {
			if at := path.Base(tr.OnDisk(p)); at != path.Base(p) {
				rt.Errorf("%s lies at %s", p, at)
			}
		}
	})
}

// TestTwinsPowerCut: a power cut at any moment leaves each file whole under a path that was given to it, and no twin under the name that only this disk
// gave it.
func TestTwinsPowerCut(t *testing.T) {
	paths := []string{"a", "A", "b", "B", "d/x", "D/x"}
	rapid.Check(t, func(rt *rapid.T) {
		disk, tr := blindDisk(t)
		if err := tr.fs.SyncAll(); err != nil {
			rt.Fatal(err)
		}
		seed := rapid.Uint64().Draw(rt, "seed")
		var cut atomic.Pointer[Memory] // Flush calls from several goroutines
		at := disk.Calls() + rapid.IntRange(1, 120).Draw(rt, "the call before which the power is cut")
		disk.Hook(func(call int, _, _ string) {
			if call == at {
				cut.Store(disk.PowerCut(seed))
			}
		})
		for i := 0; i < 12 && cut.Load() == nil; i++ {
			p := rapid.SampledFrom(paths).Draw(rt, "path")
			s, err := lstatExact(tr, p)
			switch {
			case err != nil:
				err = placeFile(tr, p, fmt.Sprint(p, " ", i))
			default:
				_, err = tr.Remove(p, s)
			}
			if err != nil && cut.Load() == nil {
				rt.Fatal(err)
			}
			if rapid.Bool().Draw(rt, "flush") && cut.Load() == nil {
				if err := tr.Flush(t.Context()); err != nil && cut.Load() == nil {
					rt.Fatal(err)
				}
			}
		}
		after := cut.Load()
		if after == nil {
			after = disk.PowerCut(seed)
		}
		again := again(t, after, tr.Marker())
		if err := again.Tidy(); err != nil {
			rt.Fatal(err)
		}
		for p, c := range shows(t, again, "") {
			if !slices.Contains(append(paths, "d/", "D/"), p) {
				rt.Errorf("%s is shown as %q", c, p)
			}
		}
	})
}

// TestRespelledFolder: after a person has changed the case of a folder's name, what is to lie in the folder of the old name does not lie in theirs.
func TestRespelledFolder(t *testing.T) {
	m, tr := blindDisk(t)
	if err := placeFile(tr, "Dir/deep/a.txt", "a"); err != nil {
		t.Fatal(err)
	}
	if err := m.Local().Rename("Dir", "DIR"); err != nil {
		t.Fatal(err)
	}
	if err := placeFile(tr, "Dir/deep/b.txt", "b"); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"DIR/": "", "DIR/deep/": "", "DIR/deep/a.txt": "a", "Dir/": "", "Dir/deep/": "", "Dir/deep/b.txt": "b"}
	if got := shows(t, tr, ""); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the folder shows %v, not %v", got, want)
	}
}
