package chat

import (
	"context"
	"fmt"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/store"
)

// noteEvery is how often it is noted how far an offer got, while it goes on; when the link ends it is noted anyway.
const noteEvery = 10 * time.Second

// noteReached notes how far the offers of ours to somebody got, that a restart does not make it look as if they had nothing.
func (f *files) noteReached(ctx context.Context, may func(*transfer) bool) {
	reached := map[*transfer]int64{}
	for _, t := range f.all() {
		if !t.mine || t.in.room != nil || !may(t) {
			continue
		}
		f.mu.Lock()
		if t.progress.done != t.noted && t.fate.open() {
			reached[t], t.notedAt = t.progress.done, time.Now()
		}
		f.mu.Unlock()
	}
	if len(reached) == 0 {
		return
	}
	err := f.chat.config.DB.Write(ctx, func(tx *store.Tx) error {
		for t, done := range reached {
			if _, err := tx.Exec(`UPDATE chat_file SET reached = ? WHERE place = ?`, done, t.place); err != nil {
				return fmt.Errorf("note how far file %s got: %w", t.id, err)
			}
		}
		return nil
	})
	if err != nil {
		f.chat.config.Log.Warn("a restart shows files as if less had been sent", "error", err)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for t, done := range reached {
		t.noted = done
	}
}

// noteReachedBy is the same of what goes to one person, who is gone.
func (f *files) noteReachedBy(who identity.PersonID) {
	f.chat.begin(func() {
		f.noteReached(context.WithoutCancel(f.chat.life), func(t *transfer) bool { return f.isFor(t, who) })
	})
}
