// Package blob moves content between peers by its hash: authorised by person, resumable at any byte, and verified before anybody
// relies on it. docs/protocol.md section 7 is what it speaks.
//
// # Use
//
//	blobs := blob.New(blob.Config{Roster: roster, Log: log})   // before roster.Run
//	blobs.Serve(blob.ShareContent, shares)                     // who may have what is the Source's decision
//	go blobs.Run(ctx)
//
//	err := blobs.Fetch(ctx, peer, blob.ShareScope(id), items, sink)
//
// Of a large content a peer may tell the chunks: Chunks asks for them, and Items with a Whole bring those that are not here already, each verified like a
// content of its own. Putting them together, and verifying that they are the content, is the caller's.
//
// One connection per direction carries everything between two peers. Fetch asks on it in turns: up to 512 items or 16 MiB at a time,
// so that a large file does not hold up a small one that somebody else waits for. Content comes in pieces, many small items packed
// together in one frame.
//
// # Promises
//
// Items come in the order asked for. A Sink hears Begin(i), any number of Writes with the next bytes, then End(i, err), all from the
// goroutine that called Fetch; each Begin is followed by its End. End(i, nil) is only said when the BLAKE3 hash of the whole content, from its first
// byte on, is the item's. Bytes given to Write before that may be anybody's: they must not be used, and of an item that fails they
// have to be thrown away. ErrGone, ErrChanged, ErrUnreadable, ErrPaused and ErrMismatch are about one item, and Fetch goes on; any other error
// ends it, and what was stored so far can be resumed.
//
// Fetch blocks until all items have ended, waits at most a minute for each next frame, and needs about 2 MiB of memory however much is
// fetched. A peer that breaks the protocol ends the Fetch with ErrBreach. A Sink must not call Fetch for the same peer. Exchange is safe for
// concurrent use.
//
// # Left out
//
// Where content lies and where it goes to (Source and Sink), from whom to fetch, when to try again and what of it is there already (their owners), and
// fetching one item from many peers at once.
package blob

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"

	"lanyard/internal/identity"
	"lanyard/internal/peer"
)

// Config is what an Exchange works with.
type Config struct {
	Roster *peer.Roster
	Log    *slog.Logger
}

// ErrStopped is returned by Fetch when Run has ended.
var ErrStopped = errors.New("content is no longer exchanged: Lanyard stops")

// Exchange fetches content from peers and serves it to them.
type Exchange struct {
	roster  *peer.Roster
	log     *slog.Logger
	sources map[ScopeKind]Source // not changed after Run began
	buffers sync.Pool            // of *[]byte, bufferSize each
	life    context.Context      // ends with Run
	end     context.CancelCauseFunc

	mu    sync.Mutex
	lines map[identity.PeerID]*line
	paces map[Scope]*paced // made by Limit, and kept
}

// New makes an exchange and registers it with the roster, which must not run yet.
func New(c Config) *Exchange {
	e := &Exchange{roster: c.Roster, log: c.Log, sources: map[ScopeKind]Source{}, lines: map[identity.PeerID]*line{}, paces: map[Scope]*paced{}}
	e.life, e.end = context.WithCancelCause(context.Background())
	e.buffers.New = func() any {
		b := make([]byte, bufferSize)
		return &b
	}
	c.Roster.ServeBulk(func(ctx context.Context, l *peer.Link, conn net.Conn) { e.serve(ctx, l, conn) })
	return e
}

// Serve registers who has the content of a kind of scope. It is called before Run and the roster's Run.
func (e *Exchange) Serve(kind ScopeKind, source Source) {
	e.sources[kind] = source
	if _, lists := source.(Lister); lists {
		e.roster.Offer(CapabilityChunks)
	}
}

// Run lets Fetch work until the context ends; then every Fetch ends, connections are closed, and Run returns nil. It is called once.
func (e *Exchange) Run(ctx context.Context) error {
	<-ctx.Done()
	e.end(ErrStopped)
	e.mu.Lock()
	lines := make([]*line, 0, len(e.lines))
	for _, l := range e.lines {
		lines = append(lines, l)
	}
	e.mu.Unlock()
	for _, l := range lines {
		l.stop()
	}
	return nil
}

func (e *Exchange) line(peer identity.PeerID) *line {
	e.mu.Lock()
	defer e.mu.Unlock()
	l := e.lines[peer]
	if l == nil {
		l = newLine(e, peer)
		e.lines[peer] = l
	}
	return l
}
