package tree

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// The tests of this file run one piece of work, the batch below, and break it at every call: by a power cut, a crash, a full disk, an I/O error.

// batch is a share's usual work: new files, a replacement, a removal, a move, a flush. It ends at the first error and records what was promised.
type batch struct {
	flushed bool // the first Flush has returned: "kept" and the old files are durable
	done    bool // the last Flush has returned
}

const (
	oldText = "the old content, long enough to be torn"
	newText = "the new content, a little longer, to be torn as well"
)

func (b *batch) run(tr *Tree) error {
	ctx := context.Background()
	old := map[string]Stat{}
	for _, p := range []string{"kept", "d/replaced", "d/removed", "moved"} {
		s, err := fill(tr, p, oldText)
		if err != nil {
			return err
		}
		old[p] = s
	}
	if err := tr.Flush(ctx); err != nil {
		return err
	}
	b.flushed = true
	in, err := write(tr, "c1", newText)
	if err != nil {
		return err
	}
	if _, err := tr.Replace(in, "d/replaced", old["d/replaced"]); err != nil {
		return err
	}
	if _, err := tr.Remove("d/removed", old["d/removed"]); err != nil {
		return err
	}
	if _, err := tr.Move("moved", "e/f/moved", old["moved"]); err != nil {
		return err
	}
	if _, err := fill(tr, "e/placed", newText); err != nil {
		return err
	}
	if err := tr.Flush(ctx); err != nil {
		return err
	}
	b.done = true
	return nil
}

func write(tr *Tree, name, b string) (*Incoming, error) {
	in, err := tr.Incoming(name)
	if err != nil {
		return nil, err
	}
	if err := in.Truncate(0); err != nil {
		return nil, errors.Join(err, in.Close())
	}
	if _, err := in.Write([]byte(b)); err != nil {
		return nil, errors.Join(err, in.Close())
	}
	if err := in.SetMeta(1e18, false); err != nil {
		return nil, errors.Join(err, in.Close())
	}
	return in, nil
}

func fill(tr *Tree, p, b string) (Stat, error) {
	in, err := write(tr, "c0", b)
	if err != nil {
		return Stat{}, err
	}
	return tr.Place(in, p)
}

// check holds the promises against what a machine finds. cut says that power was lost, so that what was not flushed may be damaged.
func (b *batch) check(t *testing.T, tr *Tree, who person, cut bool) {
	t.Helper()
	all, err := everything(tr)
	if err != nil {
		t.Errorf("walk: %v", err)
		return
	}
	trash, err := trashed(tr)
	if err != nil {
		t.Errorf("trash: %v", err)
		return
	}
	if b.flushed {
		one(t, "kept", all["kept"], oldText)
		one(t, "d/replaced", all["d/replaced"], oldText, newText)
		if all["d/replaced"] == newText && !slices.Contains(trash["d/replaced"], oldText) {
			t.Errorf("the replaced bytes are gone; trash: %q", trash)
		}
		one(t, "d/removed", all["d/removed"]+first(trash["d/removed"]), oldText)
		one(t, "moved", all["moved"]+all["e/f/moved"], oldText)
	}
	if b.done {
		one(t, "d/replaced", all["d/replaced"], newText)
		one(t, "d/removed", first(trash["d/removed"]), oldText)
		one(t, "e/f/moved", all["e/f/moved"], oldText)
		one(t, "e/placed", all["e/placed"], newText)
	}
	if cut {
		return
	}
	for p, text := range all {
		if !strings.HasSuffix(p, "/") {
			one(t, p, text, oldText, newText)
		}
	}
}

func first(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return all[0]
}

func one(t *testing.T, p, got string, allowed ...string) {
	t.Helper()
	if !slices.Contains(allowed, got) {
		t.Errorf("%s holds %q, allowed is %q", p, got, allowed)
	}
}

