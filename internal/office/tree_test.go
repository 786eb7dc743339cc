package office

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/internal/foldertest"
)

// equal tells whether folders hold the same, and these names among it.
func equal(places []string, names ...string) bool {
	first, err := foldertest.Read(places[0])
	if err != nil {
		return false
	}
	for _, name := range names {
		if _, there := first[name]; !there {
			return false
		}
	}
	return foldertest.Equal(places...)
}

// settle waits until folders are equal, hold exactly the contents given, and every desk says that all is in sync.
func (o *office) settle(id string, want map[string]string, places []string, desks ...*desk) {
	o.t.Helper()
	wanted := foldertest.Of(want)
	for i, d := range desks {
		is := ""
		d.until("the folder to be as it should", func() bool {
			now, err := foldertest.Read(places[i])
			is = now.Differs(wanted)
			return err == nil && is == ""
		})
	}
	o.inSync(id, desks...)
	for _, place := range places {
		if now, err := foldertest.Read(place); err != nil || now.Differs(wanted) != "" {
			o.t.Fatalf("%s: %v %s, after all said that all is in sync", place, err, now.Differs(wanted))
		}
	}
}

// save writes a file as office programs do: beside, then renamed over.
func save(t *testing.T, path, content string) {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(path), 0o700))
	beside := filepath.Join(filepath.Dir(path), "~$"+filepath.Base(path))
	must(t, os.WriteFile(beside, []byte(content), 0o600), os.Rename(beside, path))
}

// fill makes files in a folder and returns what they hold.
func fill(t *testing.T, dir string, files int) map[string]string {
	t.Helper()
	want := map[string]string{}
	for i := range files {
		path := filepath.Join(fmt.Sprintf("part %d", i%7), fmt.Sprintf("drawing %d.txt", i))
		want[path] = strings.Repeat(fmt.Sprintf("line %d\n", i), i*11)
		must(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(path)), 0o700), os.WriteFile(filepath.Join(dir, path), []byte(want[path]), 0o600))
	}
	return want
}

// copyTree copies a folder that lies outside the office.
func copyTree(t *testing.T, to, from string) {
	t.Helper()
	must(t, os.MkdirAll(to, 0o700), os.CopyFS(to, os.DirFS(from)))
}

// exists tells whether something has the name.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}
