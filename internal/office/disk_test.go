package office

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"lanyard/internal/api"
	"lanyard/internal/foldertest"
)

// smallDisk puts a disk of so many MiB at the folder, made if missing, until the test ends.
func (o *office) smallDisk(dir string, mib int) {
	o.t.Helper()
	if !enclosed() {
		o.t.Skip("needs a mount namespace: run as root, or allow unprivileged user namespaces")
	}
	must(o.t, os.MkdirAll(dir, 0o700))
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%dm,mode=700", mib), "tmpfs", dir).CombinedOutput(); err != nil {
		o.t.Fatalf("mount a disk at %s: %v: %s", dir, err, out)
	}
	o.disks = append(o.disks, dir)
}

// enlarge gives a small disk more room. mount must not repeat the options that it had: in an ordinary user's namespace they name users that are none there.
func (o *office) enlarge(dir string, mib int) {
	o.t.Helper()
	if out, err := exec.Command("mount", "--options-mode", "ignore", "-t", "tmpfs", "-o", fmt.Sprintf("remount,size=%dm", mib), "tmpfs", dir).CombinedOutput(); err != nil {
		o.t.Fatalf("give the disk at %s more room: %v: %s", dir, err, out)
	}
}

// unmount takes the small disks away, after everybody has left.
func (o *office) unmount() {
	for _, dir := range o.disks {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			o.t.Errorf("umount %s: %v: %s", dir, err, out)
		}
	}
}

// fillUp takes all the room on the disk of a folder and returns what gives it back.
func fillUp(t *testing.T, dir string) func() {
	t.Helper()
	path := filepath.Join(dir, "something large")
	f, err := os.Create(path)
	must(t, err)
	for block := make([]byte, 64<<10); len(block) > 0; {
		if _, err = f.Write(block); err != nil {
			block = block[:len(block)/2] // to the last byte
		}
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("fill the disk: %v", err)
	}
	must(t, f.Close())
	return func() { must(t, os.Remove(path)) }
}

