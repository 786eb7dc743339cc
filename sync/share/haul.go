package share

import (
	"context"
	"errors"

	"lanyard/internal/blob"
)

// haul is a group of chunks that are fetched at once, and their bytes. It is a blob.Sink: a chunk counts once it has ended well.
type haul struct {
	bytes []byte
	ends  []int // where in bytes each chunk that counts ends
	taken int   // of them
	err   error // why the next one does not
}

// haulBytes is how much is fetched at once. Two hauls are under way: what comes in one is held whole, so that nobody who asks the same machine waits
// for our disk.
const haulBytes = 4 << 20

func newHaul() *haul { return &haul{bytes: make([]byte, 0, haulBytes)} }

func (h *haul) empty() { h.bytes, h.ends, h.taken, h.err = h.bytes[:0], h.ends[:0], 0, nil }

// Begin, Write and End are called by blob for each chunk in turn.
func (h *haul) Begin(int) error { return nil }

func (h *haul) Write(_ int, p []byte) error {
	h.bytes = append(h.bytes, p...)
	return nil
}

func (h *haul) End(_ int, err error) error {
	if err != nil {
		h.err = err
		return err
	}
	h.ends = append(h.ends, len(h.bytes))
	return nil
}

// next returns the next chunk that counts.
func (h *haul) next() (chunk []byte, ok bool) {
	if h.over() {
		return nil, false
	}
	from := 0
	if h.taken > 0 {
		from = h.ends[h.taken-1]
	}
	h.taken++
	return h.bytes[from:h.ends[h.taken-1]], true
}

// over reports whether every chunk was taken.
func (h *haul) over() bool { return h.taken == len(h.ends) }

// hauling fetches chunks that lie nowhere here, in their order.
type hauling struct {
	share *Share
	from  machine
	items []blob.Item
	full  chan *haul // closed when no more come
	spare chan *haul
	err   error // why all did not come; set before full is closed
}

func newHauling(s *Share, from machine, items []blob.Item) *hauling {
	h := &hauling{share: s, from: from, items: items, full: make(chan *haul, 1), spare: make(chan *haul, 2)}
	for range min(len(items), cap(h.spare)) {
		h.spare <- newHaul()
	}
	return h
}

// errShort says that a plan named too few chunks.
var errShort = errors.New("chunks are missing that were not asked for")

// short says why no more comes, to who still waits for some.
func (h *hauling) short() error {
	if h.err == nil {
		return errShort
	}
	return h.err
}

// run fetches until everything is here or something fails; then what came before that is still handed on.
func (h *hauling) run(ctx context.Context) {
	defer close(h.full)
	for left := h.items; len(left) > 0; {
		var into *haul
		select {
		case into = <-h.spare:
		case <-ctx.Done():
			h.err = context.Cause(ctx)
			return
		}
		n, size := 0, int64(0)
		for n < len(left) && size+left[n].Size <= haulBytes {
			size += left[n].Size
			n++
		}
		into.empty()
		h.err = h.share.engine.cfg.Blobs.Fetch(ctx, h.from, blob.ShareScope(h.share.id), left[:n], into)
		if into.err != nil {
			h.err = into.err
		}
		select {
		case h.full <- into:
		case <-ctx.Done():
			h.err = context.Cause(ctx)
			return
		}
		if h.err != nil {
			return
		}
		left = left[n:]
	}
}
