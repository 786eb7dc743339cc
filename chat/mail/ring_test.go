package mail

import (
	"testing"
	"time"

	"lanyard/internal/identity"
)

func TestKeyRing(t *testing.T) {
	id, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	start := time.UnixMilli(1e12)
	var ring Ring
	days := func(n int) time.Time { return start.AddDate(0, 0, n) }
	for day := 0; day <= 70; day++ {
		if !ring.Due(days(day)) {
			continue
		}
		var last uint64
		if newest := ring.Newest(); newest != nil {
			last = newest.Number
		}
		next, err := MakeKey(id, last, days(day))
		if err != nil {
			t.Fatal(err)
		}
		if next.Number <= last || next.Verify(id.Public()) != nil {
			t.Fatalf("day %d: key %d after %d", day, next.Number, last)
		}
		ring, _ = ring.Turn(next, days(day))
	}
	// Made on days 0, 7, 14 ... 70. That of day 21 was replaced on day 28, 42 days ago; that of day 14 on day 21, 49 days ago.
	if first := ring[0].Made; first != days(21).UnixMilli() || len(ring) != 8 {
		t.Errorf("%d keys, the oldest of day %d", len(ring), (first-start.UnixMilli())/86400000)
	}
	back, err := MakeKey(id, ring.Newest().Number, start)
	if err != nil || back.Number != ring.Newest().Number+1 {
		t.Errorf("a clock that was put back makes key %d: %v", back.Number, err)
	}
}
