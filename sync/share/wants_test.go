package share

import (
	"errors"
	"log/slog"
	"testing"
	"time"

	"lanyard/internal/identity"
	"lanyard/sync/index"
)

// TestNoBusyWaiting: whatever a fetch leaves behind, the worker waits for what is to come and not for what has passed.
func TestNoBusyWaiting(t *testing.T) {
	ben := identity.PeerID{2}
	v := index.Version{Path: "a.txt", Kind: index.File, Size: 4, Content: index.Hash{1}}
	cases := []struct {
		what string
		do   func(w *worker)
		left int // contents still wanted
	}{
		{"nobody can be asked", func(*worker) {}, 1},
		{"the path wants something else meanwhile, and the content came", func(w *worker) {
			w.wants.forget(v.Path)
			w.arrived(arrival{from: ben, hash: v.Content, bytes: []byte("late")})
		}, 0},
		{"the path wants something else meanwhile, and the content did not come", func(w *worker) { w.wants.forget(v.Path) }, 0},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			w := newWorker(&Share{engine: &Engine{cfg: Config{Rounds: time.Hour}}, log: slog.New(slog.DiscardHandler)})
			w.check = time.Now().Add(time.Hour)
			w.wants.want(v)
			w.wants.items[v.Content].asked = true
			w.wants.busy[ben] = true
			c.do(w)
			w.arrived(arrival{from: ben, end: true, asked: []index.Hash{v.Content}, err: errors.New("the link ended")})
			if got := len(w.wants.items); got != c.left {
				t.Errorf("%d contents are wanted, not %d", got, c.left)
			}
			w.wants.later[ben] = time.Now().Add(-time.Second)
			w.fetch(t.Context())
			if next := w.next(); !next.Equal(w.check) {
				t.Errorf("the worker would look again in %v", time.Until(next))
			}
		})
	}
}
