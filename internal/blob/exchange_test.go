package blob_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"testing"

	"lanyard/internal/blob"
)

func TestFetch(t *testing.T) {
	for _, who := range []string{"the dialler fetches", "the other side fetches"} {
		t.Run(who, func(t *testing.T) {
			fetcher, server, content := pair(t)
			if who == "the dialler fetches" {
				meet(t, fetcher, server)
			} else {
				meet(t, server, fetcher)
			}
			var items []blob.Item
			var want [][]byte
			add := func(size int) {
				b := noise(uint64(len(want)), size)
				want, items = append(want, b), append(items, content.put(b))
			}
			for _, size := range []int{0, 1, 64 << 10, 64<<10 + 1, 256 << 10, 256<<10 + 1, 0, 1 << 20, 5, 16 << 20, 16<<20 + 7, 3, 20 << 20} {
				add(size)
			}
			for i := range 1500 {
				add(i % 700)
			}
			sink := collect(t)
			if err := fetcher.fetch(t.Context(), server, sink, items...); err != nil {
				t.Fatal(err)
			}
			sink.check(want...)
			if opened := content.settled(t); opened < len(items) {
				t.Errorf("%d of %d were opened", opened, len(items))
			}
			if err := fetcher.fetch(t.Context(), server, collect(t)); err != nil {
				t.Errorf("nothing: %v", err)
			}
		})
	}
}

func TestResume(t *testing.T) {
	fetcher, server, content := pair(t)
	meet(t, fetcher, server)
	whole := noise(1, 20<<20)
	item := content.put(whole)
	for _, offset := range []int64{1, 4095, 64 << 10, 16 << 20, int64(len(whole)) - 1, int64(len(whole))} {
		item.Offset = offset
		sink := collect(t)
		sink.have[0] = whole[:offset]
		if err := fetcher.fetch(t.Context(), server, sink, item); err != nil {
			t.Fatal(err)
		}
		sink.check(whole)
	}
	item.Offset = 1000
	wrong := collect(t)
	wrong.have[0] = make([]byte, 1000)
	if err := fetcher.fetch(t.Context(), server, wrong, item); err != nil || !errors.Is(wrong.ends[0], blob.ErrMismatch) {
		t.Errorf("a wrong beginning: %v, %v", err, wrong.ends[0])
	}
	if fetcher.log.has("a peer sent something else") || !fetcher.log.has("what was there already") {
		t.Error("the log blames the peer for a wrong beginning that was here")
	}
	short := collect(t)
	short.have[0] = whole[:999]
	if err := fetcher.fetch(t.Context(), server, short, item); !errors.Is(err, io.EOF) {
		t.Errorf("a beginning that is too short: %v", err)
	}
	if err := fetcher.fetch(t.Context(), server, struct{ blob.Sink }{collect(t)}, item); err == nil {
		t.Error("resumed with a sink that has no beginning")
	}
}

func TestItemsThatCannotBeHad(t *testing.T) {
	fetcher, server, content := pair(t)
	meet(t, fetcher, server)
	good, large := noise(1, 1000), noise(2, 3<<20)
	changed := content.put(noise(3, 500))
	changed.Size++
	cutShort := content.putReader(blob.Hash{4}, bytes.NewReader(large[:2<<20]), 3<<20)
	broken := content.putReader(blob.Hash{5}, failing{}, 3<<20)
	brokenSmall := content.putReader(blob.Hash{6}, failing{}, 30)
	rotten := content.putReader(blob.Hash{7}, bytes.NewReader(large), int64(len(large)))
	rottenSmall := content.putReader(blob.Hash{8}, bytes.NewReader(good), int64(len(good)))
	items := []blob.Item{content.put(good), {Hash: blob.Hash{9}, Size: 5}, changed, content.put(large), cutShort, broken, content.put(good), brokenSmall,
		rotten, rottenSmall, content.put(good)}
	sink := collect(t)
	if err := fetcher.fetch(t.Context(), server, sink, items...); err != nil {
		t.Fatal(err)
	}
	for i, want := range []error{nil, blob.ErrGone, blob.ErrChanged, nil, blob.ErrChanged, blob.ErrUnreadable, nil, blob.ErrUnreadable, blob.ErrMismatch, blob.ErrMismatch, nil} {
		if err, ended := sink.ends[i]; !ended || !errors.Is(err, want) {
			t.Errorf("item %d: ended %t, %v; want %v", i, ended, err, want)
		}
	}
	if len(sink.got[9]) > 0 {
		t.Error("wrong bytes of a small item reached the sink")
	}
	if !fetcher.log.has("a peer sent something else") {
		t.Error("the log does not say who sent what was not asked for")
	}
}

