package share

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"time"

	"lanyard/internal/blob"
	"lanyard/internal/chunk"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/sync/index"
)

// arrival is what a fetch brings to the worker: one content, or its end.
type arrival struct {
	from    machine
	hash    index.Hash
	bytes   []byte // of a small content; a larger one is complete in the hidden folder
	err     error
	end     bool
	begun   bool         // the first bytes of a larger content have come
	refused bool         // the machine could not give what it was asked for of a content that others have, too
	list    chunk.List   // of a content that came by its chunks
	asked   []index.Hash // with end: what was asked for
}

// inMemory is up to which size a content is handed over in memory.
const inMemory = 64 << 10

// fetch asks every machine that is here and idle for contents that it should have.
func (w *worker) fetch(ctx context.Context) {
	if len(w.wants.items) == 0 {
		return
	}
	members := w.s.members()
	now := time.Now()
	w.wants.serveAgain(now)
	w.s.eachSession(func(x *session) {
		if _, later := w.wants.later[x.peer]; later || w.wants.busy[x.peer] || !members.takesPart(x.person) {
			return
		}
		told := w.s.appliedAt(x.peer)
		hashes := w.wants.pick(x.peer, told.Of(x.peer))
		if len(hashes) == 0 {
			return
		}
		w.wants.busy[x.peer] = true
		asked := make([]asking, len(hashes))
		for i, h := range hashes {
			it := w.wants.items[h]
			it.asked = true
			asked[i] = askingFor(it)
		}
		w.s.tasks.Go(func() { w.s.fetchFrom(ctx, x, asked, hashes) })
	})
}

func (s *Share) appliedAt(peer machine) index.Applied {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.applied[peer]
}

// asking is one content that is asked for, and for a large one the paths that wait for it, by which versions, and the machines that could not give it.
type asking struct {
	item  blob.Item
	paths []index.Path
	dots  []index.Dot
	tried []machine
}

func askingFor(it *wanted) asking {
	a := asking{item: blob.Item{Hash: blob.Hash(it.content), Size: it.size}}
	if it.size > chunk.Above {
		for p, d := range it.paths() {
			a.paths, a.dots = append(a.paths, p), append(a.dots, d)
		}
		a.tried = slices.Clone(it.tried)
	}
	return a
}

// fetchFrom gets contents from one machine and hands them to the worker: those first that come whole.
func (s *Share) fetchFrom(ctx context.Context, x *session, asked []asking, hashes []index.Hash) {
	whole, chunked, err := s.parted(ctx, x, asked)
	if err == nil && len(whole) > 0 {
		err = s.fetchWhole(ctx, x, whole)
	}
	for _, a := range chunked {
		if err == nil {
			err = s.gather(ctx, x, a)
		}
	}
	s.hand(ctx, arrival{from: x.peer, end: true, err: err, asked: hashes})
}

