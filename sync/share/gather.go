package share

import (
	"context"
	"errors"
	"sync"

	"github.com/zeebo/blake3"

	"lanyard/internal/blob"
	"lanyard/internal/chunk"
	"lanyard/internal/tree"
	"lanyard/sync/index"
)

// gathering brings one large content together in the hidden folder, one chunk after the other: from files that lie here, and from the machines that have it what lies
// nowhere. What there is of it is always its beginning, so that whoever goes on later, by chunks or without, finds what a fetch of the whole leaves, too.
type gathering struct {
	share *Share
	from  machine
	item  blob.Item
	of    asking
	list  chunk.List
	in    *tree.Incoming
	whole *blake3.Hasher // of what is in in
	next  int            // the first chunk that is not
	at    int64          // where it begins
	bases *bases
	begun bool // the worker knows that the content comes

	mu      sync.Mutex
	swarm   *swarm // that fetches now, or nil
	reached int64  // up to where in is whole

	file   sync.RWMutex // held while in is read for others, and to end that
	closed bool
}

// errBase says that a file has changed of which chunks were to be taken over: they are looked for elsewhere.
var errBase = errors.New("a file that has parts of the content has changed")

// gather fetches a large content from a machine that tells its chunks. An error that it returns is about the machine, or this disk.
func (s *Share) gather(ctx context.Context, x *session, a asking) error {
	list, err := s.engine.cfg.Blobs.Chunks(ctx, x.peer, blob.ShareScope(s.id), a.item)
	if aboutContent(err) || errors.Is(err, blob.ErrNoChunks) {
		return s.fetchWhole(ctx, x, []blob.Item{a.item})
	}
	if err != nil {
		return err
	}
	g := &gathering{share: s, from: x.peer, item: a.item, of: a, list: list, whole: blake3.New()}
	failed := g.bring(ctx, a.paths)
	if errors.Is(failed, blob.ErrMismatch) { // the list may be wrong, and the content there all the same
		return s.fetchWhole(ctx, x, []blob.Item{a.item})
	}
	for _, m := range g.of.tried[len(a.tried):] {
		s.hand(ctx, arrival{from: m, hash: g.hash(), refused: true})
	}
	s.hand(ctx, arrival{from: x.peer, hash: g.hash(), err: failed, list: list})
	if aboutContent(failed) {
		return ctx.Err()
	}
	return failed
}

// aboutContent reports whether an error is about one content and says nothing of others.
func aboutContent(err error) bool {
	for _, one := range []error{blob.ErrGone, blob.ErrChanged, blob.ErrUnreadable, blob.ErrPaused, blob.ErrMismatch} {
		if errors.Is(err, one) {
			return true
		}
	}
	return false
}

func (g *gathering) hash() index.Hash { return index.Hash(g.item.Hash) }

// bring completes the content, or keeps what has come of it. It is thrown away when the list has proved to be of something else. No file is open when it
// returns: the content may take the place of one of them.
func (g *gathering) bring(ctx context.Context, paths []index.Path) (err error) {
	if g.bases, err = g.share.basesFor(ctx, g.hash(), g.list, paths); err != nil {
		return err
	}
	defer g.bases.close()
	if g.in, err = g.share.tree.Incoming(incomingName(g.hash())); err != nil {
		return err
	}
	err = g.resume(ctx)
	g.open()
	for err == nil && g.next < len(g.list) {
		if err = g.pass(ctx); errors.Is(err, errBase) {
			err = nil // and without that file
		}
	}
	g.close()
	if err == nil && blob.Hash(g.whole.Sum(nil)) != g.item.Hash {
		err = blob.ErrMismatch
	}
	if errors.Is(err, blob.ErrMismatch) {
		g.share.log.Warn("the chunks that a machine told of a content are not that content; it is fetched whole", "share", g.share.id, "peer", g.from.Short())
		return errors.Join(err, g.in.Discard())
	}
	return errors.Join(err, g.in.Close())
}

// resume takes over what came before, as far as it is what the list says, and cuts the rest off.
func (g *gathering) resume(ctx context.Context) error {
	room := make([]byte, chunk.Max)
	for g.next < len(g.list) && ctx.Err() == nil {
		c := g.list[g.next]
		b := room[:c.Length]
		if g.at+int64(c.Length) > g.in.Size() {
			break
		}
		if _, err := g.in.ReadAt(b, g.at); err != nil {
			return err
		}
		if chunk.Hash(blake3.Sum256(b)) != c.Hash {
			break
		}
		_, _ = g.whole.Write(b) // never fails, see its documentation
		g.next, g.at = g.next+1, g.at+int64(c.Length)
	}
	if err := ctx.Err(); err != nil || g.in.Size() == g.at {
		return err
	}
	return g.in.Truncate(g.at)
}

// stretch is a chunk on its way into the content; free gives its room back.
type stretch struct {
	bytes []byte
	free  func()
}

// ahead is how many chunks of files that lie here are read before they are written.
const ahead = 2

// pass appends chunks until all are there or something fails. Reading and fetching, writing, and fetching ahead go side by side.
func (g *gathering) pass(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	repeats, missing := g.plan()
	start, at := g.next, g.at // the writer moves them on
	from := newSwarm(g.share, g.of, g.from, missing)
	stretches := make(chan stretch, ahead)
	chunks := newFeed(g, from, repeats, stretches)
	from.begin(ctx)
	g.fetchedBy(from)
	defer g.fetchedBy(nil)
	var written error
	var writer sync.WaitGroup
	writer.Go(func() {
		for s := range stretches {
			if written == nil && len(s.bytes) > 0 {
				if written = g.write(ctx, s.bytes); written != nil {
					cancel(written)
				}
			}
			s.free()
		}
	})
	err := chunks.run(ctx, start, at)
	close(stretches)
	if err != nil {
		cancel(err)
	}
	writer.Wait()
	cancel(nil) // what is fetched twice is needed once
	g.of.tried = append(g.of.tried, from.refused()...)
	if written != nil {
		return written
	}
	return err
}

// plan says what of the rest lies further to the front in the content itself, and what has to be fetched.
func (g *gathering) plan() (repeats map[chunk.Hash]place, missing []blob.Item) {
	repeats = map[chunk.Hash]place{}
	var at int64
	for i, c := range g.list {
		_, before := repeats[c.Hash]
		if !before {
			repeats[c.Hash] = place{at: at, length: c.Length}
		}
		if _, here := g.bases.has(c); i >= g.next && !before && !here {
			missing = append(missing, blob.Item{
				Hash: blob.Hash(c.Hash), Size: int64(c.Length), Of: blob.Whole{Hash: g.item.Hash, Size: g.item.Size, At: at}})
		}
		at += int64(c.Length)
	}
	return repeats, missing
}

// write appends a chunk that was verified.
func (g *gathering) write(ctx context.Context, b []byte) error {
	if !g.begun {
		g.begun = true
		g.share.hand(ctx, arrival{from: g.from, hash: g.hash(), begun: true})
	}
	if _, err := g.in.Write(b); err != nil {
		return errors.Join(err, g.in.Truncate(g.at)) // a part of a chunk is of no use, and on a full disk others need the room
	}
	_, _ = g.whole.Write(b) // never fails, see its documentation
	g.next, g.at = g.next+1, g.at+int64(len(b))
	g.reach()
	g.share.came(g.hash(), g.at, int64(len(b)))
	return nil
}
