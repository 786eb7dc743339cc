package agent

import (
	"cmp"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lanyard/internal/api"
	"lanyard/internal/name"
)

const (
	locateTime    = 3 * time.Second
	locateLeast   = 200 // folders, looked into however long that takes: a busy machine finds what lies near, too
	locateDepth   = 8
	locateFolders = 200_000
	locateFound   = 5
	locateEntries = 1000
)

// locate looks below home for folders with that name and listing, the best first. It stops at the time late, or when ctx ends, with what it has found: the
// person can always show the folder in a dialog instead. Hidden folders and links are passed over, and so is what lies in skip.
func locate(ctx context.Context, late time.Time, home, skip string, what api.LocateRequest) ([]string, error) {
	if name.CheckElement(what.Name) != nil || len(what.Entries) > locateEntries {
		return nil, told(api.CodeUsage, "give a folder's name and at most %d of its files", locateEntries)
	}
	for _, e := range what.Entries {
		if name.CheckPath(e.Path) != nil || e.Size < 0 {
			return nil, told(api.CodeUsage, "%q is not a path below the folder", e.Path)
		}
	}
	var found []candidate
	seen := 0
	level := []string{home} // breadth first: what lies near the top is what people mean
	for depth := 0; depth < locateDepth && len(level) > 0; depth++ {
		var next []string
		for _, dir := range level {
			if seen++; ctx.Err() != nil || seen > locateFolders || seen > locateLeast && time.Now().After(late) {
				return best(found), nil
			}
			for _, sub := range foldersIn(dir, skip) {
				next = append(next, sub)
				if !name.Same(filepath.Base(sub), what.Name) {
					continue
				}
				if share, fits := fit(sub, what.Entries); fits {
					found = append(found, candidate{sub, share, depth})
				}
			}
		}
		level = next
	}
	return best(found), nil
}

// candidate is a folder of the right name whose files are all there; share is how many of them have the right size.
type candidate struct {
	path  string
	share float64
	depth int
}

func best(found []candidate) []string {
	slices.SortStableFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.share, a.share), cmp.Compare(a.depth, b.depth))
	})
	paths := []string{}
	for _, c := range found[:min(len(found), locateFound)] {
		paths = append(paths, c.path)
	}
	return paths
}

// foldersIn lists the folders to look into. One that cannot be read holds nothing for us.
func foldersIn(dir, skip string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var subs []string
	for _, e := range entries {
		sub := filepath.Join(dir, e.Name())
		if e.Type()&fs.ModeType == fs.ModeDir && !strings.HasPrefix(e.Name(), ".") && sub != skip {
			subs = append(subs, sub)
		}
	}
	return subs
}

// fit reports whether every entry is in the folder, nine of ten with the size told: one may just be edited.
func fit(dir string, entries []api.LocateEntry) (share float64, fits bool) {
	same := 0
	for _, e := range entries {
		info, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(e.Path)))
		if err != nil || !info.Mode().IsRegular() {
			return 0, false
		}
		if info.Size() == e.Size {
			same++
		}
	}
	if len(entries) == 0 {
		return 1, true
	}
	share = float64(same) / float64(len(entries))
	return share, share >= 0.9
}
