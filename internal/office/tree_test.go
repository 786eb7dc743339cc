package office

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tree is what lies in a folder: path to SHA-256, folders with an empty one. Lanyard's own hidden folder is left out.
type tree map[string]string

// readTree reads a folder. What vanishes meanwhile is an error, as the folder is still being worked on.
func readTree(dir string) (tree, error) {
	found := tree{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil || rel == "." {
			return err
		}
		if e.IsDir() {
			if e.Name() == ".lanyard" {
				return filepath.SkipDir
			}
			found[rel] = ""
			return nil
		}
		content, err := os.ReadFile(path)
		found[rel] = fmt.Sprintf("%x", sha256.Sum256(content))
		return err
	})
	return found, err
}

// files is how many files the tree has.
func (t tree) files() int {
	n := 0
	for _, sum := range t {
		if sum != "" {
			n++
		}
	}
	return n
}

// differs says in what two trees differ, in a few words; empty if in nothing.
func (t tree) differs(from tree) string {
	var all []string
	for path, sum := range t {
		if other, there := from[path]; !there {
			all = append(all, "+"+path)
		} else if other != sum {
			all = append(all, "!"+path)
		}
	}
	for path := range from {
		if _, there := t[path]; !there {
			all = append(all, "-"+path)
		}
	}
	slices.Sort(all)
	if len(all) > 8 {
		all = append(all[:8], fmt.Sprintf("and %d more", len(all)-8))
	}
	return strings.Join(all, " ")
}

// equal tells whether folders hold the same, and these names among it.
func equal(places []string, names ...string) bool {
	first, err := readTree(places[0])
	if err != nil {
		return false
	}
	for _, name := range names {
		if _, there := first[name]; !there {
			return false
		}
	}
	for _, place := range places[1:] {
		if other, err := readTree(place); err != nil || !maps.Equal(first, other) {
			return false
		}
	}
	return true
}

// settle waits until folders are equal, hold exactly the contents given, and every desk says that all is in sync.
func (o *office) settle(id string, want map[string]string, places []string, desks ...*desk) {
	o.t.Helper()
	wanted := treeOf(want)
	for i, d := range desks {
		is := ""
		d.until("the folder to be as it should", func() bool {
			now, err := readTree(places[i])
			is = now.differs(wanted)
			return err == nil && is == ""
		})
	}
	o.inSync(id, desks...)
	for _, place := range places {
		if now, err := readTree(place); err != nil || now.differs(wanted) != "" {
			o.t.Fatalf("%s: %v %s, after all said that all is in sync", place, err, now.differs(wanted))
		}
	}
}

// treeOf is the tree of files with these contents.
func treeOf(contents map[string]string) tree {
	t := tree{}
	for path, content := range contents {
		t[path] = fmt.Sprintf("%x", sha256.Sum256([]byte(content)))
		for dir := filepath.Dir(path); dir != "."; dir = filepath.Dir(dir) {
			t[dir] = ""
		}
	}
	return t
}

// holds tells whether some file has exactly this content.
func (t tree) holds(content string) bool {
	sum := fmt.Sprintf("%x", sha256.Sum256([]byte(content)))
	for _, other := range t {
		if other == sum {
			return true
		}
	}
	return false
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
