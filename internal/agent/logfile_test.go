package agent

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestLogCannotFillTheDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	l, err := openLog(path)
	if err != nil {
		t.Fatal(err)
	}
	record := append(bytes.Repeat([]byte("x"), 64<<10-1), '\n')
	for range 4 * maxLog / len(record) {
		if n, err := l.Write(record); err != nil || n != len(record) {
			t.Fatalf("%d, %v", n, err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	var all int64
	for _, name := range []string{path, path + ".1"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v", name, info.Mode())
		}
		all += info.Size()
	}
	if all > 2*maxLog {
		t.Errorf("%d bytes", all)
	}
	if l, err = openLog(path); err != nil || l.size == 0 {
		t.Errorf("opened again: %d bytes, %v", l.size, err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}
