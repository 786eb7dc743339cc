package share

import (
	"iter"
	"slices"
	"time"

	"lanyard/sync/index"
)

// wanted is one content that is to be fetched. There may be very many, nearly always for one path each, which therefore costs no map.
type wanted struct {
	content index.Hash
	size    int64
	first   waiter                   // its path is empty if nobody waits there
	more    map[index.Path]index.Dot // further paths that wait
	asked   bool
	full    bool      // there was no room for it
	since   time.Time // from when on nobody could be asked for it; zero if somebody can
	tried   []machine // could not give it
}

// waiter is a path that waits for a content, by the version that has it.
type waiter struct {
	path index.Path
	dot  index.Dot
}

func (it *wanted) awaitedBy(p index.Path, d index.Dot) {
	if _, known := it.more[p]; !known && (it.first.path == "" || it.first.path == p) {
		it.first = waiter{p, d}
		return
	}
	if it.more == nil {
		it.more = map[index.Path]index.Dot{}
	}
	it.more[p] = d
}

// leave notes that a path waits no more.
func (it *wanted) leave(p index.Path) {
	if it.first.path == p {
		it.first = waiter{}
	}
	delete(it.more, p)
}

// idle reports whether no path waits.
func (it *wanted) idle() bool { return it.first.path == "" && len(it.more) == 0 }

// paths are all that wait.
func (it *wanted) paths() iter.Seq2[index.Path, index.Dot] {
	return func(yield func(index.Path, index.Dot) bool) {
		if it.first.path != "" && !yield(it.first.path, it.first.dot) {
			return
		}
		for p, d := range it.more {
			if !yield(p, d) {
				return
			}
		}
	}
}

// untold reports whether some path waits for the content of which nobody was told yet that it does not come.
func (it *wanted) untold(missing map[index.Path]index.Hash) bool {
	for p := range it.paths() {
		if missing[p] != it.content {
			return true
		}
	}
	return false
}

// held reports whether a machine should have the content: it has one of the versions, by what it said (index.Applied.Of).
func (it *wanted) held(has func(index.Path, index.Dot) bool) bool {
	for p, d := range it.paths() {
		if has(p, d) {
			return true
		}
	}
	return false
}

// failed notes that a machine could not give it.
func (it *wanted) failed(from machine) {
	if !slices.Contains(it.tried, from) {
		it.tried = append(it.tried, from)
	}
}
