package tree

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// hostile are paths that a peer may send to get out of the root, into the hidden folder, or onto a terminal.
var hostile = []string{
	"", ".", "..", "../x", "a/../../x", "./x", "a//b", "a/./b", "x/", "/", "///",
	"/etc/passwd", `\x`, `C:\x`, "C:x", `\\host\share\x`, `\\?\C:\x`, `\??\C:\x`, "//host/x",
	`a\b`, `..\x`, "a\x00b", "a\nb", "a\x1b[2Jb", "a\x7fb", "a\u0085b", "\xff\xfe", "a\xed\xa0\x80",
	"a\u202excod.exe", "a\u2066b", "e\u0301", // bidi; NFD
	".lanyard", ".lanyard/marker", ".LANYARD/in/x", "a/.lanyard/x", ".lan\u200dyard/marker", ".lanyard./x", "LANYAR~1/marker", ".lanyard::$INDEX_ALLOCATION/marker",
	strings.Repeat("x", 241), strings.Repeat("x/", 64) + "x", strings.Repeat("ä", 121),
	strings.Repeat(strings.Repeat("x", 200)+"/", 21) + "x",
	"out", "out/canary", "deep/out/canary", "canary-link", // through links that lie in the root
}

// canary is a folder outside the root which nothing may touch.
type canary struct {
	dir    string
	before string
}

// newCanary makes a root with links that lead out of it, and the folder that they lead to.
func newCanary(t *testing.T, root string) canary {
	t.Helper()
	dir := t.TempDir()
	c := canary{dir: dir}
	err := errors.Join(
		os.WriteFile(filepath.Join(dir, "canary"), []byte("alive"), 0o644),
		os.Mkdir(filepath.Join(root, "deep"), 0o755),
		os.Symlink(dir, filepath.Join(root, "out")),
		os.Symlink(dir, filepath.Join(root, "deep", "out")),
		os.Symlink(filepath.Join(dir, "canary"), filepath.Join(root, "canary-link")),
	)
	if err != nil {
		t.Fatal(err)
	}
	c.before = c.snapshot(t)
	return c
}

