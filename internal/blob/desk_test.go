package blob_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lanyard/internal/blob"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/store"
)

const hang = 2 * time.Minute // nothing is expected to take so long

// desk is a roster with its database and an exchange, running on loopback.
type desk struct {
	*peer.Roster
	blobs *blob.Exchange
	id    *identity.Identity
	log   *logged // of the exchange
	stop  func()  // the exchange
	leave func()  // the roster
}

// logged is what was logged.
type logged struct {
	mu    sync.Mutex
	lines bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines.Write(p)
}

func (l *logged) has(words string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Contains(l.lines.String(), words)
}

// newDesk runs a desk; source may be nil. If lie is given it answers requests in place of the exchange.
func newDesk(t testing.TB, name string, source blob.Source, lie func(net.Conn)) *desk {
	t.Helper()
	id, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	db, err := store.Open(filepath.Join(t.TempDir(), "x.db"), log, peer.Part())
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{id: id, log: &logged{}, Roster: peer.New(peer.Config{Identity: id, DB: db, Name: name, Machine: name, Log: log})}
	d.blobs = blob.New(blob.Config{Roster: d.Roster, Log: slog.New(slog.NewTextHandler(d.log, nil))})
	if source != nil {
		d.blobs.Serve(blob.ShareContent, source)
	}
	if lie != nil {
		d.ServeBulk(func(ctx context.Context, l *peer.Link, c net.Conn) {
			defer context.AfterFunc(ctx, func() { c.Close() })()
			lie(c)
		})
	}
	stopDB := background(t, name+" database", db.Run)
	d.leave = background(t, name+" roster", d.Roster.Run)
	d.stop = background(t, name+" content", d.blobs.Run)
	t.Cleanup(func() {
		d.stop()
		d.leave()
		stopDB()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// background runs fn and returns what ends it and waits.
func background(t testing.TB, what string, fn func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- fn(ctx) }()
	return sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("%s: %v", what, err)
		}
	})
}

// meet links two desks; the first one dials.
func meet(t testing.TB, a, b *desk) {
	t.Helper()
	await(t, "the port", func() bool { return b.Port() != 0 && a.Port() != 0 })
	ctx, cancel := context.WithTimeout(context.Background(), hang)
	defer cancel()
	if _, err := a.Add(ctx, fmt.Sprintf("127.0.0.1:%d", b.Port())); err != nil {
		t.Fatal(err)
	}
	await(t, "the links", func() bool {
		_, there := a.Link(b.id.PeerID())
		_, back := b.Link(a.id.PeerID())
		return there && back
	})
}

// await polls: not all that is waited for is told by an event.
func await(t testing.TB, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(hang); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not in time: %s", what)
		}
	}
}

var scope = blob.ShareScope([16]byte{1, 2, 3})

// shelf is a Source with content in memory.
type shelf struct {
	mu       sync.Mutex
	contents map[blob.Hash]io.ReaderAt
	sizes    map[blob.Hash]int64
	only     *identity.PersonID // may have it; nil = everybody
	opened   int
	closed   int
}

func (s *shelf) put(b []byte) blob.Item {
	return s.putReader(blob.Sum(b), bytes.NewReader(b), int64(len(b)))
}

func (s *shelf) putReader(h blob.Hash, r io.ReaderAt, size int64) blob.Item {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.contents == nil {
		s.contents, s.sizes = map[blob.Hash]io.ReaderAt{}, map[blob.Hash]int64{}
	}
	s.contents[h], s.sizes[h] = r, size
	return blob.Item{Hash: h, Size: size}
}

func (s *shelf) Open(_ context.Context, from identity.PersonID, in blob.Scope, h blob.Hash) (blob.Content, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, there := s.contents[h]
	if !there || in != scope || (s.only != nil && *s.only != from) {
		return nil, blob.ErrGone
	}
	s.opened++
	return &book{ReaderAt: r, size: s.sizes[h], shelf: s}, nil
}

// settled waits until all that was opened is closed, which may be after the last byte came, and returns how often something was.
func (s *shelf) settled(t testing.TB) (opened int) {
	t.Helper()
	await(t, "all that was opened is closed", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		opened = s.opened
		return s.opened == s.closed
	})
	return opened
}

// onlyFor has nobody else get anything from now on.
func (s *shelf) onlyFor(who identity.PersonID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.only = &who
}

type book struct {
	io.ReaderAt
	size  int64
	shelf *shelf
}

func (b *book) Size() int64 { return b.size }

func (b *book) Close() error {
	b.shelf.mu.Lock()
	defer b.shelf.mu.Unlock()
	b.shelf.closed++
	return nil
}

// collector is a Sink that checks the order of the calls.
type collector struct {
	t       testing.TB
	have    map[int][]byte // what is there already, by item
	got     map[int][]byte
	ends    map[int]error
	open    int
	last    int
	onBegin func(int) error
	onWrite func(int) error
	onEnd   func(int) error
}

func collect(t testing.TB) *collector {
	return &collector{t: t, have: map[int][]byte{}, got: map[int][]byte{}, ends: map[int]error{}, open: -1, last: -1}
}

func (c *collector) Begin(i int) error {
	if c.open != -1 || i <= c.last {
		c.t.Errorf("item %d begins while %d is open, after %d", i, c.open, c.last)
	}
	c.open, c.last = i, i
	if c.onBegin != nil {
		if err := c.onBegin(i); err != nil {
			c.open = -1
			return err
		}
	}
	return nil
}

func (c *collector) Write(i int, p []byte) error {
	if i != c.open || len(p) == 0 || len(p) > 1<<20 {
		c.t.Errorf("%d bytes of item %d while %d is open", len(p), i, c.open)
	}
	c.got[i] = append(c.got[i], p...)
	if c.onWrite != nil {
		return c.onWrite(i)
	}
	return nil
}

func (c *collector) End(i int, err error) error {
	if i != c.open {
		c.t.Errorf("item %d ends while %d is open", i, c.open)
	}
	c.open = -1
	c.ends[i] = err
	if c.onEnd != nil {
		return c.onEnd(i)
	}
	return nil
}

func (c *collector) Prefix(i int) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(c.have[i])), nil
}

// check compares what came with the wanted contents, all of them verified.
func (c *collector) check(want ...[]byte) {
	c.t.Helper()
	if len(c.ends) != len(want) || c.open != -1 {
		c.t.Errorf("%d items ended, %d wanted; open is %d", len(c.ends), len(want), c.open)
	}
	for i, w := range want {
		if err, ended := c.ends[i]; !ended || err != nil {
			c.t.Errorf("item %d: ended %t, %v", i, ended, err)
		}
		if whole := append(bytes.Clone(c.have[i]), c.got[i]...); !bytes.Equal(whole, w) {
			c.t.Errorf("item %d: %d bytes, want %d", i, len(whole), len(w))
		}
	}
}

func noise(seed uint64, size int) []byte {
	b := make([]byte, size)
	random := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8), byte(seed >> 16)})
	random.Read(b)
	return b
}

// pair is somebody who fetches and somebody who has a shelf, linked.
func pair(t testing.TB) (fetcher, server *desk, content *shelf) {
	content = &shelf{}
	fetcher, server = newDesk(t, "fetcher", nil, nil), newDesk(t, "server", content, nil)
	return fetcher, server, content
}

func (d *desk) fetch(ctx context.Context, from *desk, sink blob.Sink, items ...blob.Item) error {
	return d.blobs.Fetch(ctx, from.id.PeerID(), scope, items, sink)
}
