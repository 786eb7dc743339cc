package blob_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"testing"

	"lanyard/internal/blob"
	"lanyard/internal/chunk"
	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

// lister is a shelf that knows the chunks of what lies on it.
type lister struct{ *shelf }

func (l lister) Chunks(ctx context.Context, from identity.PersonID, in blob.Scope, h blob.Hash) (chunk.List, error) {
	c, err := l.Open(ctx, from, in, h)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	sum, err := chunk.Cut(io.NewSectionReader(c, 0, c.Size()))
	return sum.List, err
}

// chunkItems makes an item of each chunk of a content.
func chunkItems(whole blob.Item, list chunk.List) (items []blob.Item) {
	var at int64
	for _, c := range list {
		items = append(items, blob.Item{Hash: blob.Hash(c.Hash), Size: int64(c.Length), Of: blob.Whole{Hash: whole.Hash, Size: whole.Size, At: at}})
		at += int64(c.Length)
	}
	return items
}

// TestChunks: the list of a content comes whole, in several frames where it is long, and its chunks one by one; of many asked for at once the content is
// opened once for each request.
func TestChunks(t *testing.T) {
	content := &shelf{}
	fetcher, server := newDesk(t, "fetcher", nil, nil), newDesk(t, "server", lister{content}, nil)
	meet(t, fetcher, server)
	b := noise(1, 10<<20)
	whole := content.put(b)
	list, err := fetcher.blobs.Chunks(t.Context(), server.id.PeerID(), scope, whole)
	if err != nil {
		t.Fatal(err)
	}
	sum, err := chunk.Cut(bytes.NewReader(b))
	if err != nil || !slices.Equal(sum.List, list) {
		t.Fatalf("%d chunks came of %d: %v", len(list), len(sum.List), err)
	}
	before := content.settled(t)
	var want [][]byte
	items := chunkItems(whole, list)
	items = append(items[len(items)/2:], items[:len(items)/2]...) // in any order
	for _, item := range items {
		want = append(want, b[item.Of.At:item.Of.At+item.Size])
	}
	sink := collect(t)
	if err := fetcher.fetch(t.Context(), server, sink, items...); err != nil {
		t.Fatal(err)
	}
	sink.check(want...)
	if opened := content.settled(t) - before; opened > 2 {
		t.Errorf("opened %d times", opened)
	}
}

// TestLongList: a list that does not fit into one frame.
func TestLongList(t *testing.T) {
	content := &shelf{}
	long := make(chunk.List, 10_000)
	for i := range long {
		long[i] = chunk.Chunk{Length: chunk.Min, Hash: chunk.Hash{byte(i), byte(i >> 8)}}
	}
	whole := blob.Item{Hash: blob.Hash{1}, Size: long.Size()}
	fetcher, server := newDesk(t, "fetcher", nil, nil), newDesk(t, "server", told{content, long}, nil)
	meet(t, fetcher, server)
	list, err := fetcher.blobs.Chunks(t.Context(), server.id.PeerID(), scope, whole)
	if err != nil || !slices.Equal(list, long) {
		t.Fatalf("%d chunks came: %v", len(list), err)
	}
	whole.Size--
	if _, err := fetcher.blobs.Chunks(t.Context(), server.id.PeerID(), scope, whole); !errors.Is(err, blob.ErrChanged) {
		t.Errorf("of another size: %v", err)
	}
}

// told is a shelf that tells one list of everything.
type told struct {
	*shelf
	list chunk.List
}

func (s told) Chunks(context.Context, identity.PersonID, blob.Scope, blob.Hash) (chunk.List, error) {
	return s.list, nil
}

// TestNoChunks: who may not have a content hears nothing of its chunks, and who tells none is not asked.
func TestNoChunks(t *testing.T) {
	content := &shelf{}
	fetcher := newDesk(t, "fetcher", nil, nil)
	server, old := newDesk(t, "server", lister{content}, nil), newDesk(t, "old", content, nil)
	meet(t, fetcher, server)
	meet(t, fetcher, old)
	whole := content.put(noise(1, 2<<20))
	unknown := blob.Item{Hash: blob.Hash{9}, Size: 2 << 20}
	if _, err := fetcher.blobs.Chunks(t.Context(), server.id.PeerID(), scope, unknown); !errors.Is(err, blob.ErrGone) {
		t.Errorf("of an unknown content: %v", err)
	}
	if _, err := fetcher.blobs.Chunks(t.Context(), server.id.PeerID(), blob.FileScope([32]byte{1}), whole); !errors.Is(err, blob.ErrGone) {
		t.Errorf("in a scope that has none: %v", err)
	}
	if _, err := fetcher.blobs.Chunks(t.Context(), old.id.PeerID(), scope, whole); !errors.Is(err, blob.ErrNoChunks) {
		t.Errorf("from a peer that does not offer them: %v", err)
	}
	sink := collect(t)
	if err := fetcher.fetch(t.Context(), server, sink, whole); err != nil || sink.ends[0] != nil { // the connection is as it was
		t.Error(err, sink.ends[0])
	}
	content.onlyFor(identity.PersonID{1})
	if _, err := fetcher.blobs.Chunks(t.Context(), server.id.PeerID(), scope, whole); !errors.Is(err, blob.ErrGone) {
		t.Errorf("of what is for somebody else: %v", err)
	}
}