// snapshot tells everything about the folder: names, kinds, modes, sizes, times, contents, and the names beside it.
func (c canary) snapshot(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(c.dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		fmt.Fprintln(&b, p, info.Mode(), info.Size(), info.ModTime().UnixNano())
		if info.Mode().IsRegular() {
			content, err := os.ReadFile(p)
			fmt.Fprintf(&b, "%q\n", content)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func (c canary) check(t *testing.T) {
	t.Helper()
	if now := c.snapshot(t); now != c.before {
		t.Errorf("outside the root, before:\n%s\nafter:\n%s", c.before, now)
	}
}

// TestHostilePaths calls everything with every hostile path: each call fails, and nothing outside the root or in the hidden folder changes.
func TestHostilePaths(t *testing.T) {
	for _, d := range disks()[:2] {
		t.Run(d.name, func(t *testing.T) {
			f, who := d.open(t)
			tr, err := Create(f, Marker{Share: "s"})
			if err != nil {
				t.Fatal(err)
			}
			c := newCanary(t, who.(home).dir)
			good := put(t, tr, "good", "x")
			for _, p := range hostile {
				callAll(t, tr, p, good)
			}
			c.check(t)
			if err := tr.Check(); err != nil {
				t.Errorf("the marker: %v", err)
			}
			want(t, who, "good", "x")
			if all, err := tr.TrashList(); err != nil || len(all) != 0 {
				t.Errorf("in the trash: %v, %v", all, err)
			}
		})
	}
}

// callAll calls every method that takes a path and demands that each one refuses.
func callAll(t *testing.T, tr *Tree, p string, good Stat) {
	t.Helper()
	link := Stat{Kind: KindLink}
	if s, err := tr.Lstat(p); err == nil && p != "" && s.Kind == KindLink {
		link = s
	} else if err == nil && p != "" {
		t.Errorf("Lstat(%q) = %+v", p, s)
	}
	refuse := func(what string, err error) {
		t.Helper()
		if err == nil {
			t.Errorf("%s %q was not refused", what, p)
		}
	}
	_, err := tr.Place(incoming(t, tr, "k", "evil"), p)
	refuse("Place", err)
	for _, expect := range []Stat{good, link} {
		_, err = tr.Replace(incoming(t, tr, "k", "evil"), p, expect)
		refuse("Replace", err)
		_, err = tr.Remove(p, expect)
		refuse("Remove", err)
		_, err = tr.Move(p, "elsewhere", expect)
		refuse("Move from", err)
		_, err = tr.SetMeta(p, expect, 1, true)
		refuse("SetMeta", err)
	}
	_, err = tr.Move("good", p, good)
	refuse("Move to", err)
	_, err = tr.MakeDir(p)
	refuse("MakeDir", err)
	refuse("RemoveDir", tr.RemoveDir(p))
	_, err = tr.Read(p)
	refuse("Read", err)
	refuse("Busy", tr.Busy(p))
	_, _, err = tr.Restore(TrashID("20261121T092000Z-k7f3ab/"+p), p)
	refuse("Restore", err)
	if _, err = tr.List(p); p != "" {
		refuse("List", err)
	}
}

// TestSwapRace lets a local program swap a folder for a link that leads out of the root, over and over, while the tree works in it. Whatever each
// call answers, nothing outside changes.
func TestSwapRace(t *testing.T) {
	for _, d := range disks()[:1] { // os.Root alone promises less: a race may lead elsewhere inside the root
		t.Run(d.name, func(t *testing.T) {
			f, who := d.open(t)
			tr, err := Create(f, Marker{Share: "s"})
			if err != nil {
				t.Fatal(err)
			}
			root := who.(home).dir
			c := newCanary(t, root)
			stop := make(chan struct{})
			var attacker sync.WaitGroup
			swaps := 0
			attacker.Go(func() { swaps = swapFolder(t, root, c.dir, stop) })
			const rounds = 600
			placed := 0
			for i := range rounds {
				p := fmt.Sprintf("prey/f%d", i)
				s, err := tr.Place(incoming(t, tr, "k", "x"), p)
				if err == nil {
					placed++
					_, err = tr.Replace(incoming(t, tr, "k", "yy"), p, s)
				}
				if err != nil {
					if in, err := tr.Incoming("k"); err == nil {
						err = in.Discard()
						if err != nil {
							t.Error(err)
						}
					}
				}
				if entries, err := tr.List("prey"); err == nil {
					for _, e := range entries {
						if e.Name == "canary" {
							t.Error("listed what is outside")
						}
					}
				}
				if f, err := tr.Read("prey/canary"); err == nil {
					t.Error("read what is outside", f.Close())
				}
				if _, err := tr.Remove("prey/canary", s); err == nil {
					t.Error("removed what is outside")
				}
			}
			close(stop)
			attacker.Wait()
			c.check(t)
			t.Logf("%d of %d placed, %d swaps", placed, rounds, swaps)
			if placed == 0 || swaps == 0 {
				t.Error("one side never won: the race was not tried")
			}
		})
	}
}

// swapFolder makes root/prey a folder and a link to outside in turn, and returns how often the link was there.
func swapFolder(t *testing.T, root, outside string, stop <-chan struct{}) (swaps int) {
	prey, aside, link := filepath.Join(root, "prey"), filepath.Join(root, "aside"), filepath.Join(root, "bait")
	outside, err := filepath.Rel(root, outside) // an absolute link would be refused for one reason more
	if err := errors.Join(err, os.MkdirAll(prey, 0o755), os.Symlink(outside, link)); err != nil {
		t.Error(err)
		return 0
	}
	for {
		select {
		case <-stop:
			return swaps
		default:
		}
		if err := os.RemoveAll(aside); err != nil {
			t.Error(err)
			return swaps
		}
		// The tree makes the folder anew at any point: a round lost to it is part of the race.
		if err := os.Rename(prey, aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Error(err)
			return swaps
		}
		if os.Rename(link, prey) != nil {
			continue
		}
		swaps++
		runtime.Gosched()
		if err := os.Rename(prey, link); err != nil {
			t.Error(err)
			return swaps
		}
	}
}

// TestMovedOut: a folder that somebody moves out of the root is not written to through anything kept open.
func TestMovedOut(t *testing.T) {
	for _, d := range disks()[:2] {
		t.Run(d.name, func(t *testing.T) {
			f, who := d.open(t)
			tr, err := Create(f, Marker{Share: "s"})
			if err != nil {
				t.Fatal(err)
			}
			put(t, tr, "d/a", "one")
			outside := filepath.Join(t.TempDir(), "d")
			if err := os.Rename(who.(home).at("d"), outside); err != nil {
				t.Fatal(err)
			}
			put(t, tr, "d/b", "two")
			if _, err := os.Stat(filepath.Join(outside, "b")); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("written outside: %v", err)
			}
			want(t, who, "d/b", "two")
		})
	}
}

// TestHardLink: a second name for a file outside, planted where content is received, is not written through.
func TestHardLink(t *testing.T) {
	for _, d := range disks()[:2] {
		t.Run(d.name, func(t *testing.T) {
			f, who := d.open(t)
			tr, err := Create(f, Marker{Share: "s"})
			if err != nil {
				t.Fatal(err)
			}
			c := newCanary(t, who.(home).dir)
			if err := os.Link(filepath.Join(c.dir, "canary"), who.(home).at(inDir+"/c-k")); err != nil {
				t.Fatal(err)
			}
			put0, err := tr.Place(incoming(t, tr, "k", "evil"), "a")
			if err != nil || put0.Size != 4 {
				t.Errorf("placed %+v, %v", put0, err)
			}
			c.check(t)
		})
	}
}

// FuzzPaths: no path that a peer can send makes Place write outside the root, and one that is taken is read back by the same path.
func FuzzPaths(f *testing.F) {
	for _, p := range hostile {
		f.Add(p)
	}
	f.Add("a/b c/d.txt")
	f.Fuzz(func(t *testing.T, p string) {
		outer := t.TempDir()
		root := filepath.Join(outer, "root")
		if err := os.Mkdir(root, 0o755); err != nil {
			t.Fatal(err)
		}
		disk, err := OpenDisk(root)
		if err != nil {
			t.Fatal(err)
		}
		defer disk.Close()
		tr, err := Create(disk, Marker{Share: "s"})
		if err != nil {
			t.Fatal(err)
		}
		if s, err := tr.Place(incoming(t, tr, "k", "x"), p); err == nil {
			if again, err := tr.Lstat(p); err != nil || again != s {
				t.Errorf("placed %q and found %+v, %v", p, again, err)
			}
			if _, err := tr.Remove(p, s); err != nil {
				t.Errorf("remove %q: %v", p, err)
			}
		}
		if beside, err := os.ReadDir(outer); err != nil || len(beside) != 1 {
			t.Errorf("beside the root: %v, %v", beside, err)
		}
		if err := tr.Check(); err != nil {
			t.Error(err)
		}
	})
}
