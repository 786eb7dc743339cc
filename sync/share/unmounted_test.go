package share_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"lanyard/internal/identity"
	"lanyard/sync/share"
)

// TestUnmounted: a disk that is taken away under the folder while it is in use (umount -l) raises no event, and is told all the same; when it is back,
// everything goes on and nothing was deleted.
func TestUnmounted(t *testing.T) {
	if runtime.GOOS != "linux" || os.Getuid() != 0 {
		t.Skip("needs to mount a file system, which only root may, on Linux: run it there as root")
	}
	mount := func(args ...string) error { return exec.Command("mount", args...).Run() }
	disk, at := t.TempDir(), filepath.Join(t.TempDir(), "disk")
	check(t, os.Mkdir(at, 0o755))
	if err := mount("-t", "tmpfs", "lanyard-test", disk); err != nil {
		t.Skip("needs the right to mount, which a container may lack: run it in one with CAP_SYS_ADMIN; ", err)
	}
	t.Cleanup(func() { check(t, exec.Command("umount", disk).Run()) })
	check(t, mount("--bind", disk, at))
	t.Cleanup(func() { check(t, exec.Command("umount", "-l", at).Run()) })
	o := newOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	anna.rounds = 100 * time.Millisecond
	anna.restart()
	anna.meetAll()
	write(t, at, "a.txt", "one")
	st, err := anna.engine.Add(t.Context(), at, "Plans", []identity.PersonID{person(ben)})
	check(t, err)
	b := ben.accept(st.ID)
	become(t, map[string]string{"a.txt": "one"}, at, b)
	o.agree(st.ID, at, b)
	check(t, exec.Command("umount", "-l", at).Run())
	eventually(t, "Anna is told that the folder is missing", func() bool {
		now, err := anna.engine.Get(st.ID)
		return err == nil && now.State == share.Trouble
	}, anna.state(st.ID))
	become(t, map[string]string{"a.txt": "one"}, b)
	check(t, mount("--bind", disk, at))
	save(t, b, "a.txt", "two")
	become(t, map[string]string{"a.txt": "two"}, at, b)
	o.agree(st.ID, at, b)
}

// TestRoundsAreCheap: a share in which nothing happens wakes at least each minute, and a round costs next to nothing.
func TestRoundsAreCheap(t *testing.T) {
	o, id, a, b := pair(t, map[string]string{"a.txt": "one"})
	o.agree(id, a, b)
	cost, next, err := share.Round(t.Context(), o.desks[0].engine, id)
	check(t, err)
	if next > time.Minute {
		t.Errorf("the next look for the folder is in %v", next)
	}
	t.Logf("a round takes %v", cost)
}
