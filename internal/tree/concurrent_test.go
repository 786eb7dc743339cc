package tree

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"testing"
)

// TestConcurrent lets goroutines fight for the same paths: each call does its whole work or says why not, and every content that was ever placed is at
// a path or in the trash.
func TestConcurrent(t *testing.T) {
	onEach(t, func(t *testing.T, tr *Tree, who person) {
		const fighters, rounds = 6, 30
		var mu sync.Mutex
		placed := map[string]bool{}
		var all sync.WaitGroup
		for g := range fighters {
			all.Go(func() {
				for i := range rounds {
					b := fmt.Sprintf("content %d of %d", i, g)
					done, err := fight(tr, fmt.Sprintf("g%d", g), fmt.Sprintf("d%d/f", i%3), b)
					if err != nil {
						t.Errorf("%s: %v", b, err)
						return
					}
					if done {
						mu.Lock()
						placed[b] = true
						mu.Unlock()
					}
				}
			})
		}
		all.Wait()
		left, err := everything(tr)
		if err != nil {
			t.Fatal(err)
		}
		trash, err := trashed(tr)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]bool{}
		for _, b := range left {
			found[b] = true
		}
		for _, texts := range trash {
			for _, b := range texts {
				found[b] = true
			}
		}
		for b := range placed {
			if !found[b] {
				t.Errorf("%q is gone", b)
			}
		}
		if len(placed) < fighters {
			t.Errorf("only %d contents were placed", len(placed))
		}
	})
}

// fight brings b to p by whatever the present state asks for. Losing to another goroutine is no error.
func fight(tr *Tree, name, p, b string) (done bool, err error) {
	in, err := write(tr, name, b)
	if err != nil {
		return false, err
	}
	s, err := tr.Lstat(p)
	switch {
	case err == nil && len(b)%2 == 0:
		if _, err = tr.Remove(p, s); err == nil {
			_, err = tr.Place(in, p)
		}
	case err == nil:
		_, err = tr.Replace(in, p, s)
	case errors.Is(err, fs.ErrNotExist):
		_, err = tr.Place(in, p)
	}
	lost := errors.Is(err, ErrChanged) || errors.Is(err, ErrExists) || errors.Is(err, fs.ErrNotExist)
	if err != nil && !lost {
		return false, err
	}
	return err == nil, tr.Flush(context.Background())
}
