package share_test

import (
	"os"
	"path/filepath"
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
