package tree

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// childRoot in the environment makes the test binary the child that TestKill kills.
const childRoot = "LANYARD_TREE_TEST_ROOT"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childRoot); dir != "" {
		if err := rewrite(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

const rewritten = 5 // files that the child rewrites in turn

// version is what the child writes as a file's n-th content.
func version(n int) string { return strings.Repeat(fmt.Sprintf("version %06d\n", n), 500) }

// rewrite gives a few files new versions for ever and prints each version's number once it is durable.
func rewrite(dir string) error {
	f, err := OpenDisk(dir)
	if err != nil {
		return err
	}
	m, err := ReadMarker(f)
	if err != nil {
		return err
	}
	tr, err := Open(f, m)
	if err != nil {
		return err
	}
	for n := 1; ; n++ {
		p := fmt.Sprintf("d/f%d", n%rewritten)
		in, err := write(tr, "c", version(n))
		if err != nil {
			return err
		}
		if s, looked := tr.Lstat(p); looked == nil {
			_, err = tr.Replace(in, p, s)
		} else {
			_, err = tr.Place(in, p)
		}
		if err == nil {
			err = tr.Flush(context.Background())
		}
		if err != nil {
			return err
		}
		fmt.Println(n)
	}
}

// TestKill kills a process that rewrites files, at any moment: each path then shows one whole version, none older than was promised, and every version
// before it is in the trash.
func TestKill(t *testing.T) {
	const rounds = 12
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	chance := rand.New(rand.NewPCG(seed, 0))
	for range rounds {
		dir := t.TempDir()
		f, err := OpenDisk(dir)
		if err != nil {
			t.Fatal(err)
		}
		tr, err := Create(f, Marker{Share: "s"})
		if err != nil {
			t.Fatal(err)
		}
		promised := killedAfter(t, dir, 1+chance.IntN(20), time.Duration(chance.IntN(3000))*time.Microsecond)
		checkVersions(t, tr, promised)
		if err := tr.Close(); err != nil {
			t.Error(err)
		}
	}
}

// killedAfter runs the child, kills it a moment after its n-th promise, and returns the last promise that it made.
func killedAfter(t *testing.T, dir string, n int, moment time.Duration) int {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var complaint bytes.Buffer
	child := exec.Command(self, "-test.run=^$")
	child.Env = append(os.Environ(), childRoot+"="+dir)
	child.Stderr = &complaint
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	promised := 0
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if promised, err = strconv.Atoi(lines.Text()); err != nil {
			t.Fatal(err)
		}
		if promised == n {
			time.AfterFunc(moment, func() {
				if err := child.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
					t.Error(err)
				}
			})
		}
	}
	if err := child.Wait(); err == nil || complaint.Len() > 0 {
		t.Fatalf("the child ended by itself: %v %s", err, &complaint)
	}
	return promised
}

func checkVersions(t *testing.T, tr *Tree, promised int) {
	t.Helper()
	all, err := everything(tr)
	if err != nil {
		t.Fatal(err)
	}
	trash, err := trashed(tr)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, old := range trash {
		for _, text := range old {
			known[text] = true
		}
	}
	for p, text := range all {
		known[text] = true
		var n int
		if _, err := fmt.Sscanf(text, "version %d\n", &n); err != nil || text != version(n) {
			t.Errorf("%s holds %.40q", p, text)
		}
		if n <= promised-rewritten {
			t.Errorf("%s holds version %d after %d was promised", p, n, promised)
		}
	}
	for n := 1; n <= promised; n++ {
		if !known[version(n)] {
			t.Errorf("version %d of %d is gone", n, promised)
		}
	}
}

