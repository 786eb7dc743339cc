package office

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lanyard/internal/api"
	"lanyard/internal/foldertest"
)

// TestThreeShareAFolder follows one folder through its life: three members, offline edits, a conflict, deletions and what brings them back, a member
// who comes late through another one, and one who leaves.
func TestThreeShareAFolder(t *testing.T) {
	o := open(t, "Anna", "Ben", "Carla")
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	o.start(anna, ben, carla)
	plans := filepath.Join(anna.home, "Desktop", "Plans")
	want := fill(t, plans, 60)
	id := anna.do("share", "add", plans, "--with", "Ben")
	ben.invited(id)
	places := []string{plans, ben.do("share", "accept", "Plans")}
	if places[1] != filepath.Join(ben.folder(), "Plans") {
		t.Errorf("the folder lies in %s", places[1])
	}
	o.settle(id, want, places, anna, ben)

	// Everybody changes something at once.
	for i, place := range places {
		path := fmt.Sprintf("new at desk %d.txt", i)
		want[path], want["part 1/drawing 1.txt"] = path, "changed by Anna"
		save(t, filepath.Join(place, path), path)
	}
	save(t, filepath.Join(plans, "part 1/drawing 1.txt"), "changed by Anna")
	must(t, os.Rename(filepath.Join(places[1], "part 2"), filepath.Join(places[1], "moved")))
	for path, content := range want {
		if rest, ok := strings.CutPrefix(path, "part 2/"); ok {
			delete(want, path)
			want["moved/"+rest] = content
		}
	}
	o.settle(id, want, places, anna, ben)

	// Carla joins through Ben while the owner is off.
	anna.do("share", "invite", id, "--with", "Carla")
	carla.invited(id)
	ben.until("Carla to be known as invited", func() bool { return len(ask[api.Share](ben, "share", "status", id).Members) == 3 })
	anna.stop()
	ben.parts(anna)
	places = append(places, carla.do("share", "accept", id))
	carla.until("the folder, from Ben", func() bool { return equal(places[1:]) })
	save(t, filepath.Join(places[2], "by Carla.txt"), "by Carla")
	want["by Carla.txt"] = "by Carla"
	ben.until("what Carla wrote", func() bool { return equal(places[1:], "by Carla.txt") })
	anna.start()
	o.settle(id, want, places, anna, ben, carla)

	// Deleted by one, restored by another.
	must(t, os.Remove(filepath.Join(places[2], "by Carla.txt")))
	delete(want, "by Carla.txt")
	o.settle(id, want, places, anna, ben, carla)
	ben.do("share", "restore", "Plans", "by Carla.txt")
	want["by Carla.txt"] = "by Carla"
	o.settle(id, want, places, anna, ben, carla)

	ben.do("share", "leave", id)
	goesOnWithout(ben, anna, carla, id, want, places)
}

// goesOnWithout checks that the folder of somebody who left stays as it is, and that changes pass it by.
func goesOnWithout(ben, anna, carla *desk, id string, want map[string]string, places []string) {
	t := anna.office.t
	t.Helper()
	anna.until("Ben to have left", func() bool {
		for _, m := range ask[api.Share](anna, "share", "status", id).Members {
			if m.Name == "Ben" && m.State == "member" {
				return false
			}
		}
		return true
	})
	save(t, filepath.Join(places[0], "later.txt"), "later")
	want["later.txt"] = "later"
	anna.office.settle(id, want, []string{places[0], places[2]}, anna, carla)
	if exists(filepath.Join(places[1], "later.txt")) || !exists(filepath.Join(places[1], "by Carla.txt")) {
		t.Error("the folder of somebody who left is not as it was")
	}
}

