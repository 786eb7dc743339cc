package share_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"lanyard/internal/lantest"
	"lanyard/internal/tree"
	"lanyard/sync/index"
	"lanyard/sync/share"
)

// TestPlacedThenKilled: a program is killed when something lies on disk and is not stored yet. Meanwhile somebody deletes or changes it, and the word of
// that comes before the new start has looked at the disk. What lies there is then known as what was placed: the deletion stands, nothing is published.
func TestPlacedThenKilled(t *testing.T) {
	t.Parallel()
	big := make([]byte, 9<<20) // is hashed beside
	cases := []struct {
		what string
		make func(t *testing.T, root string) // by Anna, while Ben is there
		lies func(disk tree.Local) bool      // it is on Ben's disk
		undo func(t *testing.T, root string) // by Anna, while Ben is away
		want map[string]string               // at the end
		head func(d *desk, id share.ID) bool // Ben's machine has heard of undo
	}{
		{what: "a new file, deleted",
			make: func(t *testing.T, root string) { write(t, root, "f.txt", "new") },
			lies: lying("f.txt", "new"),
			undo: func(t *testing.T, root string) { check(t, os.Remove(filepath.Join(root, "f.txt"))) },
			want: map[string]string{"a.txt": "one"}, head: headIs("f.txt", index.Tombstone)},
		{what: "a new file, changed and deleted",
			make: func(t *testing.T, root string) { write(t, root, "f.txt", "new") },
			lies: lying("f.txt", "new"),
			undo: func(t *testing.T, root string) {
				save(t, root, "f.txt", "newer")
				time.Sleep(200 * time.Millisecond) // so that the change is a version of its own; if it is not, the case is that before
				check(t, os.Remove(filepath.Join(root, "f.txt")))
			},
			want: map[string]string{"a.txt": "one"}, head: headIs("f.txt", index.Tombstone)},
		{what: "a replaced file, deleted",
			make: func(t *testing.T, root string) { save(t, root, "a.txt", "two") },
			lies: lying("a.txt", "two"),
			undo: func(t *testing.T, root string) { check(t, os.Remove(filepath.Join(root, "a.txt"))) },
			want: map[string]string{}, head: headIs("a.txt", index.Tombstone)},
		{what: "a large file, deleted",
			make: func(t *testing.T, root string) { write(t, root, "f.bin", string(big)) },
			lies: lying("f.bin", string(big)),
			undo: func(t *testing.T, root string) { check(t, os.Remove(filepath.Join(root, "f.bin"))) },
			want: map[string]string{"a.txt": "one"}, head: headIs("f.bin", index.Tombstone)},
		{what: "a new folder, deleted",
			make: func(t *testing.T, root string) { check(t, os.Mkdir(filepath.Join(root, "dir"), 0o755)) },
			lies: func(disk tree.Local) bool { return disk.Rename("dir", "dir") == nil },
			undo: func(t *testing.T, root string) { check(t, os.Remove(filepath.Join(root, "dir"))) },
			want: map[string]string{"a.txt": "one"}, head: headIs("dir", index.Tombstone)},
		{what: "a moved file, deleted",
			make: func(t *testing.T, root string) {
				check(t, os.Rename(filepath.Join(root, "a.txt"), filepath.Join(root, "b.txt")))
			},
			lies: lying("b.txt", "one"),
			undo: func(t *testing.T, root string) { check(t, os.Remove(filepath.Join(root, "b.txt"))) },
			want: map[string]string{}, head: headIs("b.txt", index.Tombstone)},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			k := newKilled(t)
			anna, ben, root := k.o.desks[0], k.o.desks[1], k.root
			k.kill(func() { c.make(t, root) }, c.lies)
			c.undo(t, root)
			eventually(t, "Anna's folder is as it shall be", func() bool { return listing(contents(t, root)) == listing(c.want) && c.head(anna, k.id) }, anna.state(k.id))
			k.revive(func() bool { return c.head(ben, k.id) })
			eventually(t, "both are as Anna left it", func() bool {
				share.Look(ben.engine, k.id)
				at, err := ben.engine.Get(k.id)
				return err == nil && at.State == share.InSync && listing(onDisk(ben.disk, "")) == listing(c.want) && listing(contents(t, root)) == listing(c.want)
			}, func() string {
				return "Ben\n" + listing(onDisk(ben.disk, "")) + "Anna\n" + listing(contents(t, root)) + share.Pending(ben.engine, k.id)
			})
			for _, n := range ben.account(k.id) {
				if n.By.ID == person(ben) {
					t.Errorf("Ben did nothing, and is told to have: %+v", n)
				}
			}
		})
	}
}

