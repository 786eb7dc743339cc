package lantest_test

import (
	"slices"
	"testing"

	"lanyard/internal/lantest"
)

// TestEnviron: an agent gets what it is given and the rest of the environment, but none of this process's settings of Lanyard.
func TestEnviron(t *testing.T) {
	t.Setenv("LANYARD_DISCOVERY", "off")
	t.Setenv("LANYARD_DEBUG", "1")
	t.Setenv("OFFICE_LANYARD_KEPT", "yes")
	entries := lantest.Environ("LANYARD_DEBUG=2")
	for line, want := range map[string]bool{"LANYARD_DISCOVERY=off": false, "LANYARD_DEBUG=1": false, "LANYARD_DEBUG=2": true, "OFFICE_LANYARD_KEPT=yes": true} {
		if slices.Contains(entries, line) != want {
			t.Errorf("%s is there: %v, want %v", line, !want, want)
		}
	}
}
