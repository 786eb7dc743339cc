package store_test

import (
	"path/filepath"
	"testing"

	"lanyard/internal/store"
)

// TestMoverWaitsForRest: while commits follow each other the WAL is moved seldom; a lot of it is once nobody writes, and a little stays.
func TestMoverWaitsForRest(t *testing.T) {
	for _, c := range []struct {
		what           string
		groups, change int
		rests, asked   bool
	}{
		{"few groups, then rest", 63, 1, true, false},
		{"some groups, then rest", 64, 1, true, true},
		{"some groups, no rest", 511, 1, false, false},
		{"many groups, no rest", 512, 1, false, true},
		{"many changes, no rest", 4, 1000, false, true},
		{"some changes, no rest", 3, 1000, false, false},
		{"some changes, then rest", 1, 1000, true, true},
	} {
		p := store.NewPace()
		asked := false
		for range c.groups {
			asked = p.Wrote(c.change) || asked
		}
		if c.rests {
			asked = p.Rests() || asked
		}
		if asked != c.asked {
			t.Errorf("%s: asked %v", c.what, asked)
		}
		if asked && p.Rests() {
			t.Errorf("%s: asked again, with nothing new", c.what)
		}
	}
}

// TestEveryBurstIsFollowedByARest: however many groups it had, what they left is looked at once nobody writes.
func TestEveryBurstIsFollowedByARest(t *testing.T) {
	db, err := store.Open(filepath.Join(t.TempDir(), "x.db"), quiet(), rowPart)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for groups := range 130 {
		if awaits := store.AwaitsRest(db, groups); awaits != (groups > 0) {
			t.Errorf("after %d groups: %v", groups, awaits)
		}
	}
}

// TestWALStartsAnew: once everything stands in the file itself, what is written next goes over the WAL and makes it no longer.
func TestWALStartsAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	db := open(t, path)
	for n := range 40 {
		fillUp(t, db, n, 1)
	}
	if err := store.Move(db); err != nil {
		t.Fatal(err)
	}
	before := onDisk(t, path+"-wal")
	for n := range 20 {
		fillUp(t, db, 100+n, 1)
	}
	if after := onDisk(t, path+"-wal"); after != before || before == 0 {
		t.Errorf("the WAL had %d bytes before, %d after", before, after)
	}
}
