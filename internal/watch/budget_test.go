package watch

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// folder makes a folder with so many files.
func folder(t *testing.T, files int) string {
	t.Helper()
	dir := t.TempDir()
	for i := range files {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestBudget: folders are watched as long as their files fit, and again once others are watched no more; what is made in one counts.
func TestBudget(t *testing.T) {
	b := newBudget(20)
	small, large, empty := folder(t, 5), folder(t, 13), folder(t, 0)
	for _, c := range []struct {
		what string
		do   func() error
		want error
		sum  int
	}{
		{"a small folder", func() error { return b.take(small) }, nil, 6},
		{"the same again", func() error { return b.take(small) }, nil, 6},
		{"a large one that just fits", func() error { return b.take(large) }, nil, 20},
		{"an empty one", func() error { return b.take(empty) }, ErrLimit, 20},
		{"it after a file vanished", func() error { b.count(Event{Path: filepath.Join(large, "3"), Gone: true}); return b.take(empty) }, nil, 20},
		{"what is not there", func() error { return b.take(filepath.Join(small, "none")) }, os.ErrNotExist, 20},
		{"a file that is made", func() error { b.count(Event{Path: filepath.Join(empty, "new"), Made: true}); return nil }, nil, 21},
		{"one that is made and gone", func() error { b.count(Event{Path: filepath.Join(empty, "new"), Made: true, Gone: true}); return nil }, nil, 21},
		{"one elsewhere", func() error { b.count(Event{Path: "/elsewhere/new", Made: true}); return nil }, nil, 21},
		{"the large one no more", func() error { b.give(large); return nil }, nil, 8},
		{"the empty one no more", func() error { b.give(empty); b.give(empty); return nil }, nil, 6},
	} {
		if err := c.do(); !errors.Is(err, c.want) || b.sum != c.sum {
			t.Errorf("%s: %v, and %d are taken; want %v and %d", c.what, err, b.sum, c.want, c.sum)
		}
	}
	for range 9 {
		b.count(Event{Path: filepath.Join(small, "x"), Gone: true})
	}
	if b.give(small); b.sum != 0 {
		t.Errorf("%d are taken by nothing", b.sum)
	}
	var none *budget
	none.count(Event{Path: small, Made: true})
	none.give(small)
	if err := none.take(filepath.Join(small, "none")); err != nil {
		t.Errorf("without a bound: %v", err)
	}
}
