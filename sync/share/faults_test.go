package share_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"lanyard/internal/lantest"
	"lanyard/internal/tree"
	"lanyard/sync/share"
)

// pair is two desks that share a folder and are in sync.
func pair(t *testing.T, files map[string]string) (o *office, id share.ID, a, b string) {
	t.Helper()
	o = newOffice(t, "Anna", "Ben")
	id, roots := o.desks[0].share(files, o.desks[1])
	o.agree(id, roots...)
	return o, id, roots[0], roots[1]
}

// TestRootMissing: a folder that is moved away is told as a problem, deletes nothing anywhere, and goes on when it is back.
func TestRootMissing(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"a.txt": "one", "dir/b.txt": "two"})
	away := a + " away"
	check(t, os.Rename(a, away))
	anna := o.desks[0]
	state := func() string { st, err := anna.engine.Get(id); return fmt.Sprintf("%+v %v", st, err) }
	save(t, b, "a.txt", "changed meanwhile") // which also wakes Anna's worker
	eventually(t, "Anna is told that the folder is missing", func() bool {
		st, err := anna.engine.Get(id)
		return err == nil && st.State == share.Trouble && len(st.Problems) > 0 && st.Problems[0].Remedy != ""
	}, state)
	check(t, os.Mkdir(a, 0o755)) // an empty folder in its place proves nothing
	save(t, b, "a.txt", "changed again")
	time.Sleep(100 * time.Millisecond) // long enough for a mistake to show; that none happens has no event
	if got := contents(t, b); len(got) != 3 {
		t.Fatalf("Ben's folder holds\n%s", listing(got))
	}
	check(t, os.Remove(a))
	check(t, os.Rename(away, a))
	become(t, map[string]string{"a.txt": "changed again", "dir/": "", "dir/b.txt": "two"}, a, b)
	o.agree(id, a, b)
}

// TestEditors: the ways in which programs save are changes of one file, never a deletion, and scratch files stay at home.
func TestEditors(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"doc.docx": "v0"})
	at := func(name string) string { return filepath.Join(a, name) }
	put := func(name, c string) { check(t, os.WriteFile(at(name), []byte(c), 0o644)) }
	move := func(from, to string) { check(t, os.Rename(at(from), at(to))) }
	remove := func(name string) { check(t, os.Remove(at(name))) }
	late := false // this machine was so slow that the file was away for as long as a deleted one
	aside := func(to string, saved func()) {
		begun := time.Now()
		move("doc.docx", to)
		saved()
		late = late || time.Since(begun) >= share.QuietDelete
	}
	ways := []struct {
		program string
		save    func(c string)
	}{
		{"in place", func(c string) { put("doc.docx", c) }},
		{"beside and over", func(c string) { put(".goutputstream-AB12CD", c); move(".goutputstream-AB12CD", "doc.docx") }},
		{"vim", func(c string) {
			put(".doc.docx.swp", "swap")
			put("4913", "")
			remove("4913")
			aside("doc.docx~", func() { put("doc.docx", c) })
			remove("doc.docx~")
			remove(".doc.docx.swp")
		}},
		{"Word", func(c string) {
			put("~$doc.docx", "owner")
			put("~WRD0001.tmp", c)
			aside("~WRL0002.tmp", func() {
				time.Sleep(300 * time.Millisecond) // as on slow disks with a virus scanner
				move("~WRD0001.tmp", "doc.docx")
			})
			remove("~WRL0002.tmp")
			remove("~$doc.docx")
		}},
		{"LibreOffice", func(c string) {
			put(".~lock.doc.docx#", "owner")
			put("lu1234abcd.tmp", c)
			move("lu1234abcd.tmp", "doc.docx")
			remove(".~lock.doc.docx#")
		}},
	}
	for i, way := range ways {
		c := fmt.Sprintf("v%d by %s", i+1, way.program)
		way.save(c)
		become(t, map[string]string{"doc.docx": c}, b)
	}
	o.agree(id, a, b)
	for _, d := range o.desks {
		if d.notices.has(func(n share.Notice) bool { return n.What == share.Deleted && !late || n.Path != "doc.docx" }) {
			t.Errorf("%s was told of more than changes: %+v", d.name, d.notices.list)
		}
	}
}

