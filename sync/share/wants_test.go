package share

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/internal/blob"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/vector"
	"lanyard/sync/index"
)

// TestBrokenOff: a machine whose connection ended is asked again for what was on its way; one that could not give it is not.
func TestBrokenOff(t *testing.T) {
	ben := identity.PeerID{2}
	v := index.Version{Path: "a.bin", Kind: index.File, Size: 20 << 20, Content: index.Hash{1}, Dot: index.Dot{Log: vector.Log{Peer: ben}, Number: 1}}
	for _, c := range []struct {
		err   error
		again bool
	}{
		{peer.ErrLinkEnded, true},
		{blob.ErrNoLink, true},
		{&net.OpError{Op: "read", Net: "tcp", Err: net.ErrClosed}, true},
		{io.ErrUnexpectedEOF, true},
		{blob.ErrGone, false},
		{blob.ErrMismatch, false},
		{errors.New("the disk is broken"), false},
	} {
		w := newWorker(&Share{engine: &Engine{cfg: Config{Rounds: time.Hour}}, log: slog.New(slog.DiscardHandler)})
		w.wants.want(v)
		w.wants.items[v.Content].asked = true
		w.arrived(arrival{from: ben, hash: v.Content, err: fmt.Errorf("fetch: %w", c.err)})
		if again := len(w.wants.pick(ben, func(index.Path, index.Dot) bool { return true })) == 1; again != c.again {
			t.Errorf("after %v it is asked again: %v", c.err, again)
		}
	}
}

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
			w.joined, w.check = true, time.Now().Add(time.Hour)
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

// TestLinkEnded: a link that ended is no reason to leave a member alone for as long as one who answers wrongly.
func TestLinkEnded(t *testing.T) {
	ben := identity.PeerID{2}
	for why, pause := range map[error]time.Duration{
		fmt.Errorf("open a bulk connection: %w", peer.ErrLinkEnded): linkPause,
		errors.New("they sent something else"):                      fetchPause,
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorker(&Share{engine: &Engine{cfg: Config{Rounds: time.Hour}}, log: slog.New(slog.DiscardHandler)})
			w.arrived(arrival{from: ben, end: true, err: why})
			if got := time.Until(w.wants.later[ben]); got != pause {
				t.Errorf("%v: asked again after %v, want %v", why, got, pause)
			}
		})
	}
}

// TestAskedInOrder: contents are asked for in the order in which they came to be wanted, whatever went and came again meanwhile.
func TestAskedInOrder(t *testing.T) {
	ws, ben := newWants(), identity.PeerID{2}
	version := func(i int) index.Version {
		return index.Version{Path: index.Path(fmt.Sprint("f", i)), Dot: index.Dot{Log: vector.Log{Peer: ben}, Number: uint64(i)}, Size: 1, Content: index.Hash{byte(i)}}
	}
	for i := range 100 {
		ws.want(version(i))
	}
	ws.forget("f50")
	ws.got(index.Hash{7}, "f7")
	ws.want(version(7))
	var want []index.Hash
	for i := range 100 {
		if i != 7 && i != 50 {
			want = append(want, index.Hash{byte(i)})
		}
	}
	if got := ws.pick(ben, index.Applied{}.Of(ben)); !slices.Equal(got, append(want, index.Hash{7})) {
		t.Errorf("asked for %d contents in another order", len(got))
	}
}

// TestForgetLarge: what came of a large content is looked for once its path wants something else, though no fetch of it ever ended.
func TestForgetLarge(t *testing.T) {
	ws := newWants()
	for size, large := range map[int64]bool{inMemory: false, inMemory + 1: true} {
		v := index.Version{Path: "a.bin", Size: size, Content: index.Hash{byte(size)}}
		ws.want(v)
		if got := ws.forget(v.Path); got != large {
			t.Errorf("%d bytes: a part may lie there: %v", size, got)
		}
		if ws.forget(v.Path) {
			t.Error("forgotten twice")
		}
	}
}

// TestLonelyWhileBusy: as long as somebody is being asked, what nobody here has is not looked at, and is not waited for either.
func TestLonelyWhileBusy(t *testing.T) {
	w := newWorker(&Share{engine: &Engine{cfg: Config{Rounds: time.Hour}}, log: slog.New(slog.DiscardHandler)})
	w.joined, w.check = true, time.Now().Add(time.Hour)
	v := index.Version{Path: "a.txt", Kind: index.File, Size: 4, Content: index.Hash{1}}
	w.wants.want(v)
	w.wants.items[v.Content].since = time.Now().Add(-lonelyAfter)
	w.wants.busy[identity.PeerID{2}] = true
	w.lonely(time.Now())
	if next := w.next(); time.Until(next) <= 0 {
		t.Errorf("the worker would look again in %v, and again", time.Until(next))
	}
}