// parted says what comes whole and what by its chunks. Of many new files of a few MB nearly nothing lies here, and they are quicker fetched at once than
// looked at one by one.
func (s *Share) parted(ctx context.Context, x *session, asked []asking) (whole []blob.Item, chunked []asking, err error) {
	tells := x.link.Offers(blob.CapabilityChunks)
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		whole, chunked = nil, nil
		for _, a := range asked {
			by := tells && a.item.Size > largeFile
			if tells && a.item.Size > chunk.Above && !by {
				var err error
				if by, err = replaces(tx, a.paths); err != nil {
					return err
				}
			}
			if by {
				chunked = append(chunked, a)
			} else {
				whole = append(whole, a.item)
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("look what is replaced: %w", err)
	}
	return whole, chunked, nil
}

// replaces reports whether at one of the paths a file lies of which chunks may be taken over.
func replaces(tx *store.Tx, paths []index.Path) (bool, error) {
	for _, p := range paths {
		r, err := rowAt(tx, p)
		if err != nil || r != nil && r.Kind == index.File && r.Size > chunk.Above {
			return r != nil, err
		}
	}
	return false, nil
}

// fetchWhole gets contents in one piece each.
func (s *Share) fetchWhole(ctx context.Context, x *session, items []blob.Item) error {
	sink := &sink{ctx: ctx, share: s, from: x.peer, items: items}
	err := sink.resume()
	if err == nil {
		err = s.engine.cfg.Blobs.Fetch(ctx, x.peer, blob.ShareScope(s.id), items, sink)
	}
	return errors.Join(err, sink.close())
}

// hand gives an arrival to the worker, unless the share ends.
func (s *Share) hand(ctx context.Context, a arrival) {
	select {
	case s.arrive <- a:
	case <-ctx.Done():
	}
}

// arrived takes what a fetch brought.
func (w *worker) arrived(a arrival) {
	if a.end {
		w.fetchEnded(a)
		return
	}
	w.leftovers = w.leftovers || a.bytes == nil
	it := w.wants.items[a.hash]
	if it == nil {
		return // nobody waits for it any more; a larger one stays to be found again
	}
	if a.begun {
		w.begun(it)
		return
	}
	if a.refused {
		it.failed(a.from)
		return
	}
	it.asked = false
	if a.err != nil || it.idle() {
		w.s.uncome(a.hash)
	}
	if it.idle() {
		delete(w.wants.items, a.hash)
		return
	}
	if a.err != nil {
		if !brokenOff(a.err) { // else nothing is said of the content, and the machine is asked again once it is there
			it.failed(a.from)
		}
		w.full(it, a.err)
		return
	}
	if a.bytes != nil {
		w.wants.content[a.hash] = a.bytes
	} else {
		w.wants.ready[a.hash] = true
		if a.list != nil {
			w.wants.lists[a.hash] = a.list
		}
	}
	for p := range it.paths() {
		w.queue[p] = true
	}
}

// brokenOff reports whether a fetch ended because the connection did.
func brokenOff(err error) bool {
	var network net.Error
	return errors.Is(err, peer.ErrLinkEnded) || errors.Is(err, blob.ErrNoLink) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.As(err, &network)
}

// begun takes back what was said of a content that comes after all.
func (w *worker) begun(it *wanted) {
	for p := range it.paths() {
		if _, told := w.wants.missing[p]; told {
			delete(w.wants.missing, p)
			w.held[p] = refusal{}
		}
	}
}

// full holds the paths whose content did not fit on the disk.
func (w *worker) full(it *wanted, err error) {
	if !errors.Is(err, tree.ErrFull) {
		return
	}
	it.full = true
	for p := range it.paths() {
		w.block(p)
		w.held[p] = refusalOf(err)
	}
}

func (w *worker) fetchEnded(a arrival) {
	delete(w.wants.busy, a.from)
	for _, h := range a.asked {
		it := w.wants.items[h]
		if it == nil {
			continue
		}
		if it.asked = false; it.idle() {
			delete(w.wants.items, h)
		}
	}
	if a.err != nil && !errors.Is(a.err, tree.ErrFull) {
		w.s.log.Debug("fetch ended early", "share", w.s.id, "peer", a.from.Short(), "error", a.err)
		pause := fetchPause
		if errors.Is(a.err, peer.ErrLinkEnded) { // nothing is wrong with them: of two links that were made at once one ends
			pause = linkPause
		}
		w.wants.later[a.from] = time.Now().Add(pause)
	}
	nudge(w.s.wake)
}

// fetchPause is between a fetch that failed as a whole and the next one from the same machine; linkPause the same when only the link was gone.
const (
	fetchPause = time.Second
	linkPause  = 50 * time.Millisecond
)

// sink takes contents from blob: small ones into memory, larger ones into the hidden folder, where they survive a break.
type sink struct {
	ctx   context.Context
	share *Share
	from  machine
	items []blob.Item
	small []byte
	in    *tree.Incoming
	told  bool  // the worker knows that the content in hand has begun to come
	here  int64 // bytes of it
}

// resume has fetches of larger contents go on where the last one broke off.
func (k *sink) resume() error {
	for i := range k.items {
		it := &k.items[i]
		if it.Size <= inMemory {
			continue
		}
		in, err := k.incoming(i)
		if err != nil {
			return err
		}
		if in.Size() > it.Size {
			err = in.Truncate(0)
		}
		it.Offset = in.Size()
		if err := errors.Join(err, in.Close()); err != nil {
			return err
		}
	}
	return nil
}

func (k *sink) incoming(i int) (*tree.Incoming, error) {
	return k.share.tree.Incoming(incomingName(index.Hash(k.items[i].Hash)))
}

// Prefix lets blob hash what is here already.
func (k *sink) Prefix(i int) (io.ReadCloser, error) {
	in, err := k.incoming(i)
	if err != nil {
		return nil, err
	}
	return prefix{io.NewSectionReader(in, 0, k.items[i].Offset), in}, nil
}

type prefix struct {
	io.Reader
	in *tree.Incoming
}

func (p prefix) Close() error { return p.in.Close() }

// Begin, Write and End are called by blob for each item in turn.
func (k *sink) Begin(i int) error {
	it := k.items[i]
	if it.Size <= inMemory {
		k.small = make([]byte, 0, it.Size)
		return nil
	}
	in, err := k.incoming(i)
	if err != nil {
		return err
	}
	k.in, k.told, k.here = in, false, it.Offset
	if in.Size() != it.Offset {
		return fmt.Errorf("resume a content at %d: it has %d bytes", it.Offset, in.Size())
	}
	return nil
}

func (k *sink) Write(i int, p []byte) error {
	if k.in == nil {
		k.small = append(k.small, p...)
		return nil
	}
	if !k.told {
		k.told = true
		k.hand(arrival{hash: index.Hash(k.items[i].Hash), begun: true})
	}
	n, err := k.in.Write(p)
	k.here += int64(n)
	k.share.came(index.Hash(k.items[i].Hash), k.here, int64(n))
	return err
}

func (k *sink) End(i int, err error) error {
	h := index.Hash(k.items[i].Hash)
	if k.in == nil {
		bytes := k.small
		k.small = nil
		k.hand(arrival{hash: h, bytes: bytes, err: err})
		return k.ctx.Err()
	}
	in := k.in
	k.in = nil
	if broken := errors.Is(err, blob.ErrMismatch) || errors.Is(err, blob.ErrChanged); broken {
		err = errors.Join(err, in.Discard())
	} else {
		err = errors.Join(err, in.Close())
	}
	k.hand(arrival{hash: h, err: err})
	return k.ctx.Err()
}

// close keeps what a broken fetch has got so far.
func (k *sink) close() error {
	if k.in == nil {
		return nil
	}
	return k.in.Close()
}

// hand gives an arrival to the worker.
func (k *sink) hand(a arrival) {
	a.from = k.from
	k.share.hand(k.ctx, a)
}
