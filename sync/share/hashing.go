package share

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"lanyard/internal/chunk"
	"lanyard/sync/index"
)

// hashing is files being hashed, by several goroutines. It touches nothing of the worker's.
type hashing struct {
	findings []finding
	errs     []error
	next     atomic.Int64
	all      sync.WaitGroup
}

// hashAll begins to hash files; large ones are left out.
func (w *worker) hashAll(ctx context.Context, findings []finding) *hashing {
	h := &hashing{findings: findings, errs: make([]error, len(findings))}
	for range min(runtime.GOMAXPROCS(0), 8, len(findings)) {
		h.all.Go(func() {
			for i := int(h.next.Add(1)) - 1; i < len(findings); i = int(h.next.Add(1)) - 1 {
				h.errs[i] = w.s.hashOne(ctx, &findings[i])
			}
		})
	}
	return h
}

// hashOne hashes a file unless that is done or it is large.
func (s *Share) hashOne(ctx context.Context, f *finding) (err error) {
	switch {
	case f.kind != index.File || f.hashed || f.stat.Size > largeFile:
	case f.stat.Size <= inMemory:
		f.content, err = s.readGuarded(ctx, f.path, f.stat)
	case f.stat.Size <= chunk.Above:
		f.content, err = hashGuarded(ctx, s.tree, f.path, f.stat)
	default:
		var sum chunk.Sum
		sum, err = sumGuarded(ctx, s.tree, f.path, f.stat)
		f.content, f.list = index.Hash(sum.Whole), sum.List
	}
	return err
}

// sure waits for the hashes and returns the findings that are sure. Large files are hashed beside and come back as a hint; files that are being written
// to are looked at again.
func (w *worker) sure(ctx context.Context, h *hashing) []finding {
	h.all.Wait()
	ready := h.findings[:0]
	for i, f := range h.findings {
		switch {
		case f.kind == index.File && !f.hashed && f.stat.Size > largeFile:
			w.hashBeside(ctx, f)
		case h.errs[i] == nil:
			delete(w.settle.open, f.path)
			ready = append(ready, f)
		case errors.Is(h.errs[i], errMoving):
			w.writing(f.path, time.Now())
		default:
			w.unreadable(f.path, h.errs[i])
		}
	}
	return ready
}

// hashBeside hashes a large file while the worker goes on, one after the other.
func (w *worker) hashBeside(ctx context.Context, f finding) {
	if w.hashing[f.path] {
		return
	}
	w.hashing[f.path] = true
	w.s.tasks.Go(func() {
		w.s.engine.large <- struct{}{}
		sum, err := sumGuarded(ctx, w.s.tree, f.path, f.stat)
		<-w.s.engine.large
		w.s.tell(func(in *inbox) {
			in.orders = append(in.orders, func(ctx context.Context, w *worker) { w.hashed(ctx, f, sum, err) })
		})
	})
}

// hashed takes the hash of a large file.
func (w *worker) hashed(ctx context.Context, f finding, sum chunk.Sum, err error) {
	delete(w.hashing, f.path)
	w.queue[f.path] = true // what was to be done there has waited
	switch {
	case err == nil && stillThere(w.s.tree, f.path, f.stat):
		f.content, f.list, f.hashed = index.Hash(sum.Whole), sum.List, true
		if err := w.publish(ctx, []finding{f}); err != nil && ctx.Err() == nil {
			w.s.log.Error("a large file could not be published; it is looked at again", "share", w.s.id, "path", string(f.path), "error", err)
			w.settle.again(f.path, time.Now(), busyLongest)
		}
	case err == nil || errors.Is(err, errMoving):
		w.writing(f.path, time.Now())
	default:
		w.unreadable(f.path, err)
	}
	if err := w.taken(ctx); err != nil && ctx.Err() == nil {
		w.s.log.Error("the end of the first look could not be stored; it is when the next file is hashed", "share", w.s.id, "error", err)
		w.settle.first = true
	}
}
