// Package chunk cuts content where its bytes say so (FastCDC, Xia et al., 2016), so that what is inserted or overwritten changes the chunks around it
// alone, and tells each chunk by its BLAKE3 hash. Everybody cuts alike: who has a list of chunks can look for them in what is there already.
//
//	sum, err := chunk.Cut(file)          // one pass: the hash of the whole and its list
//	list, err := chunk.Decode(bytes)     // somebody else's
//	err = list.Check(size)               // before anything is done by it
//
// What a list says of a content is a claim: a chunk counts when its bytes have its hash, and the whole when it has its own.
package chunk

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Sizes of docs/protocol.md section 7, in bytes. Everybody has to cut alike: another size is another protocol.
const (
	Above = 1 << 20   // what is larger is cut
	Min   = 64 << 10  // of a chunk that is not the last
	Mean  = 256 << 10 // about which chunks are
	Max   = 1 << 20   // of a chunk
)

// MaxCount is how many chunks a list has at most, so that it costs a few MB. A content with more has none and moves whole: nothing up to 8 GiB, and hardly
// anything up to 32.
const MaxCount = 1 << 17

// Hash is the BLAKE3-256 hash of a chunk or of a whole content.
type Hash [32]byte

// Chunk is a piece of content; where it lies is the sum of the lengths before it.
type Chunk struct {
	Length int
	Hash   Hash
}

// List is what a content consists of, in its order.
type List []Chunk

// Size returns the bytes of all chunks.
func (l List) Size() (size int64) {
	for _, c := range l {
		size += int64(c.Length)
	}
	return size
}

// Check refuses a list that no content of that size can have.
func (l List) Check(size int64) error {
	if len(l) > MaxCount {
		return fmt.Errorf("a list of %d chunks", len(l))
	}
	for i, c := range l {
		if c.Length < 1 || c.Length > Max || c.Length < Min && i < len(l)-1 {
			return fmt.Errorf("chunk %d of %d has %d bytes", i, len(l), c.Length)
		}
	}
	if sum := l.Size(); sum != size {
		return fmt.Errorf("chunks of %d bytes together for a content of %d", sum, size)
	}
	return nil
}

// EntrySize is the encoded size of a chunk: length (4, big endian) and hash.
const EntrySize = 4 + len(Hash{})

// Encode returns the entries of a list.
func (l List) Encode() []byte {
	b := make([]byte, 0, len(l)*EntrySize)
	for _, c := range l {
		b = binary.BigEndian.AppendUint32(b, uint32(c.Length))
		b = append(b, c.Hash[:]...)
	}
	return b
}

var errCut = errors.New("a list of chunks ends inside an entry")

// Decode reads entries of a list, or of a part of one: what only the whole list can break is left to Check.
func Decode(b []byte) (List, error) {
	if len(b)%EntrySize != 0 {
		return nil, errCut
	}
	if n := len(b) / EntrySize; n > MaxCount {
		return nil, fmt.Errorf("a list of %d chunks", n)
	}
	l := make(List, 0, len(b)/EntrySize)
	for ; len(b) > 0; b = b[EntrySize:] {
		length := binary.BigEndian.Uint32(b)
		if length < 1 || length > Max {
			return nil, fmt.Errorf("a chunk of %d bytes", length)
		}
		l = append(l, Chunk{Length: int(length), Hash: Hash(b[4:EntrySize])})
	}
	return l, nil
}
