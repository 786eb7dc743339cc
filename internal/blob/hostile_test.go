package blob_test

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"lanyard/internal/blob"
	"lanyard/internal/wire"
)

func frame(t testing.TB, k wire.Kind, body []byte) []byte {
	t.Helper()
	b, err := wire.Append(nil, k, body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func numbered(number uint32, content []byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, number), content...)
}

func entry(number uint32, content []byte) []byte {
	return append(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, number), uint32(len(content))), content...)
}

func goneBody(t testing.TB, item, reason uint64) []byte {
	t.Helper()
	b, err := wire.Marshal(map[int]uint64{1: item, 2: reason})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestLyingPeer: whatever a peer answers, it ends in an error about the item or the peer, and Fetch returns.
func TestLyingPeer(t *testing.T) {
	good := noise(1, 100<<10)
	item := blob.Item{Hash: blob.Sum(good), Size: int64(len(good))}
	tail := func(n int) []byte { return good[n:] }
	endless := func(c net.Conn, b []byte) {
		for {
			if _, err := c.Write(b); err != nil {
				return
			}
		}
	}
	say := func(frames ...[]byte) func(net.Conn) {
		return func(c net.Conn) {
			for _, f := range frames {
				if _, err := c.Write(f); err != nil {
					return
				}
			}
			_, _ = io.Copy(io.Discard, c) // until the fetcher hangs up
		}
	}
	piece := func(number uint32, content []byte) []byte { return frame(t, wire.KindPiece, numbered(number, content)) }
	for _, c := range []struct {
		what   string
		lie    func(net.Conn)
		fetch  error // what Fetch returns, nil = any error if the item has none
		itself error // what the item ends with
	}{
		{"the truth", say(piece(0, good[:5]), piece(0, tail(5))), nil, nil},
		{"wrong bytes in one piece", say(piece(0, make([]byte, len(good)))), nil, blob.ErrMismatch},
		{"wrong bytes in two pieces", say(piece(0, good[:9]), piece(0, make([]byte, len(good)-9))), nil, blob.ErrMismatch},
		{"wrong bytes in a pack", say(frame(t, wire.KindPack, entry(0, make([]byte, len(good))))), nil, blob.ErrMismatch},
		{"gone", say(frame(t, wire.KindGone, goneBody(t, 0, 1))), nil, blob.ErrGone},
		{"gone after a piece", say(piece(0, good[:7]), frame(t, wire.KindGone, goneBody(t, 0, 2))), nil, blob.ErrChanged},
		{"gone for a reason of the future", say(frame(t, wire.KindGone, goneBody(t, 0, 77))), nil, blob.ErrUnreadable},
		{"something newer first", say(frame(t, 0x70, []byte("new")), piece(0, good)), nil, nil},
		{"one byte too many", say(piece(0, append(tail(0), 1))), blob.ErrBreach, nil},
		{"one byte too many, later", say(piece(0, good[:5]), piece(0, good)), blob.ErrBreach, nil},
		{"an unknown item", say(piece(1, good)), blob.ErrBreach, nil},
		{"the last item there can be", say(piece(1<<32-1, good)), blob.ErrBreach, nil},
		{"a piece of nothing", say(piece(0, nil)), blob.ErrBreach, nil},
		{"a piece without number", say(frame(t, wire.KindPiece, []byte{0, 0})), blob.ErrBreach, nil},
		{"an empty pack", say(frame(t, wire.KindPack, nil)), blob.ErrBreach, nil},
		{"a pack that is cut", say(frame(t, wire.KindPack, entry(0, good)[:50])), blob.ErrBreach, nil},
		{"a pack with half an item", say(frame(t, wire.KindPack, entry(0, good[:50]))), blob.ErrBreach, nil},
		{"a pack after a piece", say(piece(0, good[:5]), frame(t, wire.KindPack, entry(0, tail(5)))), blob.ErrBreach, nil},
		{"a pack of two", say(frame(t, wire.KindPack, append(entry(0, good), entry(1, good)...))), blob.ErrBreach, nil},
		{"gone of another item", say(frame(t, wire.KindGone, goneBody(t, 5, 1))), blob.ErrBreach, nil},
		{"gone that is none", say(frame(t, wire.KindGone, []byte{0xff})), blob.ErrBreach, nil},
		{"a get instead", say(frame(t, wire.KindGet, []byte{0xa0})), blob.ErrBreach, nil},
		{"a frame of a link", say(frame(t, wire.KindEvents, []byte{0xa0})), blob.ErrBreach, nil},
		{"newer frames for ever", func(c net.Conn) { endless(c, frame(t, 0x70, make([]byte, 10_000))) }, blob.ErrBreach, nil},
		{"a frame of 4 GiB", say([]byte{0xff, 0xff, 0xff, 0xff, 0, 0x62}), wire.ErrTooLong, nil},
		{"a frame of nothing", say([]byte{0, 0, 0, 1, 0}), wire.ErrTooShort, nil},
		{"hanging up at once", func(net.Conn) {}, io.EOF, nil},
		{"hanging up in a frame", func(c net.Conn) { _, _ = c.Write(piece(0, good)[:1000]) }, io.ErrUnexpectedEOF, nil},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			fetcher := newDesk(t, "fetcher", nil, nil)
			liar := newDesk(t, "liar", nil, func(conn net.Conn) {
				if _, err := wire.NewReader(conn, wire.MaxLinkFrame).Read(); err == nil { // the request
					c.lie(conn)
				}
			})
			meet(t, fetcher, liar)
			sink := collect(t)
			err := fetcher.fetch(t.Context(), liar, sink, item)
			if !errors.Is(err, c.fetch) {
				t.Errorf("Fetch returned %v, want %v", err, c.fetch)
			}
			ended, there := sink.ends[0]
			switch {
			case c.fetch == nil && (!there || !errors.Is(ended, c.itself)):
				t.Errorf("the item ended %t with %v, want %v", there, ended, c.itself)
			case c.fetch != nil && there && ended == nil:
				t.Error("the item ended well")
			}
			if sink.open != -1 {
				t.Error("the item was left open")
			}
		})
	}
}

