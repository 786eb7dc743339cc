package share

import (
	"sync"
	"time"

	"lanyard/sync/index"
)

// fresh keeps small contents that were hashed a moment ago until every member who is here has taken them: they ask as soon as they hear, and then nothing
// has to be looked up and read again. What it gives is what the hash says, whatever became of the file since. When it is full, what comes next is read
// from the disk: members ask in the order in which they hear, so that the oldest is what is asked for next. The zero value is empty and ready.
type fresh struct {
	mu       sync.Mutex
	contents map[index.Hash]*kept
	bytes    int
	last     time.Time // when something was put or taken
}

// kept is one content and how many members have not taken it yet.
type kept struct {
	bytes []byte
	left  int
}

// freshBytes bounds what is kept; freshFor is for how long nobody may ask before it is dropped.
const (
	freshBytes = 32 << 20
	freshFor   = 5 * time.Second
)

// put keeps a content for a number of takers.
func (f *fresh) put(h index.Hash, b []byte, takers int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, known := f.contents[h]; known || takers == 0 || len(b) > inMemory || f.bytes+len(b) > freshBytes {
		return
	}
	if f.contents == nil {
		f.contents = map[index.Hash]*kept{}
	}
	f.contents[h] = &kept{bytes: b, left: takers}
	f.bytes, f.last = f.bytes+len(b), time.Now()
}

// take returns a content for one of the takers, or nil. The bytes must not be changed.
func (f *fresh) take(h index.Hash) []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	k := f.contents[h]
	if k == nil {
		return nil
	}
	f.last = time.Now()
	if k.left--; k.left == 0 {
		delete(f.contents, h)
		f.bytes -= len(k.bytes)
	}
	return k.bytes
}

// until is when everything may be dropped; zero when there is nothing.
func (f *fresh) until() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.contents) == 0 {
		return time.Time{}
	}
	return f.last.Add(freshFor)
}

// expire drops everything when nobody has asked for a while. An emptied map keeps its room: it goes, too.
func (f *fresh) expire(now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.contents) == 0 || !now.Before(f.last.Add(freshFor)) {
		f.contents, f.bytes = nil, 0
	}
}
