package chat

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/blob"
	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/store"
	"lanyard/internal/tree"
)

// Pauses after a failure while the link stays up; a link that comes up ends the pause.
const (
	shortestPause = time.Second
	longestPause  = time.Minute
	maxBreaches   = 3 // of the protocol, after which a person has to say that it shall be tried again
)

// worker receives one accepted offer, over as many links as it takes.
type worker struct {
	cancel context.CancelFunc
	wake   chan struct{} // capacity 1: a link came up
	done   chan struct{} // closed when it has ended

	asked askings // guarded by files.mu

	// used by the worker only
	pause    time.Duration // before the next attempt
	breaches int           // of the protocol
}

// blockedError is something on this machine, or about the offer itself, that trying again does not mend. Its text ends a sentence for people.
type blockedError struct{ err error }

func (e *blockedError) Error() string { return e.err.Error() }
func (e *blockedError) Unwrap() error { return e.err }

// blocked marks an error as one that a person has to do something about.
func blocked(err error) error {
	if err == nil {
		return nil
	}
	return &blockedError{err}
}

// resume starts what receives an accepted offer of theirs, or wakes it.
func (f *files) resume(t *transfer) {
	f.mu.Lock()
	wanted := !t.mine && t.fate.accepted && t.fate.open() && (t.problem == "" || t.short) && !t.paused
	w := t.worker
	var ctx context.Context
	if wanted && w == nil && f.chat.running() {
		w = &worker{wake: make(chan struct{}, 1), done: make(chan struct{}), asked: newAskings(), pause: shortestPause}
		ctx, w.cancel = context.WithCancel(f.chat.life)
		t.worker = w
	}
	f.mu.Unlock()
	switch {
	case ctx != nil:
		if !f.chat.begin(func() { f.work(ctx, t, w) }) {
			w.cancel()
		}
	case w != nil:
		select {
		case w.wake <- struct{}{}:
		default:
		}
	}
}

// resumeAll wakes what waits for a person who has come, and starts what was left by the last run.
func (f *files) resumeAll(from identity.PersonID) {
	for _, t := range f.all() {
		if f.mayHave(t, from) && f.arriving(t) {
			f.resume(t)
			f.tell(t)
		}
	}
}

// paused tells that what a person sends waits until they are back.
func (f *files) paused(from identity.PersonID) {
	for _, t := range f.all() {
		if f.mayHave(t, from) && f.arriving(t) {
			f.tell(t)
		}
	}
}

// arriving reports whether a transfer is to be received or being received.
func (f *files) arriving(t *transfer) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return !t.mine && t.fate.accepted && t.fate.open()
}

func (f *files) all() []*transfer {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := make([]*transfer, 0, len(f.transfers))
	for _, t := range f.transfers {
		all = append(all, t)
	}
	return all
}

// work receives until it is done, given up or hindered.
func (f *files) work(ctx context.Context, t *transfer, w *worker) {
	defer close(w.done)
	defer f.leave(t, w)
	for {
		from, here := f.awaitSource(ctx, t, w)
		if !here {
			return
		}
		before := f.file(t).Progress.Done
		err := f.attempt(ctx, t, w, from)
		if err == nil || ctx.Err() != nil {
			return
		}
		if f.file(t).Progress.Done > before {
			w.pause = shortestPause
		}
		if isShortage(err) {
			f.fallShort(t, err)
			if !f.awaitRoom(ctx, t, w) {
				return
			}
			continue
		}
		pause, problem := f.failed(t, w, from, err)
		if problem != "" {
			f.cannotReceive(t, whyOf(err), fmt.Sprintf("%s cannot be received: %s", name.Quote(t.offer.Name), problem))
			return
		}
		if !rest(ctx, w, pause) {
			return
		}
	}
}

// failed decides what follows a failure: a pause before the next attempt, or a problem that a person has to know.
func (f *files) failed(t *transfer, w *worker, from identity.PeerID, err error) (pause time.Duration, problem string) {
	if errors.Is(err, blob.ErrBreach) {
		w.breaches++
	}
	switch {
	case errors.Is(err, blob.ErrPaused):
		f.refused(t, from)
		return longestPause, ""
	case errors.Is(err, errSlow):
		f.isSlow(w, from)
		return 0, ""
	case f.elsewhere(t, w, from, err):
		return 0, ""
	}
	if problem := problemOf(err, w.breaches); problem != "" {
		return 0, problem
	}
	f.chat.config.Log.Info("receiving was interrupted", "file", t.id, "error", err)
	f.tell(t)
	pause = w.pause
	w.pause = min(2*w.pause, longestPause)
	return pause, ""
}

