// Package foldertest compares what lies in folders, for tests and the demo: by content, and without what Lanyard keeps there for itself.
//
//	was, err := foldertest.Read(dir)
//	if diff := is.Differs(was); diff != "" { t.Error(diff) }
//
// A folder that is being worked on while it is read is an error or a state in between: who waits for one asks again.
package foldertest

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Tree is what lies in a folder: path to SHA-256 in hex, folders with an empty one.
type Tree map[string]string

// Read reads a folder. Lanyard's own hidden folder is left out.
func Read(dir string) (Tree, error) {
	found := Tree{}
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
		found[rel] = sum(string(content))
		return err
	})
	return found, err
}

// Of is the tree of files with these contents, by path.
func Of(contents map[string]string) Tree {
	t := Tree{}
	for path, content := range contents {
		t[path] = sum(content)
		for dir := filepath.Dir(path); dir != "."; dir = filepath.Dir(dir) {
			t[dir] = ""
		}
	}
	return t
}

func sum(content string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(content))) }

// Files is how many files the tree has.
func (t Tree) Files() int {
	n := 0
	for _, sum := range t {
		if sum != "" {
			n++
		}
	}
	return n
}

// Holds tells whether some file has exactly this content.
func (t Tree) Holds(content string) bool {
	wanted := sum(content)
	for _, is := range t {
		if is == wanted {
			return true
		}
	}
	return false
}

// Differs says in what the tree differs from another, in a few words; empty if in nothing.
func (t Tree) Differs(from Tree) string {
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

// Equal tells whether folders can be read and hold the same.
func Equal(dirs ...string) bool {
	var first Tree
	for i, dir := range dirs {
		now, err := Read(dir)
		if err != nil {
			return false
		}
		if i == 0 {
			first = now
		}
		if now.Differs(first) != "" {
			return false
		}
	}
	return true
}
