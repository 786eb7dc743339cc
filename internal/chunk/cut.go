package chunk

import (
	"errors"
	"io"
	"sync"

	"github.com/zeebo/blake3"
)

// Sum is what one pass over a content tells.
type Sum struct {
	Whole Hash
	Size  int64
	List  List // nil where there are more than MaxCount
}

// ahead is how many chunks may be cut and not hashed yet, and hashed and not part of the whole's hash.
const ahead = 2

// scratch holds what one pass works with.
type scratch struct {
	window [4 * Max]byte
	chunks [2*ahead + 2][Max]byte
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// Cut reads a content to its end. Cutting, hashing the chunks and hashing the whole cost about the same, and go side by side.
func Cut(content io.Reader) (Sum, error) {
	room := scratches.Get().(*scratch)
	defer scratches.Put(room)
	cut, free := make(chan []byte, ahead), make(chan []byte, len(room.chunks))
	for i := range room.chunks {
		free <- room.chunks[i][:]
	}
	hashed, lists, whole := make(chan []byte, ahead), make(chan List, 1), make(chan Sum, 1)
	go func() { lists <- hashChunks(cut, hashed) }()
	go func() { whole <- hashWhole(hashed, free) }()
	err := split(content, room.window[:], cut, free)
	close(cut)
	list, sum := <-lists, <-whole
	if err != nil {
		return Sum{}, err
	}
	sum.List = list
	return sum, nil
}

// split hands on one chunk after the other, each in a buffer of its own: the window moves on.
func split(content io.Reader, window []byte, cut chan<- []byte, free <-chan []byte) error {
	var have []byte // read and not cut yet, in window
	for over := false; ; {
		if len(have) < Max && !over {
			n := copy(window, have)
			m, err := io.ReadFull(content, window[n:])
			if over = errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF); err != nil && !over {
				return err
			}
			have = window[:n+m]
		}
		if len(have) == 0 {
			return nil
		}
		into := <-free
		n := copy(into, have[:end(have)])
		cut <- into[:n]
		have = have[n:]
	}
}

// hashChunks makes the list of what is cut, and hands it on.
func hashChunks(cut <-chan []byte, hashed chan<- []byte) (list List) {
	defer close(hashed)
	count := 0
	for b := range cut {
		if count++; count <= MaxCount {
			list = append(list, Chunk{Length: len(b), Hash: Hash(blake3.Sum256(b))})
		}
		hashed <- b
	}
	if count > MaxCount {
		return nil
	}
	return list
}

// hashWhole makes the rest of the sum.
func hashWhole(pieces <-chan []byte, free chan<- []byte) (sum Sum) {
	h := blake3.New()
	for b := range pieces {
		_, _ = h.Write(b) // never fails, see its documentation
		sum.Size += int64(len(b))
		free <- b[:cap(b)]
	}
	sum.Whole = Hash(h.Sum(nil))
	return sum
}
