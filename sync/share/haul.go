package share

// haul is a group of chunks that are fetched at once, and their bytes. It is a blob.Sink: a chunk counts once it has ended well.
type haul struct {
	bytes   []byte
	ends    []int // where in bytes each chunk that counts ends
	taken   int   // of them
	err     error // why the next one does not
	patient bool  // that one does not have it yet is no reason to break the connection off
}

// haulBytes is how much is fetched at once. What comes in a haul is held whole, so that nobody who asks the same machine waits for our disk.
const haulBytes = 2 << 20

func newHaul() *haul { return &haul{bytes: make([]byte, 0, haulBytes)} }

func (h *haul) empty() { h.bytes, h.ends, h.taken, h.err = h.bytes[:0], h.ends[:0], 0, nil }

// Begin, Write and End are called by blob for each chunk in turn.
func (h *haul) Begin(int) error { return nil }

func (h *haul) Write(_ int, p []byte) error {
	if h.err != nil {
		return nil
	}
	h.bytes = append(h.bytes, p...)
	return nil
}

func (h *haul) End(_ int, err error) error {
	if h.err == nil {
		h.err = err
	}
	if h.err != nil {
		h.bytes = h.bytes[:h.whole()]
		if h.patient && aboutContent(h.err) {
			return nil
		}
		return h.err
	}
	h.ends = append(h.ends, len(h.bytes))
	return nil
}

// whole is how many bytes belong to chunks that count.
func (h *haul) whole() int {
	if len(h.ends) == 0 {
		return 0
	}
	return h.ends[len(h.ends)-1]
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