// TestSlowWriter: a file that a program writes for a while is not shared half. (Linux alone tells who has a file open for writing.)
func TestSlowWriter(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("needs Linux, which tells who writes: run it there")
	}
	o, id, a, b := pair(t, nil)
	f, err := os.Create(filepath.Join(a, "video.mp4"))
	check(t, err)
	var whole strings.Builder
	for i := range 8 {
		part := strings.Repeat(fmt.Sprint(i), 1000)
		whole.WriteString(part)
		_, err := f.WriteString(part)
		check(t, err)
		time.Sleep(60 * time.Millisecond) // longer than the quiet time of a write
		if got := contents(t, b); len(got) != 0 {
			t.Fatalf("half a file has arrived:\n%s", listing(got))
		}
	}
	check(t, f.Close())
	become(t, map[string]string{"video.mp4": whole.String()}, b)
	o.agree(id, a, b)
}

// TestKinds: files become folders, folders become files, the executable bit travels, and empty folders come and go.
func TestKinds(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"x": "a file", "y/inner.txt": "in a folder", "tool.sh": "#!/bin/sh"})
	check(t, os.Remove(filepath.Join(a, "x")))
	write(t, a, "x/now a folder.txt", "yes")
	check(t, os.RemoveAll(filepath.Join(a, "y")))
	write(t, a, "y", "now a file")
	check(t, os.Mkdir(filepath.Join(a, "empty"), 0o755))
	check(t, os.Chmod(filepath.Join(a, "tool.sh"), 0o755))
	want := map[string]string{"x/": "", "x/now a folder.txt": "yes", "y": "now a file", "empty/": "", "tool.sh": "#!/bin/sh"}
	become(t, want, a, b)
	eventually(t, "the tool may be executed", func() bool {
		info, err := os.Stat(filepath.Join(b, "tool.sh"))
		return err == nil && info.Mode()&0o100 != 0
	}, func() string { return "" })
	check(t, os.Remove(filepath.Join(b, "empty")))
	delete(want, "empty/")
	become(t, want, a, b)
	o.agree(id, a, b)
}

// TestNotShared: links, devices and names that cannot be shared are listed, stop nothing else, and touch nothing.
func TestNotShared(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"a.txt": "one"})
	secret := filepath.Join(t.TempDir(), "secret.txt")
	check(t, os.WriteFile(secret, []byte("not for Ben"), 0o600))
	check(t, os.Symlink(secret, filepath.Join(a, "link.txt")))
	check(t, os.WriteFile(filepath.Join(a, "back\\slash.txt"), []byte("x"), 0o644))
	write(t, a, "b.txt", "two")
	become(t, map[string]string{"a.txt": "one", "b.txt": "two"}, b)
	o.desks[0].restart() // a look at everything lists them
	anna := o.desks[0]
	eventually(t, "both are listed", func() bool {
		st, err := anna.engine.Get(id)
		return err == nil && len(st.Problems) == 2
	}, func() string { st, err := anna.engine.Get(id); return fmt.Sprintf("%+v %v", st, err) })
	become(t, map[string]string{"a.txt": "one", "b.txt": "two"}, b)
}

