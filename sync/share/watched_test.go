package share

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestWatchedFolders: whatever comes and goes, what ends is a folder and all below it, and nothing is counted that is not there.
func TestWatchedFolders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		root := filepath.FromSlash("/r")
		path := rapid.Custom(func(t *rapid.T) string {
			names := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "ab"}), 0, 4).Draw(t, "names")
			return filepath.Join(append([]string{root}, names...)...)
		})
		share, d, model := &Share{}, newWatched(), map[string]bool{}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			p := path.Draw(t, "path")
			if rapid.Bool().Draw(t, "add") {
				d.add(p, share)
				model[p] = true
				continue
			}
			var ended, gone []string
			d.end(p, func(dir string) { ended = append(ended, dir) })
			for q := range model {
				if q == p || strings.HasPrefix(q, p+string(filepath.Separator)) {
					gone = append(gone, q)
					delete(model, q)
				}
			}
			slices.Sort(ended)
			slices.Sort(gone)
			if !slices.Equal(ended, gone) {
				t.Fatalf("%s ends, and with it %q, not %q", p, ended, gone)
			}
		}
		if got, want := slices.Sorted(maps.Keys(d.of)), slices.Sorted(maps.Keys(model)); !slices.Equal(got, want) {
			t.Fatalf("watched are %q, not %q", got, want)
		}
		for p := range model {
			d.end(p, func(string) {})
		}
		if len(d.below) > 0 {
			t.Fatalf("counted are still %v", d.below)
		}
	})
}
