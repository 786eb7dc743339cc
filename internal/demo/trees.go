package main

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// tree is what lies in a folder: path to SHA-256, directories with an empty one. Lanyard's own hidden folder is left out.
type tree map[string]string

func readTree(dir string) (tree, error) {
	found := tree{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil || rel == "." {
			return err
		}
		if d.IsDir() {
			if d.Name() == ".lanyard" {
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

// same compares two folders; a folder that changes while it is read is simply not the same yet.
func same(a, b string) bool {
	left, err := readTree(a)
	if err != nil {
		return false
	}
	right, err := readTree(b)
	return err == nil && maps.Equal(left, right)
}

func (t tree) files() []string {
	return slices.Sorted(maps.Keys(t))
}
