package watch_test

import (
	"os"
	"path/filepath"
	"testing"

	"lanyard/internal/watch"
)

// TestRemote: a local disk is none of the network, and what is not there is an error.
func TestRemote(t *testing.T) {
	dir := t.TempDir()
	if remote, err := watch.Remote(dir); remote || err != nil {
		t.Errorf("%v, %v", remote, err)
	}
	if _, err := os.Stat("/proc/self"); err == nil { // not Windows, whose drives answer for all that lies on them
		if _, err := watch.Remote(filepath.Join(dir, "missing")); err == nil {
			t.Error("what is not there lies on some disk")
		}
	}
}
