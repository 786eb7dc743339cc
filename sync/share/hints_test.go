package share

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"lanyard/internal/tree"
	"lanyard/sync/index"
)

// TestUnexpected: of two files that this machine has put there one was replaced by somebody before the folder was watched, so that the one word of it is
// not of ours. That file is looked at, the other not.
func TestUnexpected(t *testing.T) {
	root := t.TempDir()
	disk, err := tree.OpenDisk(root)
	if err != nil {
		t.Fatal(err)
	}
	held, err := tree.Create(disk, tree.Marker{Share: "plans"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := disk.Close(); err != nil {
			t.Error(err)
		}
	})
	w := newWorker(&Share{tree: held, engine: &Engine{}})
	now := time.Now()
	for _, p := range []index.Path{"ours.txt", "theirs.txt"} {
		if w.placed[p], err = held.PlaceSmall(string(p[:4]), string(p), []byte("ours"), now.UnixNano(), false); err != nil {
			t.Fatal(err)
		}
	}
	aside := filepath.Join(root, "aside")
	if err := os.WriteFile(aside, []byte("theirs"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(aside, filepath.Join(root, "theirs.txt")); err != nil {
		t.Fatal(err)
	}
	for p := range w.placed {
		w.settle.event(event{path: p, made: true, at: now})
	}
	if due := w.unexpected(w.settle.due(now)); !slices.Equal(due, []index.Path{"theirs.txt"}) {
		t.Fatalf("looked at is %q", due)
	}
}
