package share

import (
	"slices"
	"sync"
	"time"

	"lanyard/sync/index"
)

// fresh keeps small contents that were hashed a moment ago: the members ask for them as soon as they hear of them, and then nothing has to be looked
// up and read again. What it gives is what the hash says, whatever became of the file since. The zero value is empty and ready.
type fresh struct {
	mu       sync.Mutex
	contents map[index.Hash][]byte
	order    []index.Hash // oldest first
	bytes    int
	last     time.Time // when something was put or asked for
}

// freshBytes bounds what is kept; freshFor is for how long nobody may ask before it is dropped.
const (
	freshBytes = 16 << 20
	freshFor   = 5 * time.Second
)

func (f *fresh) put(h index.Hash, b []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, known := f.contents[h]; known || len(b) > inMemory {
		return
	}
	if f.contents == nil {
		f.contents = map[index.Hash][]byte{}
	}
	f.contents[h], f.order, f.bytes, f.last = b, append(f.order, h), f.bytes+len(b), time.Now()
	if f.bytes <= freshBytes {
		return
	}
	drop := 0
	for ; f.bytes > freshBytes*3/4; drop++ { // many at once, so that the order need not be moved up for each
		f.bytes -= len(f.contents[f.order[drop]])
		delete(f.contents, f.order[drop])
	}
	f.order = slices.Delete(f.order, 0, drop)
}

// get returns a content, or nil. The bytes must not be changed.
func (f *fresh) get(h index.Hash) []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	b := f.contents[h]
	if b != nil {
		f.last = time.Now()
	}
	return b
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

// expire drops everything when nobody has asked for a while.
func (f *fresh) expire(now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.contents) > 0 && !now.Before(f.last.Add(freshFor)) {
		f.contents, f.order, f.bytes = nil, nil, 0
	}
}