// TestFullDiskOfTheSender: what cannot be stored is refused in one sentence, what was acknowledged is there, and it goes on as soon as there is room,
// without a restart and after one.
func TestFullDiskOfTheSender(t *testing.T) {
	o := open(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	o.smallDisk(anna.profile(), 8)
	o.start(anna, ben)
	d := &diary{from: anna, to: ben}
	d.write("--wait", "delivered")
	free := fillUp(t, anna.profile())
	refused := untilRefused(t, d)
	if !strings.Contains(refused.err, "full") {
		t.Errorf("a full disk is told as %q", refused.err)
	}
	anna.until("the disk to be told as a problem or finding", func() bool {
		f, ok := finding(ask[[]api.Finding](anna, "doctor"), "disk")
		return ok && f.Severity == "error" && f.Remedy != ""
	})
	must(t, d.check(anna.history("Ben")))
	ben.do("send", "Anna", "while your disk was full")
	free()
	anna.until("room", func() bool { return d.write("--wait", "delivered").code == 0 })
	anna.until("what Ben wrote", func() bool { return once(anna.history("Ben"), "while your disk was full") })

	free = fillUp(t, anna.profile())
	untilRefused(t, d)
	anna.kill()
	free()
	anna.start()
	anna.until("to write again", func() bool { return d.write("--wait", "delivered").code == 0 })
	ben.until("all that was acknowledged", func() bool { return lacks(ben.history("Anna"), []*diary{d}) == "" })
	must(t, d.check(anna.history("Ben")), d.check(ben.history("Anna")))
	agree(t, anna, ben)
}

// untilRefused writes until the disk takes no more and returns the refusal.
func untilRefused(t *testing.T, d *diary) outcome {
	t.Helper()
	for range 2000 { // what was allocated before still takes a few
		if o := d.write(); o.code != 0 {
			complains(t, o, 1)
			return o
		}
	}
	t.Fatal("a full disk takes everything")
	return outcome{}
}

// TestFullDiskOfTheReceiver: nothing is called delivered that the other's full disk did not take, both are told, and it arrives by itself as soon as
// there is room.
func TestFullDiskOfTheReceiver(t *testing.T) {
	o := open(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	o.smallDisk(ben.profile(), 8)
	o.start(anna, ben)
	d := &diary{from: anna, to: ben}
	d.write("--wait", "delivered")
	free := fillUp(t, ben.profile())
	text := strings.Repeat("much to say. ", 2000)
	ben.until("a disk that takes no more, and a problem that says so", func() bool { // what was allocated before still takes a few
		sent := anna.try("send", "Ben", text, "--wait", "delivered", "--timeout", "2s")
		return sent.code == 3 && mentions(ask[api.Status](ben, "status").Problems, "full")
	})
	sent := d.write()
	if sent.code != 0 {
		t.Errorf("Anna cannot write because Ben's disk is full: %s", sent.err)
	}
	free()
	anna.until("all to be delivered", func() bool {
		for _, m := range anna.history("Ben") {
			if m.States[0].State != "delivered" {
				return false
			}
		}
		return true
	})
	ben.until("no problem to be left", func() bool { return !mentions(ask[api.Status](ben, "status").Problems, "full") })
	must(t, d.check(ben.history("Anna")))
	agree(t, anna, ben)
}

// TestFullDiskOfAShare: a member whose disk cannot hold a shared folder says so and takes what fits whole; with room it gets the rest by itself, and
// what it writes meanwhile is not lost.
func TestFullDiskOfAShare(t *testing.T) {
	o := open(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	o.smallDisk(ben.folder(), 8)
	o.start(anna, ben)
	plans := filepath.Join(anna.home, "Plans")
	want := map[string]string{}
	for i := range 40 {
		path := fmt.Sprintf("drawing %d.dwg", i)
		want[path] = strings.Repeat(fmt.Sprint(i, " "), 256<<10)
		save(t, filepath.Join(plans, path), want[path])
	}
	id := anna.do("share", "add", plans, "--with", "Ben")
	ben.invited(id)
	places := []string{plans, ben.do("share", "accept", id)}
	ben.until("the full disk to be told", func() bool {
		s := ask[api.Share](ben, "share", "status", id)
		for _, p := range s.Problems {
			if strings.Contains(p.Text, "full") && p.Remedy != "" {
				return true
			}
		}
		return false
	})
	if complete(ask[api.Share](anna, "share", "status", id)) {
		t.Error("a member whose disk is full is called in sync")
	}
	now, err := foldertest.Read(places[1])
	must(t, err)
	all, err := foldertest.Read(plans)
	must(t, err)
	for path, sum := range now {
		if all[path] != sum {
			t.Errorf("%s is not whole", path)
		}
	}
	o.enlarge(ben.folder(), 100)
	save(t, filepath.Join(places[1], "by Ben.txt"), "by Ben")
	want["by Ben.txt"] = "by Ben"
	o.settle(id, want, places, anna, ben)
	ben.until("no problem to be left", func() bool { return len(ask[api.Share](ben, "share", "status", id).Problems) == 0 })
}

// TestFullDiskForAFile: a file that does not fit is told, nothing of it has its name, and it comes as soon as there is room.
func TestFullDiskForAFile(t *testing.T) {
	o := open(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	o.smallDisk(ben.folder(), 4)
	o.start(anna, ben)
	video := filepath.Join(anna.home, "video.mp4")
	sum := noise(t, video, 10<<20)
	id := anna.do("send-file", "Ben", video)
	offered(ben, id)
	ben.try("files", "accept", id) // it may say at once that there is no room
	ben.until("the full disk to be told", func() bool {
		f := fileOf(ben, id)
		return f.State == "problem" && strings.Contains(f.Problem, "full")
	})
	if exists(filepath.Join(ben.folder(), "Received", "video.mp4")) {
		t.Error("a part of the file has its name")
	}
	o.enlarge(ben.folder(), 100)
	ben.do("files", "accept", id)
	arrives(anna, ben, id, sum)
}
