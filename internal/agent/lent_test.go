package agent

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestLentStays: an upload that nobody waits for any more is not removed while it is passed on, and is afterwards unless somebody waits for it then.
func TestLentStays(t *testing.T) {
	for _, offered := range []bool{true, false} {
		path := filepath.Join(t.TempDir(), "Plan.txt")
		if err := os.WriteFile(path, []byte("plan"), 0o600); err != nil {
			t.Fatal(err)
		}
		var wanted []string
		remove := func() error {
			if len(wanted) > 0 {
				return nil
			}
			return os.Remove(path)
		}
		var l lent
		l.hold(path)
		l.hold(path) // and to somebody else
		settle := func(there bool) {
			t.Helper()
			if err := l.unlessHeld(path, remove); err != nil {
				t.Error(err)
			}
			if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) == there {
				t.Errorf("offered %v: %v", offered, err)
			}
		}
		settle(true)
		l.free(path)
		settle(true)
		if offered {
			wanted = append(wanted, path)
		}
		l.free(path)
		settle(offered)
		if len(l.paths) > 0 {
			t.Errorf("%v is kept in mind", l.paths)
		}
	}
}