// TestLyingLister: whatever is told instead of a list, it ends in an error and no list.
func TestLyingLister(t *testing.T) {
	const size = chunk.Max + 5
	part := func(l chunk.List) []byte {
		body, err := wire.Marshal(map[int][]byte{1: l.Encode()})
		if err != nil {
			t.Fatal(err)
		}
		return frame(t, wire.KindChunks, body)
	}
	one := chunk.List{{Length: chunk.Max}}
	for _, c := range []struct {
		what string
		lie  []byte
		want error // nil: a list of two
	}{
		{"the truth", append(part(one), part(chunk.List{{Length: 5}})...), nil},
		{"something newer first", append(frame(t, 0x70, []byte("new")), part(chunk.List{{Length: chunk.Max}, {Length: 5}})...), nil},
		{"a small one in front", part(chunk.List{{Length: 5}, {Length: chunk.Max}}), blob.ErrBreach},
		{"more than the content", part(chunk.List{{Length: chunk.Max}, {Length: 6}}), blob.ErrBreach},
		{"a chunk of nothing", part(chunk.List{{Length: chunk.Max}, {Length: 0}, {Length: 5}}), blob.ErrBreach},
		{"a chunk that is too large", part(chunk.List{{Length: chunk.Max + 1}, {Length: 4}}), blob.ErrBreach},
		{"nothing", part(nil), blob.ErrBreach},
		{"too many in a frame", part(make(chunk.List, 16385)), blob.ErrBreach},
		{"half an entry", frame(t, wire.KindChunks, []byte{0xa1, 1, 0x42, 0, 1}), blob.ErrBreach},
		{"no body", frame(t, wire.KindChunks, nil), blob.ErrBreach},
		{"gone", frame(t, wire.KindGone, goneBody(t, 0, 1)), blob.ErrGone},
		{"gone in the middle", append(part(one), frame(t, wire.KindGone, goneBody(t, 0, 2))...), blob.ErrChanged},
		{"gone of another item", frame(t, wire.KindGone, goneBody(t, 1, 1)), blob.ErrBreach},
		{"content", frame(t, wire.KindPiece, numbered(0, []byte("x"))), blob.ErrBreach},
		{"newer frames for ever", bytes.Repeat(frame(t, 0x70, nil), 100), blob.ErrBreach},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			fetcher := newDesk(t, "fetcher", nil, nil)
			liar := newDesk(t, "liar", lister{&shelf{}}, func(conn net.Conn) {
				if _, err := wire.NewReader(conn, wire.MaxLinkFrame).Read(); err == nil {
					_, _ = conn.Write(c.lie)         // the fetcher may have hung up
					_, _ = io.Copy(io.Discard, conn) // until it does
				}
			})
			meet(t, fetcher, liar)
			list, err := fetcher.blobs.Chunks(t.Context(), liar.id.PeerID(), scope, blob.Item{Hash: blob.Hash{1}, Size: size})
			if !errors.Is(err, c.want) || (err == nil) != (len(list) == 2) {
				t.Errorf("%d chunks, %v; want %v", len(list), err, c.want)
			}
		})
	}
}

// TestWrongChunk: a chunk that is not what the list says fails alone, and what is outside of its content is not asked for.
func TestWrongChunk(t *testing.T) {
	content := &shelf{}
	fetcher, server := newDesk(t, "fetcher", nil, nil), newDesk(t, "server", lister{content}, nil)
	meet(t, fetcher, server)
	b := noise(1, 3<<20)
	whole := content.put(b)
	sum, err := chunk.Cut(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	items := chunkItems(whole, sum.List)[:3]
	items[1].Hash = blob.Hash{1}
	sink := collect(t)
	if err := fetcher.fetch(t.Context(), server, sink, items...); err != nil {
		t.Fatal(err)
	}
	if sink.ends[0] != nil || !errors.Is(sink.ends[1], blob.ErrMismatch) || sink.ends[2] != nil {
		t.Errorf("the chunks ended with %v", sink.ends)
	}
	items[2].Of.At = whole.Size - 1
	if err := fetcher.fetch(t.Context(), server, collect(t), items...); err == nil {
		t.Error("a chunk beyond the end of its content was asked for")
	}
}
