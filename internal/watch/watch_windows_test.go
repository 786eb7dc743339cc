package watch_test

import (
	"os"
	"path/filepath"
	"testing"
)

// TestNoHarm: while a folder is watched, people rename it, the folders in it, and those above it.
func TestNoHarm(t *testing.T) {
	above := t.TempDir()
	dir := filepath.Join(above, "office", "Plans")
	write(t, filepath.Join(dir, "one", "two", "a.txt"), "a")
	e := listen(t, dir).hear()
	rename(t, filepath.Join(dir, "one"), filepath.Join(dir, "uno"))
	e.until("the folder in it has its new name", made(filepath.Join(dir, "uno")))
	rename(t, dir, filepath.Join(above, "office", "Drafts"))
	rename(t, filepath.Join(above, "office"), filepath.Join(above, "bureau"))
	if err := os.RemoveAll(filepath.Join(above, "bureau")); err != nil {
		t.Error(err)
	}
}

// TestLongPath: a folder that lies deeper than 260 characters is watched.
func TestLongPath(t *testing.T) {
	dir := t.TempDir()
	for len(dir) < 400 {
		dir = filepath.Join(dir, "a folder with a rather long name")
	}
	write(t, filepath.Join(dir, "a.txt"), "a")
	e := listen(t, dir).hear()
	write(t, filepath.Join(dir, "b.txt"), "b")
	e.until("a file was made there", made(filepath.Join(dir, "b.txt")))
}
