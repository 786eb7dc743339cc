package agent

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/internal/api"
)

func TestLocate(t *testing.T) {
	home := t.TempDir()
	files := map[string]string{
		"Work/Budget/2026.xlsx":          "12345",
		"Work/Budget/notes/todo.txt":     "1",
		"Old/Deep/Budget/2026.xlsx":      "12345",
		"Old/Deep/Budget/notes/todo.txt": "1",
		"Other/Budget/2026.xlsx":         "12345", // todo.txt is missing
		".cache/Budget/2026.xlsx":        "12345",
		".cache/Budget/notes/todo.txt":   "1",
		"Lanyard/Budget/2026.xlsx":       "12345",
		"Lanyard/Budget/notes/todo.txt":  "1",
		"Grown/Budget/2026.xlsx":         "123456789",
		"Grown/Budget/notes/todo.txt":    "1",
	}
	for path, content := range files {
		full := filepath.Join(home, path)
		if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(home, "Work/Budget"), filepath.Join(home, "Budget")); err != nil {
		t.Fatal(err)
	}
	entries := []api.LocateEntry{{Path: "2026.xlsx", Size: 5}, {Path: "notes/todo.txt", Size: 1}}
	at := func(paths ...string) []string {
		for i := range paths {
			paths[i] = filepath.Join(home, paths[i])
		}
		return paths
	}
	for _, c := range []struct {
		about string
		what  api.LocateRequest
		want  []string
		code  string
	}{
		{"the nearest first; hidden ones, links and shared folders not at all", api.LocateRequest{Name: "Budget", Entries: entries}, at("Work/Budget", "Old/Deep/Budget"), ""},
		{"the right size before the near place", api.LocateRequest{Name: "Budget", Entries: entries[1:]}, at("Grown/Budget", "Work/Budget", "Old/Deep/Budget"), ""},
		{"nothing of that name", api.LocateRequest{Name: "Plans", Entries: entries}, []string{}, ""},
		{"a path for a name", api.LocateRequest{Name: "Work/Budget"}, nil, api.CodeUsage},
		{"an entry that climbs", api.LocateRequest{Name: "Budget", Entries: []api.LocateEntry{{Path: "../x"}}}, nil, api.CodeUsage},
		{"too many entries", api.LocateRequest{Name: "Budget", Entries: make([]api.LocateEntry, locateEntries+1)}, nil, api.CodeUsage},
	} {
		t.Run(c.about, func(t *testing.T) {
			got, err := locate(t.Context(), time.Now(), home, filepath.Join(home, "Lanyard"), c.what)
			if !slices.Equal(got, c.want) || api.CodeOf(err) != c.code {
				t.Errorf("got %s, %v\nwant %s", strings.Join(got, " "), err, strings.Join(c.want, " "))
			}
		})
	}
}

// TestLocateStops: at its time, once it has looked into enough; a busy machine may be late with the first folder.
func TestLocateStops(t *testing.T) {
	home := t.TempDir()
	for n := range locateLeast {
		if err := os.Mkdir(filepath.Join(home, fmt.Sprintf("Folder %03d", n)), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	first, last := filepath.Join(home, "Folder 000", "Budget"), filepath.Join(home, fmt.Sprintf("Folder %03d", locateLeast-1), "Budget")
	for _, dir := range []string{first, last} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		about string
		late  time.Time
		want  []string
	}{
		{"with time for all", time.Now().Add(time.Hour), []string{first, last}},
		{"late from the beginning", time.Now().Add(-time.Hour), []string{first}},
	} {
		t.Run(c.about, func(t *testing.T) {
			if got, err := locate(t.Context(), c.late, home, "", api.LocateRequest{Name: "Budget"}); err != nil || !slices.Equal(got, c.want) {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}