type failing struct{}

func (failing) ReadAt([]byte, int64) (int, error) { return 0, errors.New("the disk is broken") }

// TestAuthorised: what is not for this person, in another scope or of a kind that nobody serves looks as if it was not there.
func TestAuthorised(t *testing.T) {
	fetcher, server, content := pair(t)
	meet(t, fetcher, server)
	item := content.put([]byte("secret"))
	get := func(in blob.Scope) error {
		sink := collect(t)
		if err := fetcher.blobs.Fetch(t.Context(), server.id.PeerID(), in, []blob.Item{item}, sink); err != nil {
			t.Fatal(err)
		}
		return sink.ends[0]
	}
	me, other := fetcher.id.Person(), server.id.Person()
	content.onlyFor(me)
	if err := get(scope); err != nil {
		t.Errorf("whoever may have it: %v", err)
	}
	if err := get(blob.ShareScope([16]byte{9})); !errors.Is(err, blob.ErrGone) {
		t.Errorf("another share: %v", err)
	}
	if err := get(blob.FileScope([32]byte{1, 2, 3})); !errors.Is(err, blob.ErrGone) {
		t.Errorf("a kind that nobody serves: %v", err)
	}
	content.onlyFor(other)
	if err := get(scope); !errors.Is(err, blob.ErrGone) {
		t.Errorf("somebody else: %v", err)
	}
}

// TestCancelThenAgain: a fetch that is cancelled in the middle leaves nothing that disturbs the next one.
func TestCancelThenAgain(t *testing.T) {
	fetcher, server, content := pair(t)
	meet(t, fetcher, server)
	whole := noise(1, 8<<20)
	item := content.put(whole)
	for round := range 6 {
		ctx, cancel := context.WithCancel(t.Context())
		sink := collect(t)
		writes := 0
		sink.onWrite = func(int) error {
			if writes++; writes == round*2+1 {
				cancel()
			}
			return nil
		}
		if err := fetcher.fetch(ctx, server, sink, item, item); !errors.Is(err, context.Canceled) {
			t.Fatalf("round %d: %v", round, err)
		}
		cancel()
		if err, ended := sink.ends[0]; !ended || err == nil || sink.open != -1 {
			t.Errorf("round %d: the open item ended %t, %v", round, ended, err)
		}
		again := collect(t)
		if err := fetcher.fetch(t.Context(), server, again, item); err != nil {
			t.Fatalf("round %d, again: %v", round, err)
		}
		again.check(whole)
	}
}

func TestSinkErrorsEndTheFetch(t *testing.T) {
	fetcher, server, content := pair(t)
	meet(t, fetcher, server)
	full := errors.New("no room")
	small, large := content.put(noise(1, 10)), content.put(noise(2, 5<<20))
	fail := func(int) error { return full }
	for what, prepare := range map[string]func(*collector){
		"begin": func(c *collector) { c.onBegin = fail },
		"write": func(c *collector) { c.onWrite = fail },
		"end":   func(c *collector) { c.onEnd = fail },
	} {
		for _, items := range [][]blob.Item{{small, large}, {large, small}, {small}} {
			sink := collect(t)
			prepare(sink)
			if err := fetcher.fetch(t.Context(), server, sink, items...); !errors.Is(err, full) || sink.open != -1 || sink.last != 0 {
				t.Errorf("%s: %v, open %d, last %d", what, err, sink.open, sink.last)
			}
			if err := fetcher.fetch(t.Context(), server, collect(t), small); err != nil {
				t.Errorf("%s: afterwards: %v", what, err)
			}
		}
	}
}

