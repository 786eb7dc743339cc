package share

import (
	"maps"
	"slices"
	"time"

	"lanyard/internal/chunk"
	"lanyard/sync/index"
)

// wants are the contents that the worker waits for. It belongs to the worker.
type wants struct {
	waiting map[index.Path]index.Hash
	items   map[index.Hash]*wanted
	order   []*wanted                 // items as they came, and some that are none any more
	content map[index.Hash][]byte     // small contents that are here
	ready   map[index.Hash]bool       // larger ones, complete in the root's hidden folder
	lists   map[index.Hash]chunk.List // of those that came by their chunks
	busy    map[machine]bool          // machines that are being asked
	later   map[machine]time.Time     // machines that failed, and when to ask them again
	missing map[index.Path]index.Hash // what nobody who is here can give; told as a problem
}

func newWants() *wants {
	return &wants{
		waiting: map[index.Path]index.Hash{}, items: map[index.Hash]*wanted{}, content: map[index.Hash][]byte{}, ready: map[index.Hash]bool{}, lists: map[index.Hash]chunk.List{},
		busy: map[machine]bool{}, later: map[machine]time.Time{}, missing: map[index.Path]index.Hash{},
	}
}

// has reports whether a content is here.
func (ws *wants) has(h index.Hash) bool {
	_, here := ws.content[h]
	return here || ws.ready[h]
}

// want notes that a version's content is to be fetched.
func (ws *wants) want(v index.Version) {
	if old, ok := ws.waiting[v.Path]; ok && old != v.Content {
		ws.got(old, v.Path)
	}
	it := ws.items[v.Content]
	if it == nil {
		it = &wanted{content: v.Content, size: v.Size}
		ws.items[v.Content] = it
		ws.order = append(ws.order, it)
	}
	it.awaitedBy(v.Path, v.Dot)
	ws.waiting[v.Path] = v.Content
}

// got notes that a path waits no more.
func (ws *wants) got(h index.Hash, p index.Path) {
	if ws.waiting[p] == h {
		delete(ws.waiting, p)
	}
	it := ws.items[h]
	if it != nil {
		it.leave(p)
	}
	if it == nil || it.idle() {
		delete(ws.items, h)
		delete(ws.content, h)
		delete(ws.lists, h)
	}
}

// forget notes that a path is planned anew. large says that it waited for a content of which a part may lie in the hidden folder.
func (ws *wants) forget(p index.Path) (large bool) {
	h, ok := ws.waiting[p]
	if !ok {
		return false
	}
	delete(ws.waiting, p)
	it := ws.items[h]
	if it != nil {
		it.leave(p)
		if it.idle() && !it.asked && !ws.has(h) {
			delete(ws.items, h)
		}
	}
	return it != nil && it.size > inMemory
}

// awaited counts the paths whose contents are expected to come.
func (ws *wants) awaited() (n int) {
	n = len(ws.waiting)
	for p, h := range ws.missing {
		if ws.waiting[p] == h {
			n--
		}
	}
	return n
}

// lonelyAt returns when the next content will have been without anybody to come from for long enough to tell. As long as somebody is being asked, that is
// not looked at: the end of it wakes the worker.
func (ws *wants) lonelyAt() (at time.Time, ok bool) {
	if len(ws.busy) > 0 {
		return time.Time{}, false
	}
	for _, it := range ws.items {
		if it.since.IsZero() || !it.untold(ws.missing) {
			continue
		}
		if due := it.since.Add(lonelyAfter); !ok || due.Before(at) {
			at, ok = due, true
		}
	}
	return at, ok
}

// forgive has everybody asked again, and returns the paths whose contents were asked for in vain.
func (ws *wants) forgive() (vain []index.Path) {
	for _, it := range ws.items {
		if len(it.tried) > 0 {
			for p := range it.paths() {
				vain = append(vain, p)
			}
			it.tried = nil
		}
	}
	return vain
}

// serveAgain forgets the pauses of machines that have passed, so that the worker waits only for those to come.
func (ws *wants) serveAgain(now time.Time) {
	maps.DeleteFunc(ws.later, func(_ machine, at time.Time) bool { return !at.After(now) })
}

// Bounds of one request.
const (
	askItems = 4096
	askBytes = 32 << 20
)

// pick chooses what to ask a machine for, in the order in which it came to be wanted: so it lies at the other end, and so it is written here.
func (ws *wants) pick(from machine, has func(index.Path, index.Dot) bool) []index.Hash {
	var out []index.Hash
	var size int64
	ws.order = slices.DeleteFunc(ws.order, func(it *wanted) bool { return ws.items[it.content] != it })
	for _, it := range ws.order {
		if it.asked || slices.Contains(it.tried, from) || it.idle() || !it.held(has) {
			continue
		}
		if len(out) > 0 && size+it.size > askBytes {
			continue
		}
		out, size = append(out, it.content), size+it.size
		if len(out) == askItems {
			break
		}
	}
	return out
}
