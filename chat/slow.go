package chat

import (
	"context"
	"errors"
	"time"

	"lanyard/internal/blob"
	"lanyard/internal/identity"
)

// What is waited for of somebody while others have the same file.
const (
	firstPatience   = 10 * time.Second
	longestPatience = 5 * time.Minute
	crawl           = 64 << 10 // bytes a second, below which others are tried
)

// errSlow ends asking somebody who is slow or silent, because others have the same file. What came of it stays.
var errSlow = errors.New("others have it too, and may be faster")

// askings is what became of asking for one file. Guarded by files.mu.
type askings struct {
	refused  map[identity.PeerID]bool // machines that did not give it
	slow     map[identity.PeerID]bool // that were slow or silent, since all were tried last
	patience time.Duration
}

func newAskings() askings {
	return askings{refused: map[identity.PeerID]bool{}, slow: map[identity.PeerID]bool{}, patience: firstPatience}
}

// next chooses whom to ask of those who are here. Where all are slow it begins again, with more patience.
func (a *askings) next(here []identity.PeerID) (identity.PeerID, bool) {
	for range 2 {
		for _, id := range here {
			if !a.refused[id] && !a.slow[id] {
				return id, true
			}
		}
		if len(a.slow) == 0 {
			break
		}
		clear(a.slow)
		a.patience = min(2*a.patience, longestPatience)
	}
	return identity.PeerID{}, false
}

// get fetches, and gives up with errSlow where hardly anything comes while somebody else is here who has it.
func (r *receipt) get(ctx context.Context, items []blob.Item, sink blob.Sink) error {
	ctx, cancel := context.WithCancelCause(ctx)
	done := make(chan struct{})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		r.watch(done, func() { cancel(errSlow) })
	}()
	err := r.files.chat.config.Blob.Fetch(ctx, r.from, blob.FileScope(r.t.id), items, sink)
	close(done)
	<-watched
	if errors.Is(context.Cause(ctx), errSlow) && err != nil {
		err = errSlow
	}
	cancel(nil)
	return err
}

// watch gives up once hardly anything came within our patience and others are here; until done.
func (r *receipt) watch(done <-chan struct{}, giveUp func()) {
	for {
		before, patience, _ := r.pace()
		timer := time.NewTimer(patience)
		select {
		case <-done:
			timer.Stop()
			return
		case <-timer.C:
		}
		if now, _, others := r.pace(); others && now-before < int64(crawl*patience.Seconds()) {
			giveUp()
			return
		}
	}
}

// pace returns how much has come, how long somebody may be slow, and whether somebody else is here to be asked.
func (r *receipt) pace() (came int64, patience time.Duration, others bool) {
	f := r.files
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, id := range f.sourcesLocked(r.t) {
		others = others || id != r.from && !r.asked.refused[id]
	}
	return r.t.progress.done, r.asked.patience, others
}

// isSlow notes that somebody was slow.
func (f *files) isSlow(w *worker, from identity.PeerID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	w.asked.slow[from] = true
}