// TestTurns: a small item does not wait for a large one that is on its way.
func TestTurns(t *testing.T) {
	fetcher, server, content := pair(t)
	meet(t, fetcher, server)
	large := content.putReader(blob.Hash{1}, zeros{}, 1<<40) // would take hours
	small := content.put([]byte("small"))
	ctx, cancel := context.WithCancel(t.Context())
	begun := make(chan struct{})
	sink := &blackHole{begun: sync.OnceFunc(func() { close(begun) })}
	ended := make(chan error, 1)
	go func() { ended <- fetcher.fetch(ctx, server, sink, large) }()
	<-begun
	for range 3 {
		if err := fetcher.fetch(t.Context(), server, collect(t), small); err != nil {
			t.Error(err)
		}
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

type zeros struct{}

func (zeros) ReadAt(p []byte, _ int64) (int, error) { clear(p); return len(p), nil }

type blackHole struct{ begun func() }

func (b *blackHole) Begin(int) error         { return nil }
func (b *blackHole) Write(int, []byte) error { b.begun(); return nil }
func (b *blackHole) End(int, error) error    { return nil }

func TestManyFetchesAtOnce(t *testing.T) {
	fetcher, server, content := pair(t)
	meet(t, fetcher, server)
	var all sync.WaitGroup
	for i := range 12 {
		want := noise(uint64(i), i*400_000)
		item := content.put(want)
		all.Go(func() {
			sink := collect(t)
			if err := fetcher.fetch(t.Context(), server, sink, item); err != nil {
				t.Error(err)
			}
			sink.check(want)
		})
	}
	all.Wait()
}

func TestNoLink(t *testing.T) {
	fetcher, server, content := pair(t)
	if err := fetcher.fetch(t.Context(), server, collect(t), content.put(nil)); !errors.Is(err, blob.ErrNoLink) {
		t.Errorf("%v", err)
	}
}

// TestTheOtherSideLeaves in the middle: the fetch ends with an error, and its item too.
func TestTheOtherSideLeaves(t *testing.T) {
	fetcher, server, content := pair(t)
	meet(t, fetcher, server)
	sink := collect(t)
	sink.onWrite = func(int) error { go server.leave(); sink.got[0] = nil; return nil }
	err := fetcher.fetch(t.Context(), server, sink, content.putReader(blob.Hash{1}, zeros{}, 1<<40))
	if err == nil || sink.ends[0] == nil || sink.open != -1 {
		t.Errorf("%v, %v", err, sink.ends[0])
	}
}

func TestStop(t *testing.T) {
	fetcher, server, content := pair(t)
	meet(t, fetcher, server)
	begun := make(chan struct{})
	sink := &blackHole{begun: sync.OnceFunc(func() { close(begun) })}
	ended := make(chan error, 1)
	go func() {
		ended <- fetcher.fetch(context.Background(), server, sink, content.putReader(blob.Hash{1}, zeros{}, 1<<40))
	}()
	<-begun
	fetcher.stop()
	if err := <-ended; !errors.Is(err, blob.ErrStopped) {
		t.Errorf("%v", err)
	}
	if err := fetcher.fetch(context.Background(), server, sink, content.put(nil)); !errors.Is(err, blob.ErrStopped) {
		t.Errorf("afterwards: %v", err)
	}
}

func TestHashText(t *testing.T) {
	h := blob.Sum(nil)
	const empty = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262" // the BLAKE3 paper's test vector of no input
	if h.String() != empty {
		t.Errorf("%s", h)
	}
	if got, err := blob.ParseHash(empty); err != nil || got != h {
		t.Errorf("%v, %v", got, err)
	}
	for _, bad := range []string{"", empty[1:], empty + "0", "x" + empty[1:]} {
		if got, err := blob.ParseHash(bad); err == nil || got != (blob.Hash{}) {
			t.Errorf("%q was taken", bad)
		}
	}
}
