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
	if err := os.Mkdir(filepath.Join(profile, "hooks"), 0o700); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "Holiday.txt")
	if err := os.Symlink(filepath.Join(profile, "identity.pem"), link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{profile, filepath.Dir(profile), filepath.Join(profile, "identity.pem"), filepath.Join(profile, "hooks"), link} {
		got, err := anna.SendFiles(t.Context(), "Ben", []string{path})
		if api.CodeOf(err) != api.CodeUsage || !strings.Contains(err.Error(), "where Lanyard keeps your key") {
			t.Errorf("%s: %+v, %v", path, got, err)
		}
	}
	if all, err := anna.Files(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("offered: %+v, %v", all, err)
	}
	for _, free := range []string{filepath.Join(filepath.Dir(profile), "plan.txt"), filepath.Join(profile, "hooks", "report.txt")} { // the second a bot wrote
		if err := os.WriteFile(free, []byte("plan"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := anna.SendFiles(t.Context(), "Ben", []string{free}); err != nil {
			t.Error(err)
		}
	}
}

// TestReceivedInTheProfileIsSentOn: where no home folder is known, what was received lies in the profile; it is sent on by its path, and nothing beside it, whatever folder was chosen.
func TestReceivedInTheProfileIsSentOn(t *testing.T) {
	anna := join(t, "Anna", agent.Options{})
	profile := anna.Options.Profile
	for _, c := range []struct {
		folder, file string
		sent         bool
	}{
		{"Lanyard", "Lanyard/Received/plan.txt", true},
		{"Lanyard", "Lanyard", false},
		{"Lanyard", "identity.pem", false},
		{".", "identity.pem", false},
		{"..", "identity.pem", false},
		{"shares", "shares/s.db", false},
		{"browser/x", "browser/x/Cookies", false},
		{"shares/..", "lanyard.db", false},
	} {
		anna.End()
		anna.Options.Folder = filepath.Join(profile, filepath.FromSlash(c.folder))
		anna.Start()
		room, err := anna.CreateRoom(t.Context(), api.NewRoomRequest{Name: "Plans"})
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(profile, filepath.FromSlash(c.file))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(path); err != nil {
			if err := os.WriteFile(path, []byte("plan"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := anna.SendFiles(t.Context(), room.ID, []string{path}); (err == nil) != c.sent {
			t.Errorf("%s with the folder %s: %v", c.file, c.folder, err)
		}
	}
}