// everything reads all files of the tree; an empty folder is one with a slash behind it.
func everything(tr *Tree) (map[string]string, error) {
	all := map[string]string{}
	var walk func(dir string) error
	walk = func(dir string) error {
		entries, err := tr.List(dir)
		for _, e := range entries {
			p := e.Name
			if dir != "" {
				p = dir + "/" + p
			}
			if e.Kind == KindDir {
				before := len(all)
				if err = errors.Join(err, walk(p)); len(all) == before {
					all[p+"/"] = ""
				}
				continue
			}
			f, failed := tr.Read(p)
			if err = errors.Join(err, failed); failed == nil {
				all[p], failed = text(f)
				err = errors.Join(err, failed)
			}
		}
		return err
	}
	return all, walk("")
}

func trashed(tr *Tree) (map[string][]string, error) {
	list, err := tr.TrashList()
	all := map[string][]string{}
	for _, x := range list {
		f, failed := tr.TrashRead(x.ID)
		if failed == nil {
			var s string
			s, failed = text(f)
			all[x.ID.Path()] = append(all[x.ID.Path()], s)
		}
		err = errors.Join(err, failed)
	}
	return all, err
}

func text(f File) (string, error) {
	s, err := f.Stat()
	b := make([]byte, s.Size)
	if err == nil && s.Size > 0 {
		_, err = f.ReadAt(b, 0)
	}
	return string(b), errors.Join(err, f.Close())
}

// kinds are the disks that a Memory can play.
var kinds = map[string]MemoryOptions{
	"Linux":   {},
	"macOS":   {CaseBlind: true, NoSyncAll: true},
	"Windows": {CaseBlind: true, NoExchange: true, NoSyncAll: true},
	"FAT":     {CaseBlind: true, NoExchange: true, NoLinks: true, NoSyncAll: true},
}

// onEachKind makes a new marked Memory of each kind for n = 1, 2, 3 ... until test returns false.
func onEachKind(t *testing.T, test func(t *testing.T, m *Memory, tr *Tree, n int) bool) {
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		t.Run(kind, func(t *testing.T) {
			for n := 1; ; n++ {
				m := NewMemory(kinds[kind])
				tr, err := Create(m, Marker{Share: "s"})
				if err == nil {
					err = tr.Flush(context.Background())
				}
				if err != nil {
					t.Fatal(err)
				}
				if !test(t, m, tr, n) {
					t.Logf("the work is %d calls", n-1)
					return
				}
				if n > 10000 {
					t.Fatal("the work never ends")
				}
			}
		})
	}
}

// TestPowerCut cuts the power at each call, many times with other luck, and opens what is left.
func TestPowerCut(t *testing.T) {
	const seeds = 40
	onEachKind(t, func(t *testing.T, m *Memory, tr *Tree, n int) bool {
		marker := tr.Marker()
		var b batch
		m.FailAt(n, 1<<30, errors.New("no power"))
		err := b.run(tr)
		for seed := range uint64(seeds) {
			after := m.PowerCut(seed*1000 + uint64(n))
			opened, failed := Open(after, marker)
			if failed != nil {
				t.Fatalf("call %d, seed %d: open: %v", n, seed, failed)
			}
			if b.check(t, opened, after.Local(), true); t.Failed() {
				t.Fatalf("after a power cut at call %d, seed %d", n, seed)
			}
		}
		return err != nil
	})
}

// TestCrash ends the process at each call; the machine lives on, and the next process does the work anew.
func TestCrash(t *testing.T) {
	onEachKind(t, func(t *testing.T, m *Memory, tr *Tree, n int) bool {
		marker := tr.Marker()
		var b batch
		m.FailAt(n, 1<<30, errors.New("killed"))
		err := b.run(tr)
		m.FailAt(1<<30, 1<<30, nil)
		again, failed := Open(m, marker)
		if failed != nil {
			t.Fatalf("call %d: open: %v", n, failed)
		}
		if b.check(t, again, m.Local(), false); t.Failed() {
			t.Fatalf("after a crash at call %d", n)
		}
		return err != nil
	})
}

