package share_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestMovedAndRemoved: one moves a folder that another, who is away, removes or moves, too. When they are back both folders are equal, and what was moved
// is there.
func TestMovedAndRemoved(t *testing.T) {
	for what, away := range map[string]func(root string) error{
		"removed":    func(root string) error { return os.RemoveAll(filepath.Join(root, "D")) },
		"moved away": func(root string) error { return os.Rename(filepath.Join(root, "D"), filepath.Join(root, "E")) },
		"left alone": func(string) error { return nil },
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			o, id, a, b := pair(t, map[string]string{"D/a1/f1": "one", "D/a1/f2": "two", "D/a1/f3": "three", "D/b": "b"})
			ben := o.desks[1]
			ben.shut()
			check(t, away(b))
			check(t, os.MkdirAll(filepath.Join(a, "D", "x"), 0o755))
			check(t, os.Rename(filepath.Join(a, "D", "a1"), filepath.Join(a, "D", "x", "y")))
			ben.start()
			o.meet()
			got := o.agree(id, a, b)
			for _, want := range []string{"one", "two", "three"} {
				if !slices.Contains(slices.Collect(maps.Values(got)), want) {
					t.Errorf("%q is lost:\n%s", want, listing(got))
				}
			}
		})
	}
}
