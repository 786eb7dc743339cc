package share_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// TestHardLinks: a file with two names has, after it was written to by way of one of them, the new content under both, everywhere.
func TestHardLinks(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"one.txt": "old", "dir/other.txt": "else"})
	if err := os.Link(filepath.Join(a, "one.txt"), filepath.Join(a, "dir", "two.txt")); err != nil {
		t.Skip(err)
	}
	want := map[string]string{"one.txt": "old", "dir/": "", "dir/other.txt": "else", "dir/two.txt": "old"}
	become(t, want, b)
	o.agree(id, a, b)
	write(t, a, "one.txt", "written by its first name")
	want["one.txt"], want["dir/two.txt"] = "written by its first name", "written by its first name"
	become(t, want, a, b)
	o.agree(id, a, b)
	write(t, a, "dir/two.txt", "and by its second")
	want["one.txt"], want["dir/two.txt"] = "and by its second", "and by its second"
	become(t, want, a, b)
	o.agree(id, a, b)
}

// TestHardLinksExecutable: a file with two names that is made executable, or no longer so, by way of one of them is that under both, everywhere.
func TestHardLinksExecutable(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("needs executable bits, which Windows does not keep: run it on Linux or macOS")
	}
	o, id, a, b := pair(t, map[string]string{"one.sh": "echo one"})
	if err := os.Link(filepath.Join(a, "one.sh"), filepath.Join(a, "two.sh")); err != nil {
		t.Skip(err)
	}
	become(t, map[string]string{"one.sh": "echo one", "two.sh": "echo one"}, b)
	o.agree(id, a, b)
	executable := func() (under []string) {
		for _, p := range []string{"one.sh", "two.sh"} {
			info, err := os.Stat(filepath.Join(b, p))
			check(t, err)
			if info.Mode()&0o100 != 0 {
				under = append(under, p)
			}
		}
		return under
	}
	for _, c := range []struct {
		by   string
		mode os.FileMode
		want int
	}{{"one.sh", 0o755, 2}, {"two.sh", 0o644, 0}} {
		check(t, os.Chmod(filepath.Join(a, c.by), c.mode))
		eventually(t, "the change of "+c.by+" is seen under both names", func() bool { return len(executable()) == c.want }, func() string { return fmt.Sprint(executable()) })
		o.agree(id, a, b)
	}
}

// TestHardLinksDeleted: of a file with two names one is deleted while nobody watches: that it lies under the other still does not hide the deletion.
func TestHardLinksDeleted(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"first/one.txt": "text"})
	check(t, os.Mkdir(filepath.Join(a, "second"), 0o755))
	if err := os.Link(filepath.Join(a, "first", "one.txt"), filepath.Join(a, "second", "two.txt")); err != nil {
		t.Skip(err)
	}
	become(t, map[string]string{"first/": "", "first/one.txt": "text", "second/": "", "second/two.txt": "text"}, b)
	o.agree(id, a, b)
	anna := o.desks[0]
	anna.shut()
	check(t, os.Remove(filepath.Join(a, "first", "one.txt")))
	anna.start()
	anna.meetAll()
	become(t, map[string]string{"first/": "", "second/": "", "second/two.txt": "text"}, a, b)
	o.agree(id, a, b)
}
