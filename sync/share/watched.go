package share

import (
	"path/filepath"
	"strings"
)

// watched are the folders that were looked into and are watched, by absolute path, each with its share. How many of them lie below a folder is counted: who
// deletes a large tree has its folders go one by one, from the innermost, and for none of them all others are looked through.
type watched struct {
	of    map[string]*Share
	below map[string]int
}

func newWatched() watched { return watched{of: map[string]*Share{}, below: map[string]int{}} }

// add adds a folder.
func (d watched) add(abs string, s *Share) {
	if d.of[abs] == nil {
		above(abs, func(dir string) { d.below[dir]++ })
	}
	d.of[abs] = s
}

// end takes a folder out, with all that lie below it, and calls each for every one.
func (d watched) end(abs string, each func(dir string)) {
	var gone []string
	if d.below[abs] > 0 {
		prefix := strings.TrimSuffix(abs, string(filepath.Separator)) + string(filepath.Separator)
		for dir := range d.of {
			if strings.HasPrefix(dir, prefix) {
				gone = append(gone, dir)
			}
		}
	}
	if d.of[abs] != nil {
		gone = append(gone, abs)
	}
	for _, dir := range gone {
		delete(d.of, dir)
		above(dir, func(up string) {
			if d.below[up]--; d.below[up] == 0 {
				delete(d.below, up)
			}
		})
		each(dir)
	}
}

// above calls fn with each folder above one.
func above(abs string, fn func(dir string)) {
	for dir := filepath.Dir(abs); dir != abs; abs, dir = dir, filepath.Dir(dir) {
		fn(dir)
	}
}