// TestFullDiskOfMany: of many files that do not fit on a disk one sentence tells.
func TestFullDiskOfMany(t *testing.T) {
	t.Parallel()
	o := darkOffice(t, lantest.New(5), "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	ben.disk = tree.NewMemory(tree.MemoryOptions{Volume: "small", Size: 300_000})
	check(t, ben.disk.Local().WriteFile("ballast~", make([]byte, 250_000)))
	o.open()
	files := map[string]string{}
	for i := range 20 {
		files[fmt.Sprintf("file %02d.bin", i)] = strings.Repeat(string(rune('a'+i)), 60_000)
	}
	id, _ := anna.share(files, ben)
	eventually(t, "one sentence tells of all", func() bool {
		st, err := ben.engine.Get(id)
		return err == nil && len(st.Problems) == 1 && strings.HasPrefix(st.Problems[0].Text, `20 files are not up to date here, file 00.bin among them: the disk is full`)
	}, ben.state(id))
	check(t, ben.disk.Local().Remove("ballast~"))
	eventually(t, "what fits now arrives, and of few each is told", func() bool {
		st, err := ben.engine.Get(id)
		return err == nil && st.Files >= 4
	}, ben.state(id))
}

// TestFullDisk: what does not fit is told and waits; the rest goes on; with room again it arrives.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	o := darkOffice(t, lantest.New(5), "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	ben.disk = tree.NewMemory(tree.MemoryOptions{Volume: "small", Size: 300_000})
	check(t, ben.disk.Local().WriteFile("ballast~", make([]byte, 200_000))) // debris, so that it is not shared
	o.open()
	id, roots := anna.share(map[string]string{"large.bin": strings.Repeat("L", 250_000), "small.txt": "small"}, ben)
	has := func(p string) bool { _, err := ben.disk.Local().ReadFile(p); return err == nil }
	state := func() string { st, err := ben.engine.Get(id); return fmt.Sprintf("%+v %v", st, err) }
	eventually(t, "the small file arrives", func() bool { return has("small.txt") }, state)
	eventually(t, "the full disk is told", func() bool {
		st, err := ben.engine.Get(id)
		return err == nil && strings.Contains(fmt.Sprint(st.Problems), "disk is full")
	}, state)
	eventually(t, "Anna learns why Ben lacks the file", func() bool {
		p := anna.problem(id, "large.bin")
		return p != nil && strings.Contains(p.Text, "Ben") && strings.Contains(p.Text, "full")
	}, anna.state(id))
	if has("large.bin") {
		t.Fatal("the large file has appeared on a disk without room for it")
	}
	write(t, roots[0], "later.txt", "later")
	eventually(t, "later files go on", func() bool { return has("later.txt") }, state)
	check(t, ben.disk.Local().Remove("ballast~"))
	eventually(t, "with room the large file arrives", func() bool { return has("large.bin") }, state)
	eventually(t, "Anna is told no longer", func() bool {
		st, err := anna.engine.Get(id)
		return err == nil && st.State == share.InSync && len(st.Problems) == 0
	}, anna.state(id))
}

// TestRestoredProfile: a desk whose profile is put back to an earlier state loses nothing that it or others wrote, and goes on under a new log.
func TestRestoredProfile(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"a.txt": "one"})
	ben := o.desks[1]
	save(t, b, "a.txt", "two")
	become(t, map[string]string{"a.txt": "two"}, a)
	o.agree(id, a, b)
	backup := t.TempDir()
	check(t, os.Mkdir(filepath.Join(backup, "shares"), 0o700))
	check(t, share.Freeze(ben.engine, id, ben.dir, backup, func() {}))

	write(t, b, "after the backup.txt", "precious")
	save(t, b, "a.txt", "three")
	become(t, map[string]string{"a.txt": "three", "after the backup.txt": "precious"}, a)
	o.agree(id, a, b)
	ben.shut()
	ben.dir = backup
	save(t, b, "a.txt", "four, written before anybody is met")
	ben.start()
	o.meet()
	got := o.agree(id, a, b)
	all := listing(got) // the restored desk could not know of "three": one of the two is kept beside
	if len(got) != 3 || got["after the backup.txt"] != "precious" || !strings.Contains(all, "three") || !strings.Contains(all, "four") {
		t.Fatalf("the folders hold\n%s", all)
	}
	save(t, b, "a.txt", "five")
	got["a.txt"] = "five"
	become(t, got, a, b)
	o.agree(id, a, b)
}

// TestLostDatabase: a share whose database is gone begins anew from the folder and what the others know.
func TestLostDatabase(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"a.txt": "one", "dir/b.txt": "two"})
	ben := o.desks[1]
	ben.shut()
	for _, suffix := range []string{"", "-wal", "-shm"} {
		check(t, os.RemoveAll(filepath.Join(ben.dir, "shares", id.String()+".db"+suffix)))
	}
	save(t, a, "a.txt", "changed by Anna")
	save(t, b, "dir/b.txt", "changed by Ben")
	ben.start()
	o.meet()
	got := o.agree(id, a, b)
	all := listing(got)
	if !strings.Contains(all, "changed by Anna") || !strings.Contains(all, "changed by Ben") {
		t.Fatalf("a change is lost:\n%s", all)
	}
}