// TestADeadConnectionIsReplaced: one that was kept open and died unnoticed costs no fetch.
func TestADeadConnectionIsReplaced(t *testing.T) {
	good := []byte("good")
	answer := frame(t, wire.KindPack, entry(0, good))
	served := make(chan struct{}, 10)
	fetcher := newDesk(t, "fetcher", nil, nil)
	server := newDesk(t, "server", nil, func(c net.Conn) { // answers once, then hangs up
		served <- struct{}{}
		if _, err := wire.NewReader(c, wire.MaxLinkFrame).Read(); err == nil {
			_, _ = c.Write(answer) // a failure is the fetcher's to notice
		}
	})
	meet(t, fetcher, server)
	for range 3 {
		sink := collect(t)
		if err := fetcher.fetch(t.Context(), server, sink, blob.Item{Hash: blob.Sum(good), Size: 4}); err != nil {
			t.Fatal(err)
		}
		sink.check(good)
	}
	if len(served) != 3 {
		t.Errorf("%d connections", len(served))
	}
}

// TestHostileRequests: a peer that asks nonsense loses its connection, and the next one is served.
func TestHostileRequests(t *testing.T) {
	asker, server, content := pair(t)
	meet(t, asker, server)
	item := content.put([]byte("x"))
	link, ok := asker.Link(server.id.PeerID())
	if !ok {
		t.Fatal("no link")
	}
	get := func(kind int, id []byte, asks ...any) []byte {
		b, err := wire.Marshal(map[int]any{1: kind, 2: id, 3: asks})
		if err != nil {
			t.Fatal(err)
		}
		return frame(t, wire.KindGet, b)
	}
	share := make([]byte, 16)
	many := make([]any, 513)
	for i := range many {
		many[i] = []any{item.Hash, 1, 0, 1}
	}
	for what, request := range map[string][]byte{
		"nothing":                 frame(t, wire.KindGet, nil),
		"no items":                get(1, share),
		"513 items":               get(1, share, many...),
		"a short share ID":        get(1, share[:15], []any{item.Hash, 1, 0, 1}),
		"a share ID of a file":    get(2, share, []any{item.Hash, 1, 0, 1}),
		"beyond the end":          get(1, share, []any{item.Hash, 1, 0, 2}),
		"an offset past the end":  get(1, share, []any{item.Hash, 1, 2, 0}),
		"sums that overflow":      get(1, share, []any{item.Hash, 1<<63 - 1, 1<<63 - 1, uint64(1<<64 - 1)}),
		"a size over 2^63":        get(1, share, []any{item.Hash, uint64(1 << 63), 0, 1}),
		"three fields":            get(1, share, []any{item.Hash, 1, 0}),
		"a short hash":            get(1, share, []any{make([]byte, 31), 1, 0, 1}),
		"a piece":                 frame(t, wire.KindPiece, make([]byte, 10)),
		"a frame of a link":       frame(t, wire.KindHello, []byte{0xa0}),
		"a frame over the limit":  {0, 1, 0, 3, 0, 0x61},
		"a page request":          []byte("GET / HTTP/1.1\r\n\r\n"),
		"a length that is none":   {0, 0, 0, 0, 0, 0},
		"a kind of scope unknown": get(300, make([]byte, 32), []any{item.Hash, 1, 0, 1}),
	} {
		conn, err := link.OpenBulk(t.Context())
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if err := conn.SetDeadline(time.Now().Add(hang)); err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write(request); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if n, err := conn.Read(make([]byte, 1)); n > 0 || errors.Is(err, errTimeout(err)) {
			t.Errorf("%s: answered with %d bytes, %v", what, n, err)
		}
		if err := conn.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			t.Logf("%s: close: %v", what, err)
		}
	}
	sink := collect(t)
	if err := asker.fetch(t.Context(), server, sink, item); err != nil {
		t.Fatal(err)
	}
	sink.check([]byte("x"))
}

// errTimeout returns err if it says that nobody answered in time, else an error that nothing is.
func errTimeout(err error) error {
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return err
	}
	return errors.New("no timeout")
}