// leave ends the worker's part in the transfer. What came of an offer that is closed is thrown away.
func (f *files) leave(t *transfer, w *worker) {
	w.cancel()
	f.relieve(t) // who waits for room is gone
	f.mu.Lock()
	t.worker = nil
	received, open := t.fate.received, t.fate.open()
	f.mu.Unlock()
	if received || open {
		f.resume(t) // it may have been held and let go on while this worker ended
		return
	}
	f.discard(t)
}

// discard throws away what came of an offer that is closed.
func (f *files) discard(t *transfer) {
	if err := f.inbox.discard(t); err != nil {
		f.chat.config.Log.Warn("throw away what came of a file", "file", t.id, "error", err)
	}
}

// rest pauses after a failure, until a link comes up.
func rest(ctx context.Context, w *worker, pause time.Duration) bool {
	woken(ctx, w, pause)
	return ctx.Err() == nil
}

// problemOf returns what a person is told about a failure, "" if it is tried again without them.
func problemOf(err error, breaches int) string {
	var b *blockedError
	switch {
	case errors.Is(err, blob.ErrGone):
		return "it is not offered any more: ask for it again"
	case errors.Is(err, blob.ErrChanged):
		return "it was changed after it was offered: ask for it again"
	case errors.Is(err, blob.ErrUnreadable):
		return "it cannot be read on the other side: ask for it again"
	case errors.Is(err, blob.ErrMismatch):
		return "what came is not what was offered: ask for it again"
	case errors.As(err, &b):
		return b.Error()
	case breaches >= maxBreaches:
		return "the other side does not keep to the rules: both should run the newest Lanyard"
	case errors.Is(err, store.ErrBroken), errors.Is(err, store.ErrClosed):
		return err.Error()
	}
	return ""
}

// attempt receives once; nil when everything is in its place and the sender will know.
func (f *files) attempt(ctx context.Context, t *transfer, w *worker, from identity.PeerID) error {
	select {
	case f.turns <- struct{}{}:
		defer func() { <-f.turns }()
	case <-ctx.Done():
		return ctx.Err()
	}
	root, err := f.inbox.open()
	if err != nil {
		return blocked(err)
	}
	r := &receipt{files: f, t: t, from: from, asked: &w.asked, root: root}
	var target string
	if t.offer.Folder == 1 {
		target, err = r.folder(ctx)
	} else {
		target, err = r.file(ctx)
	}
	if err != nil {
		return missing(root, err)
	}
	return f.finish(ctx, t, root, target)
}

// finish notes where it lies, and tells the sender, in one commit.
func (f *files) finish(ctx context.Context, t *transfer, root *tree.Tree, target string) error {
	path := f.inbox.path(target)
	placed, err := root.Lstat(target)
	if err != nil {
		return blocked(err)
	}
	f.mu.Lock()
	t.path = path
	f.mu.Unlock()
	err = f.answer(context.WithoutCancel(ctx), t, event.Received, func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE chat_file SET path = ?, target = ?, mtime = ? WHERE place = ?`, path, target, placed.Mtime, t.place)
		return err
	})
	if err != nil {
		f.mu.Lock()
		t.path = ""
		f.mu.Unlock()
	}
	return err
}

// discard throws away what came of an offer and was not placed.
func (i *inbox) discard(t *transfer) error {
	root, err := i.open()
	if err != nil {
		return err
	}
	parts, err := partsOf(root, t)
	for part := range parts {
		in, opening := root.Incoming(part)
		if opening == nil {
			opening = in.Discard()
		}
		err = errors.Join(err, opening)
	}
	return err
}

// partsOf returns the names of the contents that came of an offer.
func partsOf(root *tree.Tree, t *transfer) (map[string]bool, error) {
	names, err := root.IncomingNames()
	if err != nil {
		return nil, err
	}
	parts := map[string]bool{}
	for _, n := range names {
		if len(n) > len(t.prefix()) && n[:len(t.prefix())] == t.prefix() {
			parts[n] = true
		}
	}
	return parts, nil
}

// prefix begins the names of contents on their way to this machine.
func (t *transfer) prefix() string { return "f-" + t.id.String()[:32] + "-" }

func (t *transfer) part(n int) string { return fmt.Sprintf("%s%d", t.prefix(), n) }
