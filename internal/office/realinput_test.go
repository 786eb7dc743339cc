package office

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lanyard/internal/api"
	"lanyard/internal/foldertest"
)

// TestRealInput shares a real source tree, the Go toolchain's own, among three, who chat meanwhile; one of them is killed half-way and comes back. In
// the end the three trees are equal by content, and every message is there once, in one order. LANYARD_WHOLE=1 takes the whole tree.
func TestRealInput(t *testing.T) {
	o := open(t, "Anna", "Ben", "Carla")
	anna, ben, carla := o.desks[0], o.desks[1], o.desks[2]
	ben.flags, carla.flags = []string{"--accept-shares"}, []string{"--accept-shares"}
	o.start(anna, ben, carla)
	source := filepath.Join(anna.home, "src")
	toolchain(t, source)
	want, err := foldertest.Read(source)
	must(t, err)
	places := []string{source, filepath.Join(ben.folder(), "src"), filepath.Join(carla.folder(), "src")}

	began := time.Now()
	id := anna.do("share", "add", source, "--with", "Ben", "--with", "Carla")
	talk := chatter(o)
	ben.until("half of the files", func() bool { return countFiles(places[1])*2 >= want.Files() })
	ben.kill()
	half, err := foldertest.Read(places[1])
	must(t, err)
	for path, sum := range half {
		if want[path] != sum {
			t.Errorf("after the kill %s stands there with other content", path)
		}
	}
	t.Logf("Ben was killed with %d of %d files, %v after the share was made", half.Files(), want.Files(), time.Since(began).Round(time.Millisecond))
	ben.start()
	for i, d := range o.desks {
		d.slowly(10*time.Minute, "the whole tree", func() bool { return countFiles(places[i]) == want.Files() })
	}
	o.inSync(id, anna, ben, carla)
	t.Logf("all three have %d files after %v", want.Files(), time.Since(began).Round(time.Millisecond))
	diaries := talk()

	for i, d := range o.desks {
		now, err := foldertest.Read(places[i])
		must(t, err)
		if is := now.Differs(want); is != "" {
			t.Errorf("%s's tree differs: %s", d.name, is)
		}
	}
	for _, d := range diaries {
		mine := func() []api.Message { return d.from.history(d.to.name) }
		theirs := func() []api.Message { return d.to.history(d.from.name) }
		d.to.until("all that "+d.from.name+" wrote", func() bool { return lacks(theirs(), []*diary{d}) == "" })
		must(t, d.check(mine()), d.check(theirs()))
		d.to.until("both to show the same", func() bool { return slices.Equal(ids(mine()), ids(theirs())) })
	}
}

// toolchain copies the Go toolchain's own source, or two large packages of it.
func toolchain(t *testing.T, to string) {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	must(t, err)
	from := filepath.Join(strings.TrimSpace(string(root)), "src")
	if os.Getenv("LANYARD_WHOLE") != "" {
		copyTree(t, to, from)
		return
	}
	for _, part := range []string{"net", "crypto"} {
		copyTree(t, filepath.Join(to, part), filepath.Join(from, part))
	}
}

// chatter has everybody write to everybody, until the returned function is called, which returns what they were told.
func chatter(o *office) func() []*diary {
	var all []*diary
	var writing sync.WaitGroup
	var enough atomic.Bool
	for _, from := range o.desks {
		var mine []*diary
		for _, to := range o.desks {
			if to != from {
				mine = append(mine, &diary{from: from, to: to})
			}
		}
		all = append(all, mine...)
		writing.Go(func() {
			for !enough.Load() {
				for _, d := range mine {
					d.write()
				}
			}
		})
	}
	return func() []*diary {
		for _, d := range all {
			d.from.until("a message to "+d.to.name+" to be acknowledged", func() bool { return d.acknowledged() > 0 })
		}
		enough.Store(true)
		writing.Wait()
		return all
	}
}

// countFiles counts what stands under its own name, without reading it; a folder that is not there has none.
func countFiles(dir string) int {
	n := 0
	_ = filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error { // what cannot be looked at is not counted
		switch {
		case err != nil:
			return nil
		case e.IsDir() && e.Name() == ".lanyard":
			return filepath.SkipDir
		case !e.IsDir():
			n++
		}
		return nil
	})
	return n
}
