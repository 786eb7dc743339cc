package chat

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lanyard/internal/name"
	"lanyard/internal/store"
	"lanyard/internal/tree"
)

// lookForRoom is how often it is looked whether a full disk has room again.
const lookForRoom = 2 * time.Second

// isShortage reports whether a failure is one that ends by itself as soon as somebody makes room on a disk.
func isShortage(err error) bool { return errors.Is(err, tree.ErrFull) || errors.Is(err, store.ErrFull) }

// shortageOf is the sentence for a person: which disk, and what is needed for need bytes more.
func shortageOf(err error, need int64) string {
	if errors.Is(err, store.ErrFull) {
		return "the disk that holds Lanyard's own files is full: make room on it, and it goes on by itself"
	}
	tenths := max(1, (need+99_999)/100_000)
	return fmt.Sprintf("the disk is full: make room for %d.%d MB, and it goes on by itself", tenths/10, tenths%10)
}

// fallShort notes that there is no room for a file. It is kept in memory alone, for as long as the worker waits: after a restart it is found out anew.
func (f *files) fallShort(t *transfer, err error) {
	f.mu.Lock()
	t.short = true
	t.problem = fmt.Sprintf("%s cannot be received: %s", name.Quote(t.offer.Name), shortageOf(err, t.needLocked()))
	f.mu.Unlock()
	f.chat.config.Log.Warn("there is no room for a file", "file", t.id, "error", err)
	f.tell(t)
	f.tellEverybodyPaused(t)
}

// relieve forgets that there was no room, and tells the other end if there was none.
func (f *files) relieve(t *transfer) {
	f.mu.Lock()
	was := t.short
	if was {
		t.short, t.problem = false, ""
	}
	f.mu.Unlock()
	if was {
		f.tellEverybodyPaused(t)
	}
}

// needLocked is how many bytes are still to come.
func (t *transfer) needLocked() int64 { return max(0, t.progress.total-t.progress.done) }

// awaitRoom pauses after a failure for lack of room: longer each time, because a quota does not show as a full disk, and until what is still to come fits.
// Who asks for it to go on, and a link that comes up, end the pause.
func (f *files) awaitRoom(ctx context.Context, t *transfer, w *worker) bool {
	pause := max(w.pause, lookForRoom)
	w.pause = min(2*pause, longestPause)
	for !woken(ctx, w, pause) && ctx.Err() == nil {
		if f.fits(t) {
			break
		}
		pause = lookForRoom
	}
	return ctx.Err() == nil
}

// woken waits for a while, and reports whether somebody ended that.
func woken(ctx context.Context, w *worker, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return false
	case <-w.wake:
	case <-ctx.Done():
	}
	return true
}

// fits reports whether the disk has room for what is still to come. Where that cannot be found out, the next attempt tells.
func (f *files) fits(t *transfer) bool {
	root, err := f.inbox.open()
	if err != nil {
		return true
	}
	space, err := root.Space()
	if err != nil {
		return true
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return uint64(t.needLocked()) <= space.Free
}
