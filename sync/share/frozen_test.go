package share_test

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zeebo/blake3"

	"lanyard/internal/identity"
	"lanyard/internal/lantest"
	"lanyard/internal/name"
	"lanyard/internal/tree"
	"lanyard/sync/role"
	"lanyard/sync/share"
)

// heldShare is what a frozen profile holds of its share, as the program showed it that made it. Only what every later program shows alike is in it.
type heldShare struct {
	ID      share.ID
	Name    string
	Files   int
	Bytes   int64
	Members []string          // of each the name, role and state
	Folder  map[string]string // of each path in the folder the hash of its content
	Trash   []string
	Account []string // what happened, newest first
	Offered []string // names of shares that are not answered
	Heir    string   `json:",omitempty"` // to whom the share is offered
}

// frozenDesks are whose profiles are frozen: Anna's share, in which Ben takes part.
var frozenDesks = []string{"Anna", "Ben"}

// TestFrozenShares opens profiles with shares that earlier programs made, and finds all that they held, in the first run and in the second; then the two
// go on with each other.
//
// Whoever changes what is stored freezes profiles first, with the last program that stores as before: LANYARD_FREEZE=N go test -run TestFrozenShares ./sync/share
// makes testdata/versionN, where N is the number of migrations of the part "folder" then. What is new since the last time goes into freezeShares.
func TestFrozenShares(t *testing.T) {
	if n := os.Getenv("LANYARD_FREEZE"); n != "" {
		freezeShares(t, filepath.Join("testdata", "version"+n))
		return
	}
	all, err := filepath.Glob(filepath.Join("testdata", "version*", "Anna", "held.json"))
	if err != nil || len(all) == 0 {
		t.Fatalf("no frozen profiles: %v", err)
	}
	for _, path := range all {
		from := filepath.Dir(filepath.Dir(path))
		t.Run(filepath.Base(from), func(t *testing.T) {
			t.Parallel()
			o := thawed(t, from)
			for range 2 {
				for _, d := range o.desks {
					d.start()
					d.holds(heldIn(t, filepath.Join(from, d.name)))
					d.shut()
				}
			}
			o.goesOn(heldIn(t, filepath.Join(from, "Anna")).ID)
		})
	}
}

// frozenOffice is an office whose desks have disks in memory. Ben's is too small for what Anna has.
func frozenOffice(t *testing.T, names ...string) *office {
	o := memoryOffice(t, names...)
	o.desks[1].disk = tree.NewMemory(tree.MemoryOptions{Volume: o.desks[1].name, Size: 4 << 20})
	for _, d := range o.desks {
		var err error
		d.id, err = identity.Open(d.dir)
		check(t, err)
	}
	return o
}

// thawed returns an office with frozen profiles, in which nobody is at work yet. What lay on their disks has other numbers and times there, as after a restore.
func thawed(t *testing.T, from string) *office {
	t.Helper()
	o := frozenOffice(t, frozenDesks...)
	for _, d := range o.desks {
		from := filepath.Join(from, d.name)
		d.dir = t.TempDir()
		check(t, os.CopyFS(d.dir, os.DirFS(filepath.Join(from, "profile"))))
		var err error
		d.id, err = identity.Open(d.dir)
		check(t, err)
		check(t, share.Relocate(filepath.Join(d.dir, "lanyard.db"), t.TempDir()))
		thawDisk(t, d.disk, filepath.Join(from, "disk.json.gz"))
	}
	return o
}

func heldIn(t *testing.T, dir string) (h heldShare) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "held.json"))
	check(t, err)
	check(t, json.Unmarshal(b, &h))
	return h
}

// holds waits until a desk shows what it held when it was frozen.
func (d *desk) holds(want heldShare) {
	d.t.Helper()
	eventually(d.t, d.name+" holds what was frozen", func() bool { return text(d.held(want.ID)) == text(want) }, func() string {
		return "it holds " + text(d.held(want.ID)) + "\nand not " + text(want)
	})
}