// TestOfflineConflict: what both wrote into one file while they could not hear each other is at all members, one as the file and one beside it.
func TestOfflineConflict(t *testing.T) {
	o := open(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	o.start(anna, ben)
	plans := filepath.Join(anna.home, "Plans")
	want := fill(t, plans, 10)
	want["budget.txt"] = "first"
	save(t, filepath.Join(plans, "budget.txt"), "first")
	places := o.shared(plans, anna, ben)
	id := ask[[]api.Share](anna, "share", "list")[0].ID
	o.settle(id, want, places, anna, ben)

	must(t, o.net.Partition([]int{1}, []int{2}))
	from, fromBen := anna.mark(), ben.mark()
	save(t, filepath.Join(places[0], "budget.txt"), "by Anna")
	save(t, filepath.Join(places[1], "budget.txt"), "by Ben")
	save(t, filepath.Join(places[0], "part 1/drawing 1.txt"), "edited by Anna")
	must(t, os.Remove(filepath.Join(places[1], "part 1/drawing 1.txt"))) // an edit beats a deletion
	noticed(anna, from, "budget.txt", "changed")
	noticed(ben, fromBen, "budget.txt", "changed")
	noticed(ben, fromBen, "part 1/drawing 1.txt", "deleted")
	ben.kill()
	save(t, filepath.Join(places[1], "while the agent was off.txt"), "new")
	ben.start()
	from, fromBen = anna.mark(), ben.mark()
	must(t, o.net.Heal())
	anna.until("the conflict copy at both", func() bool { return len(beside(places[0])) == 1 && equal(places) })
	copied := beside(places[0])[0]
	want["budget.txt"], want[copied] = "by Anna", "by Ben"
	if content, err := os.ReadFile(filepath.Join(places[0], copied)); err == nil && string(content) == "by Anna" {
		want["budget.txt"], want[copied] = "by Ben", "by Anna"
	}
	want["part 1/drawing 1.txt"], want["while the agent was off.txt"] = "edited by Anna", "new"
	o.settle(id, want, places, anna, ben)
	anna.until("somebody to be told of the conflict, with both authors and the copy", func() bool { // by whoever keeps the loser aside; the other may hear of it only when that is done
		return slices.ContainsFunc(append(notices(anna, from), notices(ben, fromBen)...), func(n api.Notice) bool {
			return n.What == "conflict" && n.Path == "budget.txt" && n.Copy == copied && n.By.Name != "" && n.Other != nil && n.Other.Name != n.By.Name
		})
	})

	// Written while the agent was off, over what the other wrote meanwhile: whatever the names, both are at both.
	ben.kill()
	save(t, filepath.Join(places[1], "budget.txt"), "second by Ben")
	save(t, filepath.Join(places[0], "budget.txt"), "second by Anna")
	ben.start()
	both := func() bool {
		now, err := foldertest.Read(places[0])
		return err == nil && equal(places) && now.Holds("second by Ben") && now.Holds("second by Anna") && len(now) == len(foldertest.Of(want))+1
	}
	anna.until("both versions at both", both)
	o.inSync(id, anna, ben)
	if !both() {
		t.Error("a version is gone again")
	}
}

// beside lists the conflict copies in a folder.
func beside(dir string) []string {
	var copies []string
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if err == nil && strings.Contains(e.Name(), "(conflict, ") {
			copies = append(copies, e.Name())
		}
	}
	return copies
}

// notices are those told so far, from a mark on.
func notices(d *desk, from int) []api.Notice {
	d.office.t.Helper()
	var all []api.Notice
	for i, until := from, d.mark(); i < until; i++ {
		e, _ := d.watch.next(i, 0)
		var n api.Notice
		if e.Type == api.EventNotice {
			must(d.office.t, e.Into(&n))
			all = append(all, n)
		}
	}
	return all
}

// noticed waits for a notice about a path.
func noticed(d *desk, from int, path, what string) api.Notice {
	d.office.t.Helper()
	return told(d, from, api.EventNotice, func(n api.Notice) bool { return n.Path == path && n.What == what })
}

