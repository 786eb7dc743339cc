package wire_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"lanyard/internal/wire"
)

var allKinds = []wire.Kind{wire.KindHello, wire.KindPing, wire.KindGossip, wire.KindEvents, wire.KindTyping, wire.KindRecords,
	wire.KindGet, wire.KindPiece, wire.KindPack, wire.KindGone, 0x7fff, 0xffff, 0}

func header(length uint32, k wire.Kind) []byte {
	return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint32(nil, length), uint16(k))
}

// TestFramesComeBack: any sequence of frames, cut into any pieces, is read as it was written.
func TestFramesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var frames []wire.Frame
		var stream []byte
		for range rapid.IntRange(0, 20).Draw(t, "frames") {
			k := rapid.SampledFrom(allKinds).Draw(t, "kind")
			size := rapid.OneOf(rapid.IntRange(0, min(70, k.Cap())), rapid.IntRange(0, k.Cap()), rapid.Just(k.Cap())).Draw(t, "size")
			body := bytes.Repeat([]byte{byte(size)}, size)
			var err error
			if stream, err = wire.Append(stream, k, body); err != nil {
				t.Fatal(err)
			}
			frames = append(frames, wire.Frame{Kind: k, Body: body})
		}
		var source io.Reader = bytes.NewReader(stream)
		switch rapid.IntRange(0, 2).Draw(t, "source") {
		case 1:
			source = iotest.HalfReader(source)
		case 2:
			source = iotest.DataErrReader(source)
		}
		r := wire.NewReader(source, wire.MaxBulkFrame)
		for i, want := range frames {
			got, err := r.Read()
			if err != nil || got.Kind != want.Kind || !bytes.Equal(got.Body, want.Body) {
				t.Fatalf("frame %d: %s of %d bytes, %v; want %s of %d", i, got.Kind, len(got.Body), err, want.Kind, len(want.Body))
			}
		}
		if _, err := r.Read(); err != io.EOF {
			t.Fatalf("at the end: %v", err)
		}
	})
}

// TestCutAnywhere: a stream that ends inside a frame is told apart from one that ends between two.
func TestCutAnywhere(t *testing.T) {
	whole, err := wire.Append(nil, wire.KindPing, []byte("abc"))
	if err != nil {
		t.Fatal(err)
	}
	for cut := range len(whole) {
		r := wire.NewReader(iotest.OneByteReader(bytes.NewReader(whole[:cut])), wire.MaxLinkFrame)
		want := io.ErrUnexpectedEOF
		if cut == 0 {
			want = io.EOF
		}
		if _, err := r.Read(); err != want {
			t.Errorf("cut at %d: %v, want %v", cut, err, want)
		}
	}
}

func TestBadHeadersAreRefusedBeforeTheBody(t *testing.T) {
	for _, c := range []struct {
		what   string
		header []byte
		max    int
		want   error
	}{
		{"length 0", header(0, 0), wire.MaxLinkFrame, wire.ErrTooShort},
		{"length 1", header(1, 0), wire.MaxLinkFrame, wire.ErrTooShort},
		{"one over the connection's cap", header(wire.MaxLinkFrame+3, wire.KindEvents), wire.MaxLinkFrame, wire.ErrTooLong},
		{"2^31-1", header(1<<31-1, wire.KindEvents), wire.MaxLinkFrame, wire.ErrTooLong},
		{"2^31", header(1<<31, wire.KindEvents), wire.MaxLinkFrame, wire.ErrTooLong},
		{"2^32-1", header(1<<32-1, wire.KindEvents), wire.MaxBulkFrame, wire.ErrTooLong},
		{"one over the kind's cap", header(2+65, wire.KindPing), wire.MaxLinkFrame, wire.ErrTooLong},
		{"a large frame on a link", header(wire.MaxLinkFrame+3, wire.KindPiece), wire.MaxLinkFrame, wire.ErrTooLong},
		{"one over the bulk cap", header(wire.MaxBulkFrame+3, wire.KindPiece), wire.MaxBulkFrame, wire.ErrTooLong},
		{"unknown and large on a bulk connection", header(wire.MaxLinkFrame+3, 0x7777), wire.MaxBulkFrame, wire.ErrTooLong},
		{"of a page request", []byte("GET / HTTP/1.1"), wire.MaxLinkFrame, wire.ErrTooLong},
	} {
		source := io.MultiReader(bytes.NewReader(c.header), iotest.ErrReader(errors.New("asked for the body")))
		frame, err := wire.NewReader(iotest.OneByteReader(source), c.max).Read()
		if !errors.Is(err, c.want) || frame.Body != nil {
			t.Errorf("%s: %v, want %v", c.what, err, c.want)
		}
	}
}

func TestAppendRefusesOverCap(t *testing.T) {
	for _, k := range allKinds {
		dst := []byte("kept")
		got, err := wire.Append(dst, k, make([]byte, k.Cap()+1))
		if !errors.Is(err, wire.ErrTooLong) || string(got) != "kept" {
			t.Errorf("%s: %q, %v", k, got, err)
		}
	}
}

// TestReaderReusesItsBuffer: reading many frames of one size allocates nothing.
func TestReaderReusesItsBuffer(t *testing.T) {
	var stream []byte
	for range 200 {
		var err error
		if stream, err = wire.Append(stream, wire.KindEvents, make([]byte, 3000)); err != nil {
			t.Fatal(err)
		}
	}
	source := bytes.NewReader(stream)
	r := wire.NewReader(source, wire.MaxLinkFrame)
	allocs := testing.AllocsPerRun(150, func() {
		if _, err := r.Read(); err != nil {
			t.Fatal(err)
		}
	})
	if allocs > 0 {
		t.Errorf("%.0f allocations a frame", allocs)
	}
}

func FuzzRead(f *testing.F) {
	for _, k := range allKinds {
		b, err := wire.Append(nil, k, []byte{1, 2, 3})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		f.Add(append(b, b[:5]...))
	}
	f.Add(header(1<<32-1, 1))
	f.Add([]byte("SSH-2.0-OpenSSH_9.9\r\n"))
	f.Add([]byte{0x16, 3, 1, 2, 0, 1})
	f.Fuzz(func(t *testing.T, stream []byte) {
		for _, limit := range []int{wire.MaxLinkFrame, wire.MaxBulkFrame} {
			r := wire.NewReader(bytes.NewReader(stream), limit)
			var again []byte
			for {
				frame, err := r.Read()
				if err != nil {
					if frame.Body != nil || frame.Kind != 0 {
						t.Errorf("a frame with the error %v", err)
					}
					break
				}
				if again, err = wire.Append(again, frame.Kind, frame.Body); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.HasPrefix(stream, again) {
				t.Errorf("%x was read as %x", stream, again)
			}
		}
	})
}