// TestPowerCutOnExt4 takes images of a real ext4 disk while the batch runs on it, mounts each as after a power cut, and holds the promises against it.
func TestPowerCutOnExt4(t *testing.T) {
	dir := t.TempDir()
	image := filepath.Join(dir, "disk.img")
	mount := mountImage(t, image, true)
	f, err := OpenDisk(mount)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tr, err := Create(f, Marker{Share: "s"})
	if err != nil {
		t.Fatal(err)
	}
	marker := tr.Marker()
	var b batch
	var images []string
	var then []batch
	shot := func(string, string) {
		name := filepath.Join(dir, fmt.Sprintf("cut%d.img", len(images)))
		if out, err := exec.Command("cp", "--sparse=always", image, name).CombinedOutput(); err != nil {
			t.Fatalf("copy: %v %s", err, out)
		}
		images, then = append(images, name), append(then, b)
	}
	tr.fs = &between{FS: f, before: shot}
	if err := b.run(tr); err != nil {
		t.Fatal(err)
	}
	shot("", "")
	for i, name := range images {
		func() {
			after, err := OpenDisk(mountImage(t, name, false))
			if err != nil {
				t.Fatal(err)
			}
			defer after.Close()
			opened, err := Open(after, marker)
			if err != nil {
				t.Fatalf("image %d: %v", i, err)
			}
			if then[i].check(t, opened, nil, true); t.Failed() {
				t.Fatalf("after a power cut at change %d", i)
			}
		}()
	}
	t.Logf("%d power cuts", len(images))
}

// TestRealMounts: other disks and the root's own second appearance are told and not entered.
func TestRealMounts(t *testing.T) {
	if os.Geteuid() != 0 || runtime.GOOS != "linux" {
		t.Skip("needs root: a small disk has to be mounted; run the tests as root")
	}
	dir := t.TempDir()
	for name, how := range map[string][]string{"other": {"-t", "tmpfs", "none"}, "itself": {"--bind", dir}} {
		at := filepath.Join(dir, name)
		if err := os.Mkdir(at, 0o755); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("mount", append(how, at)...).CombinedOutput(); err != nil {
			t.Skipf("needs mounts: run the tests where root may mount (%v %s)", err, out)
		}
		t.Cleanup(func() {
			if out, err := exec.Command("umount", at).CombinedOutput(); err != nil {
				t.Errorf("umount: %v %s", err, out)
			}
		})
	}
	f, err := OpenDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tr, err := Create(f, Marker{Share: "s"})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"other", "itself"} {
		if s := mustStat(t, tr, name); s.Kind != KindMount {
			t.Errorf("%s is a %v", name, s.Kind)
		}
		if _, err := tr.List(name); !errors.Is(err, ErrParent) {
			t.Errorf("list %s: %v", name, err)
		}
		if _, err := tr.Place(incoming(t, tr, "k", "x"), name+"/x"); !errors.Is(err, ErrParent) {
			t.Errorf("place in %s: %v", name, err)
		}
		if err := tr.RemoveDir(name); !errors.Is(err, ErrNotDir) {
			t.Errorf("remove %s: %v", name, err)
		}
	}
	if err := tr.Check(); err != nil {
		t.Error(err)
	}
}

// mountImage mounts an ext4 image, made first when it is to be new, until the test ends.
func mountImage(t *testing.T, image string, fresh bool) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root: a small disk has to be mounted; run the tests as root")
	}
	if fresh {
		if _, err := exec.LookPath("mkfs.ext4"); err != nil {
			t.Skip("needs mkfs.ext4: install the package e2fsprogs")
		}
		if err := os.WriteFile(image, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(image, 16<<20); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("mkfs.ext4", "-q", "-F", image).CombinedOutput(); err != nil {
			t.Fatalf("mkfs.ext4: %v %s", err, out)
		}
	}
	at := image + ".mount"
	if err := os.Mkdir(at, 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-o", "loop", image, at).CombinedOutput(); err != nil {
		if fresh {
			t.Skipf("needs loop devices: run the tests where root may mount (%v %s)", err, out)
		}
		t.Fatalf("mount after the cut: %v %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", at).CombinedOutput(); err != nil {
			t.Errorf("umount: %v %s", err, out)
		}
	})
	return at
}
