package wire

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
)

const (
	readAhead  = 4 << 10 // several small frames arrive together; a large body goes past this buffer
	keepBody   = 32 << 10
	smallFrame = 4 << 10
)

// Reader reads frames from a connection. It is for one goroutine.
type Reader struct {
	source *bufio.Reader
	max    int
	header [headerSize]byte // here and not in Read, where each frame would allocate it
	body   []byte
}

// NewReader reads frames with bodies of at most max bytes, MaxLinkFrame or MaxBulkFrame, and of at most the cap of their kind. It may
// read ahead of the frame that it returns.
func NewReader(r io.Reader, max int) *Reader {
	return &Reader{source: bufio.NewReaderSize(r, readAhead), max: max}
}

// Read returns the next frame, of a kind known or not. Its body is valid until the next Read.
//
// The error is io.EOF if the source ended between two frames, io.ErrUnexpectedEOF if it ended inside one, ErrTooShort or ErrTooLong
// (wrapped) for a header that breaks the rules, else the source's. After an error the Reader is of no more use.
func (r *Reader) Read() (Frame, error) {
	header := r.header[:]
	// Only the first bytes may be missing in a clean end.
	if _, err := io.ReadFull(r.source, header[:lengthSize]); err != nil {
		return Frame{}, err
	}
	length := binary.BigEndian.Uint32(header[:lengthSize])
	if length < kindSize {
		return Frame{}, fmt.Errorf("%w: it has %d bytes", ErrTooShort, length)
	}
	if int64(length) > int64(r.max)+kindSize {
		return Frame{}, fmt.Errorf("%w: %d bytes, more than %d", ErrTooLong, length-kindSize, r.max)
	}
	if _, err := io.ReadFull(r.source, header[lengthSize:]); err != nil {
		return Frame{}, inside(err)
	}
	kind, size := Kind(binary.BigEndian.Uint16(header[lengthSize:])), int(length-kindSize)
	if size > kind.Cap() {
		return Frame{}, fmt.Errorf("%w: %d bytes in a %s, which may have %d", ErrTooLong, size, kind, kind.Cap())
	}
	r.resize(size)
	if _, err := io.ReadFull(r.source, r.body); err != nil {
		return Frame{}, inside(err)
	}
	return Frame{Kind: kind, Body: r.body}, nil
}

// resize gives a large buffer back when a small frame comes: hundreds of quiet links would otherwise keep the largest each had ever.
func (r *Reader) resize(size int) {
	if size > cap(r.body) || (size <= smallFrame && cap(r.body) > keepBody) {
		r.body = make([]byte, size, max(size, 512))
	}
	r.body = r.body[:size]
}

func inside(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// Reuse gives the Reader another buffer for the next frame; the body of the last one then belongs to the caller. Large bodies are
// handed on this way without copying.
func (r *Reader) Reuse(buffer []byte) { r.body = buffer[:0] }