// TestCopyThenKilled: a program is killed between putting the loser of a conflict aside and storing that. The copy is told as such all the same.
func TestCopyThenKilled(t *testing.T) {
	t.Parallel()
	k := newKilled(t)
	anna, ben := k.o.desks[0], k.o.desks[1]
	k.o.lan.Partition([]*lantest.Host{anna.host}, []*lantest.Host{ben.host})
	anna.publish(k.id, k.root, "a.txt", "Anna's")
	anna.publish(k.id, k.root, "a.txt", "Anna's last")
	check(t, ben.disk.Local().Save("a.txt", []byte("Ben's")))
	eventually(t, "Ben's is published", func() bool {
		share.Look(ben.engine, k.id)
		return len(ben.account(k.id)) == 1
	}, ben.state(k.id))
	k.kill(func() { k.o.lan.Heal(); k.o.meet() }, func(disk tree.Local) bool { return len(onDisk(ben.disk, "")) == 2 })
	k.revive(nil)
	var copied string
	eventually(t, "the copy comes to Anna", func() bool {
		for p, c := range contents(t, k.root) {
			if p != "a.txt" && c == "Ben's" {
				copied = p
			}
		}
		return copied != ""
	}, func() string { return listing(contents(t, k.root)) })
	for _, d := range k.o.desks {
		eventually(t, d.name+" is told once", func() bool {
			n := 0
			for _, one := range d.account(k.id) {
				if one.Path == copied {
					t.Fatalf("%s is told of the copy as %+v", d.name, one)
				}
				if one.What == share.Conflict && one.Copy == copied && one.By.Name == "Ben" && one.Other.Name == "Anna" {
					n++
				}
			}
			return n == 1
		}, func() string { return fmt.Sprintf("%+v", d.account(k.id)) })
	}
}

// killed is Anna's real folder and Ben's disk in memory; Ben's program is killed at a moment.
type killed struct {
	t       *testing.T
	o       *office
	id      share.ID
	root    string
	armed   atomic.Pointer[func(tree.Local) bool]
	judging atomic.Bool
	dead    chan struct{}
	after   *tree.Memory
	dir     string
}

func newKilled(t *testing.T) *killed {
	k := &killed{t: t, o: darkOffice(t, lantest.New(11), "Anna", "Ben")}
	ben := k.o.desks[1]
	ben.disk = tree.NewMemory(tree.MemoryOptions{Volume: "Ben"})
	ben.disk.Hook(func(int, string, string) { k.moment(ben) })
	k.o.open()
	var roots []string
	k.id, roots = k.o.desks[0].share(map[string]string{"a.txt": "one"}, ben)
	k.root = roots[0]
	eventually(t, "Ben has the file and all is stored", func() bool {
		st, err := ben.engine.Get(k.id)
		return err == nil && st.State == share.InSync && lying("a.txt", "one")(ben.disk.Local())
	}, ben.state(k.id))
	return k
}

// moment kills Ben's program before a call to its disk, when what the test waits for lies there. The disk keeps everything, the database its last commit.
func (k *killed) moment(ben *desk) {
	if !k.judging.CompareAndSwap(false, true) { // looking at the disk is a call, too
		return
	}
	defer k.judging.Store(false)
	lies := k.armed.Load()
	if lies == nil || !(*lies)(ben.disk.Local()) || !k.armed.CompareAndSwap(lies, nil) {
		return
	}
	ben.host.Down()
	err := share.Freeze(ben.engine, k.id, ben.dir, k.dir, func() {
		check(k.t, ben.disk.SyncAll())
		k.after = ben.disk.PowerCut(1)
	})
	if err != nil {
		k.t.Error(err)
	}
	close(k.dead)
}

func (k *killed) kill(when func(), lies func(tree.Local) bool) {
	k.t.Helper()
	ben := k.o.desks[1]
	k.dead, k.dir = make(chan struct{}), k.t.TempDir()
	check(k.t, os.Mkdir(filepath.Join(k.dir, "shares"), 0o700))
	k.armed.Store(&lies)
	when()
	select {
	case <-k.dead:
	case <-time.After(hang):
		k.t.Fatal("the moment did not come")
	}
	ben.shut()
}

// revive starts Ben's program again, with what it had; its first look at the disk waits until it has heard something.
func (k *killed) revive(heard func() bool) {
	ben := k.o.desks[1]
	ben.dir, ben.disk, ben.failures = k.dir, k.after, nil
	var waited atomic.Bool
	ben.disk.Hook(func(_ int, doing, p string) {
		if doing != "list" || p != "" || heard == nil || waited.Swap(true) {
			return
		}
		for end := time.Now().Add(hang); !heard() && time.Now().Before(end); {
			time.Sleep(5 * time.Millisecond)
		}
	})
	ben.host.Up()
	ben.start()
	k.o.meet()
}

func lying(p, c string) func(tree.Local) bool {
	return func(disk tree.Local) bool { b, err := disk.ReadFile(p); return err == nil && string(b) == c }
}

func headIs(p string, kind index.Kind) func(*desk, share.ID) bool {
	return func(d *desk, id share.ID) bool { return share.Shows(d.engine, id, index.Path(p)) == kind }
}

// onDisk reads a disk in memory as path and content.
func onDisk(disk *tree.Memory, dir string) map[string]string {
	return filesBelow(&desk{disk: disk}, dir)
}
