package blob

import (
	"testing"

	"lanyard/internal/wire"
)

// TestTheLargestRequestFits: 512 items of any numbers are within the cap of a get.
func TestTheLargestRequestFits(t *testing.T) {
	tr := &turn{}
	for range maxItems {
		tr.wants = append(tr.wants, want{ask: ask{Size: 1<<63 - 1, Offset: 1<<63 - 1, Length: 1 << 62}})
	}
	request, err := tr.request(FileScope([32]byte{}))
	if err != nil || len(request) < 512*50 {
		t.Errorf("%d bytes, %v", len(request), err)
	}
}

func FuzzDecodeGet(f *testing.F) {
	for _, scope := range []Scope{ShareScope([16]byte{1}), FileScope([32]byte{2})} {
		tr := &turn{wants: []want{{ask: ask{Hash: Hash{3}, Size: 10, Offset: 1, Length: 9}}, {}}}
		request, err := tr.request(scope)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(request[frameHeader:])
	}
	f.Add([]byte{0xa0})
	f.Fuzz(func(t *testing.T, body []byte) {
		scope, asks, err := decodeGet(body)
		if err != nil {
			if asks != nil {
				t.Errorf("asks with the error %v", err)
			}
			return
		}
		tr := &turn{}
		for _, a := range asks {
			if a.Offset+a.Length > a.Size || a.Size >= 1<<63 {
				t.Errorf("%+v", a)
			}
			tr.wants = append(tr.wants, want{ask: a})
		}
		again, err := tr.request(scope)
		if err != nil {
			t.Fatal(err)
		}
		scope2, asks2, err := decodeGet(again[frameHeader:])
		if err != nil || scope2 != scope || len(asks2) != len(asks) {
			t.Errorf("%+v %+v, %v", scope2, asks2, err)
		}
	})
}

// FuzzAnswer feeds a turn any frames: it never takes more bytes than were asked for, nor an item out of order.
func FuzzAnswer(f *testing.F) {
	f.Add(uint16(wire.KindPiece), []byte{0, 0, 0, 0, 1, 2, 3}, uint16(wire.KindGone), []byte{0xa2, 1, 0, 2, 1})
	f.Add(uint16(wire.KindPack), []byte{0, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 1, 0, 0, 0, 0}, uint16(wire.KindPiece), []byte{0, 0, 0, 2, 9})
	f.Fuzz(func(t *testing.T, kind1 uint16, body1 []byte, kind2 uint16, body2 []byte) {
		tr := &turn{giveUp: func(int) {}}
		sizes := []int{3, 0, 5, 1}
		for i, size := range sizes {
			tr.wants = append(tr.wants, want{item: i, ask: ask{Size: uint64(size), Length: uint64(size)}, first: true, last: true})
		}
		got, at := make([]int, len(sizes)), 0
		for _, frame := range []wire.Frame{{Kind: wire.Kind(kind1), Body: body1}, {Kind: wire.Kind(kind2), Body: body2}} {
			d, err := tr.answer(frame)
			if err != nil {
				return
			}
			for _, p := range d.parts {
				if p.item < at {
					t.Fatalf("item %d after %d", p.item, at)
				}
				at = p.item
				if got[at] += len(p.content); got[at] > sizes[at] || (p.last && p.err == nil && got[at] != sizes[at]) {
					t.Fatalf("item %d has %d bytes of %d", at, got[at], sizes[at])
				}
			}
		}
	})
}