// TestKilledWhileSyncing: a member that is killed again and again in the middle of a large first exchange ends up with everything, and shows no file
// in between that is not whole.
func TestKilledWhileSyncing(t *testing.T) {
	o := open(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	ben.flags = []string{"--accept-shares"}
	o.start(anna, ben)
	plans := filepath.Join(anna.home, "Plans")
	want := fill(t, plans, 700)
	big := strings.Repeat("a large file, in one piece\n", 1<<20)
	want["large.txt"] = big
	must(t, os.WriteFile(filepath.Join(plans, "large.txt"), []byte(big), 0o600))
	id := anna.do("share", "add", plans, "--with", "Ben")
	places := []string{plans, filepath.Join(ben.folder(), "Plans")}
	for _, part := range []int{50, 250, 500} {
		ben.until("a part of the files", func() bool {
			now, err := foldertest.Read(places[1])
			return err == nil && now.Files() >= part
		})
		ben.kill()
		now, err := foldertest.Read(places[1])
		must(t, err)
		whole, err := foldertest.Read(plans)
		must(t, err)
		for path, sum := range now {
			if whole[path] != sum {
				t.Fatalf("after a kill %q stands there with other content", path)
			}
		}
		ben.start()
	}
	o.settle(id, want, places, anna, ben)

	// And the owner, in the middle of a second wave.
	for i := range 300 {
		path := fmt.Sprintf("wave/%d.txt", i)
		want[path] = path
		save(t, filepath.Join(plans, path), path)
	}
	anna.kill()
	anna.start()
	o.settle(id, want, places, anna, ben)
}

// TestInvitations: accepted into a folder that has content, declined, and wrong ones.
func TestInvitations(t *testing.T) {
	o := open(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	o.start(anna, ben)
	plans := filepath.Join(anna.home, "Plans")
	save(t, filepath.Join(plans, "same.txt"), "the same")
	save(t, filepath.Join(plans, "other.txt"), "Anna's")
	id := anna.do("share", "add", plans, "--with", "Ben", "--name", "Building")
	anna.fails(1, []string{"share", "add", plans, "--with", "Ben"})
	anna.fails(1, []string{"share", "add", filepath.Join(plans, "missing"), "--with", "Ben"}, "missing")
	anna.fails(1, []string{"share", "accept", id})
	ben.invited(id)
	ben.fails(1, []string{"share", "accept", "Bridge"}, "Bridge")

	at := filepath.Join(ben.home, "My plans")
	save(t, filepath.Join(at, "same.txt"), "the same")
	save(t, filepath.Join(at, "other.txt"), "Ben's")
	save(t, filepath.Join(at, "own.txt"), "only Ben has this")
	if place := ben.do("share", "accept", "building", "--at", at); place != at {
		t.Errorf("it was accepted into %s", place)
	}
	places := []string{plans, at}
	o.inSync(id, anna, ben)
	if exists(filepath.Join(plans, "own.txt")) || !exists(filepath.Join(at, "own.txt")) {
		t.Error("what lay in Ben's folder is shared, or gone")
	}
	ben.fails(1, []string{"share", "publish", "building", "other.txt"}, "only")
	if said := ben.do("share", "publish", "building"); said != "1 file is shared." {
		t.Errorf("Ben is told %q", said)
	}
	ben.until("both folders to be equal", func() bool { return equal(places, "own.txt") })
	o.inSync(id, anna, ben)
	now, err := foldertest.Read(plans)
	must(t, err)
	kept := map[string]bool{}
	for path := range now {
		content, err := os.ReadFile(filepath.Join(plans, path))
		must(t, err)
		kept[string(content)] = true
	}
	if len(now) != 4 || !kept["Anna's"] || !kept["Ben's"] || !kept["the same"] || !kept["only Ben has this"] {
		t.Errorf("the folder has %v, with %v", now, kept)
	}

	second := filepath.Join(anna.home, "Second")
	save(t, filepath.Join(second, "a.txt"), "a")
	no := anna.do("share", "add", second, "--with", "Ben")
	ben.invited(no)
	ben.do("share", "decline", no)
	anna.until("the answer", func() bool {
		for _, m := range ask[api.Share](anna, "share", "status", no).Members {
			if m.Name == "Ben" {
				return m.State == "declined"
			}
		}
		return false
	})
	if left := ask[[]api.Invite](ben, "share", "invites"); len(left) != 0 {
		t.Errorf("a declined invitation stays: %+v", left)
	}
	if exists(filepath.Join(ben.folder(), "Second")) {
		t.Error("a declined folder was made")
	}
}
