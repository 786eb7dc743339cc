package blob

import (
	"testing"

	"lanyard/internal/chunk"
	"lanyard/internal/wire"
)

// TestTheLargestListFits: our largest frame of chunks fits into a buffer, and the largest that anybody may send into a frame.
func TestTheLargestListFits(t *testing.T) {
	for entries, room := range map[int]int{ourEntries: bufferSize - frameHeader, maxEntries: wire.KindChunks.Cap()} {
		body, err := wire.Marshal(chunksBody{Entries: make([]byte, entries*chunk.EntrySize)})
		if err != nil || len(body) > room {
			t.Errorf("%d entries make %d bytes of %d: %v", entries, len(body), room, err)
		}
	}
}

func FuzzDecodeChunksPlease(f *testing.F) {
	for _, scope := range []Scope{ShareScope([16]byte{1}), FileScope([32]byte{2})} {
		body, err := wire.Marshal(chunksPlease{Kind: scope.Kind, Scope: scope.bytes(), Hash: Hash{3}, Size: 1 << 30})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		scope, please, err := decodeChunksPlease(body)
		if err != nil {
			return
		}
		if please.Size >= 1<<63 {
			t.Errorf("%+v", please)
		}
		again, err := wire.Marshal(please)
		if err != nil {
			t.Fatal(err)
		}
		scope2, please2, err := decodeChunksPlease(again)
		if err != nil || scope2 != scope || please2.Hash != please.Hash || please2.Size != please.Size {
			t.Errorf("%+v became %+v: %v", please, please2, err)
		}
	})
}

// FuzzListing feeds a listing any frames: what it says to be whole is a list that the content can have, and it never holds more.
func FuzzListing(f *testing.F) {
	part := func(l chunk.List) []byte {
		body, err := wire.Marshal(chunksBody{Entries: l.Encode()})
		if err != nil {
			f.Fatal(err)
		}
		return body
	}
	f.Add(uint16(wire.KindChunks), part(chunk.List{{Length: chunk.Max}}), uint16(wire.KindChunks), part(chunk.List{{Length: 5}}))
	f.Add(uint16(wire.KindChunks), part(chunk.List{{Length: 5}}), uint16(wire.KindChunks), part(chunk.List{{Length: chunk.Max}}))
	f.Add(uint16(wire.KindChunks), part(chunk.List{{Length: chunk.Max}}), uint16(wire.KindGone), []byte{0xa2, 1, 0, 2, 1})
	f.Fuzz(func(t *testing.T, kind1 uint16, body1 []byte, kind2 uint16, body2 []byte) {
		c := &listing{size: chunk.Max + 5}
		for _, frame := range []wire.Frame{{Kind: wire.Kind(kind1), Body: body1}, {Kind: wire.Kind(kind2), Body: body2}} {
			c.answered = true
			err := c.take(frame)
			if sum := c.list.Size(); sum > c.size {
				t.Fatalf("%d bytes of chunks: %v", sum, err)
			}
			if err != nil {
				return
			}
			if c.done() {
				break
			}
		}
		if c.done() && c.gone == nil && c.list.Check(c.size) != nil {
			t.Fatalf("%+v", c.list)
		}
	})
}