// TestFaults lets one call fail with a full disk or an I/O error. The error comes out with its kind, and nothing is lost or half done.
func TestFaults(t *testing.T) {
	for name, fault := range map[string]error{"full": ErrFull, "I/O error": errors.New("input/output error"), "denied": ErrDenied} {
		t.Run(name, func(t *testing.T) {
			onEachKind(t, func(t *testing.T, m *Memory, tr *Tree, n int) bool {
				var b batch
				m.FailAt(n, n, fault)
				start := m.Calls()
				err := b.run(tr)
				calls := m.Calls() - start
				if err != nil && !errors.Is(err, fault) {
					t.Errorf("call %d: %v, want %v in it", n, err, fault)
				}
				m.FailAt(1<<30, 1<<30, nil)
				again, failed := Open(m, tr.Marker())
				if failed != nil {
					t.Fatalf("call %d: open: %v", n, failed)
				}
				if b.check(t, again, m.Local(), false); t.Failed() {
					t.Fatalf("after a fault at call %d (%v)", n, err)
				}
				return err != nil || calls >= n
			})
		})
	}
}

// TestFullDisk runs the work on disks of every size until it fits: each error is ErrFull, and what is there is whole.
func TestFullDisk(t *testing.T) {
	for size := int64(300); ; size += 7 {
		m := NewMemory(MemoryOptions{Size: size})
		tr, err := Create(m, Marker{Share: "s"})
		if errors.Is(err, ErrFull) {
			continue
		}
		if err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		var b batch
		err = b.run(tr)
		if b.check(t, tr, m.Local(), false); t.Failed() {
			t.Fatalf("on a disk of %d bytes", size)
		}
		if err == nil {
			t.Logf("the work fits on %d bytes", size)
			return
		}
		if !errors.Is(err, ErrFull) || errors.Is(err, ErrBroken) {
			t.Fatalf("%d bytes: %v", size, err)
		}
	}
}

// TestPowerCutLosesWhatIsNotSynced proves that the disk in memory is as cruel as it says: without it the tests above would show nothing.
func TestPowerCutLosesWhatIsNotSynced(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(200) {
		m := NewMemory(MemoryOptions{})
		f, err := m.Create("a")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteAt([]byte("0123456789"), 0); err != nil {
			t.Fatal(err)
		}
		if err := m.Rename("a", "b"); err != nil {
			t.Fatal(err)
		}
		after := m.PowerCut(seed).Local()
		for _, p := range []string{"a", "b"} {
			if got, err := after.ReadFile(p); err == nil {
				seen[fmt.Sprintf("%s: %d bytes", p, len(got))] = true
				seen[p] = true
			}
		}
		if _, err := f.WriteAt([]byte("x"), 0); !errors.Is(err, errPowerOff) {
			t.Fatalf("write without power: %v", err)
		}
	}
	for _, fate := range []string{"a", "b", "b: 0 bytes", "b: 10 bytes", "b: 3 bytes"} {
		if !seen[fate] {
			t.Errorf("no power cut left %q", fate)
		}
	}
}

// TestCopy: the copy of a disk holds what was there, synced or not, and the two go their own ways.
func TestCopy(t *testing.T) {
	m := NewMemory(MemoryOptions{Volume: "one"})
	for p, c := range map[string]string{"a.txt": "one", "dir/b.txt": "two"} {
		if err := m.Local().WriteFile(p, []byte(c)); err != nil {
			t.Fatal(err)
		}
	}
	again := m.Copy()
	if err := again.Local().WriteFile("a.txt", []byte("changed")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		disk       *Memory
		path, want string
	}{{m, "a.txt", "one"}, {m, "dir/b.txt", "two"}, {again, "a.txt", "changed"}, {again, "dir/b.txt", "two"}} {
		if got, err := c.disk.Local().ReadFile(c.path); err != nil || string(got) != c.want {
			t.Errorf("%s is %q, %v, not %q", c.path, got, err, c.want)
		}
	}
	before, err := m.Lstat("dir/b.txt")
	after, err2 := again.Lstat("dir/b.txt")
	if err != nil || err2 != nil || before != after {
		t.Errorf("the copy of a file is %+v, not %+v (%v, %v)", after, before, err2, err)
	}
}
