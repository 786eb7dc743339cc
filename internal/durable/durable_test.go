package durable

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// TestWrite: the new content stands where the old did, for this user alone, whatever a crash left of an earlier try.
func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "settings.json")
	if err := os.WriteFile(filepath.Join(dir, ".settings.json.new"), []byte("half of a longer one"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, content := range []string{"first", "second, and longer", ""} {
		if err := Write(path, []byte(content)); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil || string(got) != content {
			t.Errorf("%q, %v", got, err)
		}
	}
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	alone(t, dir, "settings.json")
}

// TestWriteFails: on an error the old file is as it was and nothing else is left.
func TestWriteFails(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "settings.json")
	if err := os.Mkdir(path, 0o700); err != nil { // which no file can be renamed over
		t.Fatal(err)
	}
	if err := Write(path, []byte("new")); err == nil {
		t.Error("it was written over a folder")
	}
	alone(t, dir, "settings.json")
	if err := Write(filepath.Join(dir, "none", "settings.json"), nil); err == nil {
		t.Error("it was written into a folder that is not there")
	}
}

func alone(t *testing.T, dir, name string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != name {
		t.Errorf("%v, %v", entries, err)
	}
}
