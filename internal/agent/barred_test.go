package agent_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/internal/agent"
	"lanyard/internal/api"
)

// TestProfileIsNotSent: neither what holds the key nor a folder around it, by whatever name; what lies beside it is sent.
func TestProfileIsNotSent(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	profile := anna.Options.Profile
	link := filepath.Join(t.TempDir(), "Holiday.txt")
	if err := os.Symlink(filepath.Join(profile, "identity.pem"), link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{profile, filepath.Dir(profile), filepath.Join(profile, "identity.pem"), link} {
		got, err := anna.SendFiles(t.Context(), "Ben", []string{path})
		if api.CodeOf(err) != api.CodeUsage || !strings.Contains(err.Error(), "where Lanyard keeps your key") {
			t.Errorf("%s: %+v, %v", path, got, err)
		}
	}
	if all, err := anna.Files(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("offered: %+v, %v", all, err)
	}
	beside := filepath.Join(filepath.Dir(profile), "plan.txt")
	if err := os.WriteFile(beside, []byte("plan"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := anna.SendFiles(t.Context(), "Ben", []string{beside}); err != nil {
		t.Error(err)
	}
}