func text(h heldShare) string {
	b, err := json.MarshalIndent(h, "", " ")
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// held reads what a desk holds of a share, as far as it can be read.
func (d *desk) held(id share.ID) heldShare {
	d.t.Helper()
	ctx := d.t.Context()
	st, why := d.engine.Get(id)
	trash, err := d.engine.Trash(ctx, id)
	why = errors.Join(why, err)
	notices, err := d.engine.Notices(ctx, id, 1000)
	if why = errors.Join(why, err); why != nil {
		return heldShare{Name: why.Error()} // it is not at work yet
	}
	h := heldShare{ID: id, Name: st.Name, Files: st.Files, Bytes: st.Bytes, Folder: map[string]string{}}
	if st.Offered != nil {
		h.Heir = st.Offered.Name
	}
	for _, m := range st.Members {
		h.Members = append(h.Members, fmt.Sprint(m.Name, ", ", m.Role, ", ", m.State))
	}
	for p, c := range on(d) {
		h.Folder[p] = fmt.Sprintf("%x", blake3.Sum256([]byte(c)))[:16]
	}
	for _, one := range trash {
		h.Trash = append(h.Trash, fmt.Sprintf("%s, %d bytes, %s by %s, %s", one.Path, one.Size, one.Reason, one.By.Name, one.ID))
	}
	slices.Sort(h.Trash)
	for _, n := range notices {
		h.Account = append(h.Account, fmt.Sprintf("%s %s by %s, %q %q %q", n.What, n.Path, n.By.Name, n.Other.Name, n.Copy, n.From))
	}
	for _, in := range d.engine.Invitations() {
		h.Offered = append(h.Offered, in.Name+" from "+in.From.Name)
	}
	return h
}

// goesOn has desks that were thawed work with each other: what Ben had no room for comes, edits and deletions travel, and what was written late into
// Ben's trash comes back.
func (o *office) goesOn(id share.ID) {
	t := o.t
	anna, ben := o.desks[0], o.desks[1]
	ben.disk = roomier(t, ben.disk)
	check(t, ben.disk.Local().WriteFile(inTrash(t, ben.disk, "deleted.txt"), []byte("written late")))
	check(t, anna.disk.Local().WriteFile("plan.txt", []byte("written while nobody was at work")))
	o.open()
	eventually(t, "Ben is at work", func() bool { return share.PurgeAll(t.Context(), ben.engine, id) == nil }, ben.state(id))
	want := on(anna)
	want["deleted.txt"] = "written late"
	eventually(t, "both have all", func() bool {
		for _, d := range o.desks {
			share.Look(d.engine, id)
		}
		return listing(on(anna)) == listing(want) && listing(on(ben)) == listing(want) && inSync(anna, id) && inSync(ben, id)
	}, func() string {
		return "Anna\n" + listing(on(anna)) + anna.state(id)() + "\nBen\n" + listing(on(ben)) + ben.state(id)() + share.Pending(ben.engine, id)
	})
}

func inSync(d *desk, id share.ID) bool {
	st, err := d.engine.Get(id)
	return err == nil && st.State == share.InSync
}

// freezeShares makes profiles with something of everything in them.
func freezeShares(t *testing.T, into string) {
	o := frozenOffice(t, "Anna", "Ben", "Carla")
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	o.open()
	anna.meetAll()
	carla.meetAll()
	people := []identity.PersonID{person(ben)}
	id := freezeFiles(t, anna, people)
	ben.accept(id)
	shows := func(d *desk, what string, ok func(map[string]string) bool) {
		t.Helper()
		eventually(t, d.name+" has "+what, func() bool {
			share.Look(anna.engine, id)
			share.Look(ben.engine, id)
			return ok(on(d))
		}, func() string { return listing(on(d)) + d.state(id)() })
	}
	has := func(p, c string) func(map[string]string) bool {
		return func(m map[string]string) bool { got, ok := m[p]; return got == c && (ok || c == "") }
	}
	shows(ben, "all", func(m map[string]string) bool { return len(m) == len(on(anna)) })
	check(t, anna.disk.Local().Save("replaced.txt", []byte("two")))
	check(t, anna.disk.Local().Remove("deleted.txt"))
	check(t, anna.disk.Local().Rename("old name.txt", "new name.txt"))
	shows(ben, "the new one", has("replaced.txt", "two"))
	shows(ben, "the deletion", func(m map[string]string) bool { _, ok := m["deleted.txt"]; return !ok })
	shows(ben, "the move", has("new name.txt", "moved"))
	o.lan.Partition([]*lantest.Host{anna.host}, []*lantest.Host{ben.host})
	for _, d := range o.desks[:2] {
		check(t, d.disk.Local().Save("both.txt", []byte(d.name+"'s")))
		eventually(t, d.name+" publishes it", func() bool { share.Look(d.engine, id); return d.account(id)[0].Path == "both.txt" }, d.state(id))
	}
	o.lan.Heal()
	o.meet()
	copied := func(m map[string]string) bool {
		for p := range m {
			if strings.HasPrefix(p, "both (conflict") {
				return true
			}
		}
		return false
	}
	shows(anna, "the copy", copied)
	shows(ben, "the copy", copied)
	for _, c := range []string{"a", "b"} { // there is no room for it at Ben's, so its first version passes by
		large := strings.Repeat(c, 6<<20)
		check(t, anna.disk.Local().Save("large.bin", []byte(large)))
		eventually(t, "Ben hears of it", func() bool {
			share.Look(anna.engine, id)
			hash := blake3.Sum256([]byte(large))
			return strings.Contains(share.Pending(ben.engine, id), fmt.Sprintf("pending large.bin: file with 1 heads and 0 conflicts; file %x", hash[:4]))
		}, func() string { return share.Pending(ben.engine, id) })
	}
	check(t, anna.engine.InviteAs(t.Context(), id, []identity.PersonID{person(carla)}, role.Keeper))
	check(t, anna.engine.HandOver(t.Context(), id, person(ben)))
	eventually(t, "Ben hears of both", func() bool {
		st, err := ben.engine.Get(id)
		return err == nil && len(st.Members) == 3 && st.Offered != nil
	}, ben.state(id))
	_, err := carla.engine.Add(t.Context(), t.TempDir(), "Carla's", people)
	check(t, err)
	eventually(t, "Ben is invited by Carla", func() bool { return len(ben.engine.Invitations()) == 1 }, func() string { return "" })
	eventually(t, "Anna has nothing to do", func() bool { return share.Pending(anna.engine, id) == "<nil>\n" }, anna.state(id))
	for table, least := range map[string]int{"record": 8, "disk": 6, "conflict": 1, "displaced": 2, "late": 2, "passed": 1, "pending": 1, "machine": 1, "notice": 6} {
		if n, err := share.CountRows(t.Context(), ben.engine, id, table); err != nil || n < least {
			t.Fatalf("there are %d rows in %s, %v", n, table, err)
		}
	}
	for _, d := range o.desks[:2] {
		d.freeze(id, filepath.Join(into, d.name))
	}
}

// freezeFiles has Anna share a folder.
func freezeFiles(t *testing.T, anna *desk, with []identity.PersonID) share.ID {
	for p, c := range map[string]string{
		"plan.txt": "the plan", "replaced.txt": "one", "deleted.txt": "one", "old name.txt": "moved", "both.txt": "common", "dir/deep/ä.txt": "ae",
		"medium.bin": strings.Repeat("0123456789abcdef", 100_000),
	} {
		check(t, anna.disk.Local().WriteFile(p, []byte(c)))
	}
	check(t, anna.disk.Local().MkdirAll("empty"))
	st, err := anna.engine.Add(t.Context(), t.TempDir(), "Plans", with)
	check(t, err)
	return st.ID
}

// freeze keeps a desk's profile and disk, and what it held.
func (d *desk) freeze(id share.ID, into string) {
	t := d.t
	profile := filepath.Join(into, "profile")
	check(t, os.MkdirAll(filepath.Join(profile, "shares"), 0o755))
	held := d.held(id)
	check(t, share.Freeze(d.engine, id, d.dir, profile, func() { freezeDisk(t, d.disk, filepath.Join(into, "disk.json.gz")) }))
	if again := d.held(id); text(again) != text(held) {
		t.Fatalf("it held %s\nand then %s", text(held), text(again))
	}
	check(t, share.Relocate(filepath.Join(profile, "lanyard.db"), "/Plans"))
	b, err := os.ReadFile(filepath.Join(d.dir, "identity.pem"))
	check(t, err)
	check(t, os.WriteFile(filepath.Join(profile, "identity.pem"), b, 0o644))
	check(t, os.WriteFile(filepath.Join(into, "held.json"), []byte(text(held)+"\n"), 0o644))
}

// everything reads a disk with what lies in its hidden folders.
func everything(t testing.TB, disk *tree.Memory, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	entries, err := disk.List(dir)
	check(t, err)
	for _, e := range entries {
		p := strings.TrimPrefix(dir+"/"+e.Name, "/")
		if e.Kind == tree.KindDir {
			out[p+"/"] = ""
			for k, v := range everything(t, disk, p) {
				out[k] = v
			}
			continue
		}
		b, err := disk.Local().ReadFile(p)
		check(t, err)
		out[p] = string(b)
	}
	return out
}

// freezeDisk keeps what lies on a disk; it runs while nothing is committed.
func freezeDisk(t testing.TB, disk *tree.Memory, to string) {
	f, err := os.Create(to)
	check(t, err)
	z := gzip.NewWriter(f)
	check(t, json.NewEncoder(z).Encode(everything(t, disk, "")))
	check(t, z.Close())
	check(t, f.Close())
}

func thawDisk(t *testing.T, disk *tree.Memory, from string) {
	t.Helper()
	f, err := os.Open(from)
	check(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	check(t, err)
	var all map[string]string
	check(t, json.NewDecoder(z).Decode(&all))
	lay(t, disk, all)
}

func lay(t testing.TB, disk *tree.Memory, all map[string]string) {
	t.Helper()
	for p, c := range all {
		if dir, ok := strings.CutSuffix(p, "/"); ok {
			check(t, disk.Local().MkdirAll(dir))
			continue
		}
		check(t, disk.Local().WriteFile(p, []byte(c)))
	}
}

// roomier returns a larger disk with the same on it.
func roomier(t testing.TB, disk *tree.Memory) *tree.Memory {
	t.Helper()
	larger := tree.NewMemory(tree.MemoryOptions{Volume: disk.Volume()})
	lay(t, larger, everything(t, disk, ""))
	return larger
}

// inTrash returns where in the trash of a disk a file of that path lies.
func inTrash(t testing.TB, disk *tree.Memory, p string) string {
	t.Helper()
	for q := range everything(t, disk, name.Hidden+"/trash") {
		if strings.HasSuffix(q, "/"+p) {
			return q
		}
	}
	t.Fatalf("there is no %s in the trash", p)
	return ""
}
