package share

import (
	"time"

	"lanyard/internal/tree"
	"lanyard/sync/index"
)

// event is a word from the watcher: something happened at a path.
type event struct {
	path  index.Path
	made  bool // the name appeared: created, or renamed to
	wrote bool // content changed in place
	at    time.Time
}

// Quiet times before something on disk counts as finished (docs: the design's section on shared folders).
const (
	quietWrite   = 30 * time.Millisecond  // after a write, where the system tells that nobody writes
	quietUnsure  = 100 * time.Millisecond // where it cannot tell
	quietDelete  = 1500 * time.Millisecond
	latestDelete = 10 * time.Second
	busyPause    = 30 * time.Millisecond // between looks at a file that somebody has open for writing
	busyLongest  = time.Second
	busyTold     = time.Minute // of being written without a rest; then people are told
	scratchYouth = time.Minute // within which a file with such a name counts as a program's (name.Scratch)
)

// settle holds what happened on disk until it has come to rest. It belongs to the worker.
type settle struct {
	hints map[index.Path]*hint
	gone  map[index.Path]missing
	files map[tree.ID]index.Path   // of gone, by what lay there
	last  time.Time                // of the newest event in the share
	open  map[index.Path]time.Time // files that programs write to, since when
	first bool                     // what lies in a new share is still being taken in: that is no news to anybody
	limit time.Duration            // after which such a file is waited for no more
}

// hint is a path where something happened.
type hint struct {
	last   time.Time // newest event
	due    time.Time // when to look
	placed bool      // the name appeared and nothing was written since: a rename, or a file just made
	pause  time.Duration
	idle   bool // it only has to grow old
}

// missing is a path that is no more on disk. If its bytes turn up under another name it was moved, else it was deleted.
type missing struct {
	row   row
	since time.Time
	moved bool // it belongs to a directory that was moved: there is nothing to wait for
}

func newSettle(limit time.Duration) *settle {
	return &settle{
		hints: map[index.Path]*hint{}, gone: map[index.Path]missing{}, files: map[tree.ID]index.Path{}, open: map[index.Path]time.Time{}, limit: limit,
	}
}

func (t *settle) event(e event) {
	t.last = e.at
	h := t.hints[e.path]
	if h == nil {
		h = &hint{}
		t.hints[e.path] = h
	}
	h.last, h.pause, h.idle = e.at, 0, false
	switch {
	case e.wrote:
		h.placed = false
		h.due = e.at.Add(quietWrite)
	default:
		h.placed = e.made
		h.due = e.at
	}
}

// again looks at a path once more after a pause, for example because somebody was writing.
func (t *settle) again(p index.Path, now time.Time, least time.Duration) {
	h := t.hints[p]
	if h == nil {
		h = &hint{last: now}
		t.hints[p] = h
	}
	h.pause = min(max(h.pause*2, least), busyLongest)
	h.due = now.Add(h.pause)
}

// young looks at a path again once what lies there is no scratch file any more.
func (t *settle) young(p index.Path, now, due time.Time) {
	t.hints[p] = &hint{last: now, due: due, idle: true}
}

// writing notes that somebody writes to a file; long says that this has gone on for so long that people should know.
func (t *settle) writing(p index.Path, now time.Time) (long bool) {
	if _, known := t.open[p]; !known {
		t.open[p] = now
	}
	return t.endless(p, now)
}

// endless reports whether a file is being written for longer than anybody waits.
func (t *settle) endless(p index.Path, now time.Time) bool {
	since, open := t.open[p]
	return open && now.Sub(since) >= t.limit
}

// due returns the paths to look at now.
func (t *settle) due(now time.Time) []index.Path {
	var out []index.Path
	for p, h := range t.hints {
		if !h.due.After(now) {
			out = append(out, p)
		}
	}
	return out
}

// next is when something will be due.
func (t *settle) next() (time.Time, bool) {
	var next time.Time
	for _, h := range t.hints {
		if next.IsZero() || h.due.Before(next) {
			next = h.due
		}
	}
	for _, m := range t.gone {
		if at := t.deletable(m); next.IsZero() || at.Before(next) {
			next = at
		}
	}
	return next, !next.IsZero()
}

// unsettled reports whether something on disk is waited for. What is being written without end is told as a problem instead.
func (t *settle) unsettled(now time.Time) bool {
	for p, h := range t.hints {
		if !h.idle && !t.endless(p, now) {
			return true
		}
	}
	return len(t.gone) > 0
}

// deletable is when a missing path counts as deleted.
func (t *settle) deletable(m missing) time.Time {
	if m.moved {
		return m.since
	}
	quiet := t.last.Add(quietDelete)
	if m.since.Add(quietDelete).After(quiet) {
		quiet = m.since.Add(quietDelete)
	}
	if latest := m.since.Add(latestDelete); latest.Before(quiet) {
		return latest
	}
	return quiet
}

// miss notes that a path is gone.
func (t *settle) miss(r row, now time.Time, moved bool) {
	m, known := t.gone[r.path]
	if !known {
		m = missing{row: r, since: now}
		t.last = now // one look finds many, one after the other: they are judged together
	}
	m.moved = m.moved || moved
	t.gone[r.path] = m
	if r.stat.ID != (tree.ID{}) {
		t.files[r.stat.ID] = r.path
	}
}

// found forgets that a path was gone.
func (t *settle) found(p index.Path) {
	if m, ok := t.gone[p]; ok {
		delete(t.gone, p)
		if t.files[m.row.stat.ID] == p {
			delete(t.files, m.row.stat.ID)
		}
	}
}

// movedFrom returns the missing path whose file or directory this is.
func (t *settle) movedFrom(s tree.Stat) (missing, bool) {
	p, ok := t.files[s.ID]
	if !ok {
		return missing{}, false
	}
	m := t.gone[p]
	same := m.row.Kind == kindOf(s) && (m.row.Kind == index.Dir || m.row.stat.Same(s))
	return m, same
}

// settled decides whether a file that is not what its row says may be taken as it is: at once when it was renamed over a name that is known, or is a
// known file under a new name; else when it was left alone for a while. If not, wait says how much longer.
func (h *hint) settled(known *row, moved bool, s tree.Stat, now time.Time) (ok bool, wait time.Duration) {
	replaced := h.placed && known != nil && known.Kind == index.File && known.stat.ID != s.ID
	if moved || replaced {
		return true, 0
	}
	if rest := h.last.Add(quietWrite).Sub(now); rest > 0 {
		return false, rest
	}
	return true, 0
}
