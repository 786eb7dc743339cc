package share

import (
	"testing"
	"time"

	"lanyard/sync/index"
)

// TestProgressCountsOnce: a large content counts as it comes, and not again when it is put in place; nothing ever seems to be more than there is.
func TestProgressCountsOnce(t *testing.T) {
	const size = 1000
	large, now := index.Hash{1}, time.Unix(1000, 0)
	var p progress
	seen := func(what string, files int, missing int64, want Progress) {
		t.Helper()
		if got := p.seen(files, missing, now); got != want {
			t.Errorf("%s: %+v, not %+v", what, got, want)
		}
	}
	seen("at first", 1, size, Progress{FilesTotal: 1, BytesTotal: size})
	p.come(large, 300, 300, now)
	seen("a part is here", 1, size, Progress{FilesTotal: 1, BytesDone: 300, BytesTotal: size})
	p.come(large, 100, 100, now)
	seen("begun anew", 1, size, Progress{FilesTotal: 1, BytesDone: 100, BytesTotal: size})
	p.come(large, size, size-100, now)
	seen("all is here", 1, size, Progress{FilesTotal: 1, BytesDone: size, BytesTotal: size})
	seen("it is stored, and not counted yet", 0, 0, Progress{})
	p.place(1, size, []index.Hash{large}, now)
	seen("in place", 0, 0, Progress{FilesDone: 1, FilesTotal: 1, BytesDone: size, BytesTotal: size})
	p.place(2, 20, nil, now)
	seen("with small ones", 1, 5, Progress{FilesDone: 3, FilesTotal: 4, BytesDone: size + 20, BytesTotal: size + 25})
}

// TestRate: the rate is that of the last seconds, of what was fetched and of what was put in place without having been; after a break it is not known.
func TestRate(t *testing.T) {
	large, begin := index.Hash{1}, time.Unix(1000, 0)
	var p progress
	rate := func(at time.Duration) int64 { return p.seen(1, 1<<40, begin.Add(at)).Rate }
	here := int64(0)
	each := func(from, to time.Duration, n int64) {
		for at := from; at < to; at += 100 * time.Millisecond {
			here += n
			p.come(large, here, n, begin.Add(at))
		}
	}
	each(0, time.Second, 100)
	if r := rate(time.Second); r != 1000 {
		t.Errorf("%d bytes a second, not 1000", r)
	}
	each(time.Second, 10*time.Second, 500)
	if r := rate(10 * time.Second); r != 5000 {
		t.Errorf("%d bytes a second after it became faster, not 5000", r)
	}
	p.place(1, here, []index.Hash{large}, begin.Add(10*time.Second))
	each(10*time.Second, 14*time.Second, 500)
	if r := rate(14 * time.Second); r != 5000 {
		t.Errorf("%d bytes a second after it was put in place, not 5000", r)
	}
	if r := rate(20 * time.Second); r != 0 {
		t.Errorf("%d bytes a second while nothing comes", r)
	}
	for at := time.Minute; at < time.Minute+time.Second; at += 100 * time.Millisecond {
		p.place(1, 20, nil, begin.Add(at))
	}
	if r := rate(time.Minute + time.Second); r != 200 {
		t.Errorf("%d bytes a second of small files, not 200", r)
	}
}
