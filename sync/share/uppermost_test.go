package share

import (
	"path/filepath"
	"testing"
)

// TestUppermost: where one watch covers a whole tree, what happens in folders that nobody has looked into counts as a word about the uppermost of them, so
// that what is not shared, and all that lies in it, stays so.
func TestUppermost(t *testing.T) {
	seen := map[string]bool{"/plans": true, "/plans/one": true}
	for path, want := range map[string]string{
		"/plans/a.txt":               "/plans/a.txt",
		"/plans/one/a.txt":           "/plans/one/a.txt",
		"/plans/one":                 "/plans/one",
		"/plans/new/below/a.txt":     "/plans/new",
		"/plans/one/new/below/a.txt": "/plans/one/new",
		"/plans":                     "",
		"/other/a.txt":               "",
	} {
		got := uppermost(filepath.FromSlash(path), func(dir string) bool { return seen[filepath.ToSlash(dir)] })
		if filepath.ToSlash(got) != want {
			t.Errorf("%s: %q, not %q", path, got, want)
		}
	}
}
