package share_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"lanyard/internal/lantest"
	"lanyard/sync/share"
)

const (
	fewWatches  = "SHARE_FEW_WATCHES" // set in the process that TestFewWatches starts
	watchesFile = "/proc/sys/user/max_inotify_watches"
)

// TestFewWatches: where the system refuses to watch more folders, people are told with the remedy and the share is looked at often; all of it ends with the
// shortage. It runs itself once more in a user namespace, which has a limit of its own.
func TestFewWatches(t *testing.T) {
	if os.Getenv(fewWatches) != "" {
		fewWatchesInside(t)
		return
	}
	if runtime.GOOS != "linux" {
		t.Skip("needs Linux, whose limit this is: run it there")
	}
	t.Parallel()
	if out, err := exec.Command("unshare", "--user", "--map-root-user", "true").CombinedOutput(); err != nil {
		t.Skip(fmt.Errorf("%w (%s)", lantest.ErrNoNamespaces, strings.TrimSpace(string(out))))
	}
	again := exec.CommandContext(t.Context(), "unshare", "--user", "--map-root-user", os.Args[0], "-test.run=^TestFewWatches$")
	again.Env = append(os.Environ(), fewWatches+"=1")
	if out, err := again.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func limitWatches(t *testing.T, n int) {
	check(t, os.WriteFile(watchesFile, fmt.Append(nil, n), 0o644))
}

func fewWatchesInside(t *testing.T) {
	limitWatches(t, 10)
	o, id, a, b := pair(t, map[string]string{"a.txt": "one"})
	anna := o.desks[0]
	if p := anna.problem(id, ""); p != nil {
		t.Fatalf("with watches enough: %+v", p)
	}
	for i := range 20 {
		write(t, a, fmt.Sprintf("dir%02d/deep/f.txt", i), "made at once")
	}
	eventually(t, "the shortage is told with its remedy", func() bool {
		p := anna.problem(id, "")
		return p != nil && strings.Contains(p.Remedy, "max_user_watches") && !p.Since.IsZero()
	}, anna.state(id))
	rest, err := share.NextLook(t.Context(), anna.engine, id)
	if err != nil || rest > time.Minute {
		t.Errorf("the next look at everything comes in %v, %v", rest, err)
	}
	limitWatches(t, 1000)
	share.Look(anna.engine, id) // instead of waiting for it
	share.Look(o.desks[1].engine, id)
	eventually(t, "with watches enough nothing is told any more", func() bool { return anna.problem(id, "") == nil }, anna.state(id))
	o.agree(id, a, b)
	write(t, a, "dir19/deep/g.txt", "seen at once")
	eventually(t, "what is written in the last folder arrives", func() bool { return contents(t, b)["dir19/deep/g.txt"] == "seen at once" }, anna.state(id))
}

// TestOverflow: when the system has lost events, everything is looked at..
func TestOverflow(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"a.txt": "one", "dir/b.txt": "two"})
	ctx, anna := t.Context(), o.desks[0]
	check(t, share.Deaf(ctx, anna.engine, id))
	write(t, a, "dir/c.txt", "unheard of")
	check(t, os.Remove(filepath.Join(a, "a.txt")))
	share.Overflow(anna.engine)
	become(t, map[string]string{"dir/": "", "dir/b.txt": "two", "dir/c.txt": "unheard of"}, b)
	save(t, a, "dir/b.txt", "heard again")
	become(t, map[string]string{"dir/": "", "dir/b.txt": "heard again", "dir/c.txt": "unheard of"}, b)
}
