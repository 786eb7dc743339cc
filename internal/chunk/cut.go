package chunk

import (
	"errors"
	"fmt"
	"io"
	"sync"

	chunkers "github.com/PlakarKorp/go-cdc-chunkers"
	_ "github.com/PlakarKorp/go-cdc-chunkers/chunkers/fastcdc" // registers the algorithm
	"github.com/zeebo/blake3"
)

// algorithm is the one that heeds the mean size; the library's plain "fastcdc" does not.
const algorithm = "fastcdc-v1.0.0"

// Sum is what one pass over a content tells.
type Sum struct {
	Whole Hash
	Size  int64
	List  List // nil where there are more than MaxCount
}

// ahead is how many chunks may be cut and not hashed yet.
const ahead = 2

// scratch holds what one pass works with.
type scratch struct {
	window [2 * Max]byte
	chunks [ahead + 1][Max]byte
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// Cut reads a content to its end. Cutting costs about as much as both hashes together, so these are made beside it.
func Cut(content io.Reader) (Sum, error) {
	room := scratches.Get().(*scratch)
	defer scratches.Put(room)
	cutter, err := chunkers.NewChunkerBuffer(algorithm, content, &chunkers.ChunkerOpts{MinSize: Min, NormalSize: Mean, MaxSize: Max}, room.window[:])
	if err != nil {
		return Sum{}, fmt.Errorf("begin to cut: %w", err)
	}
	cut, free := make(chan []byte, ahead), make(chan []byte, len(room.chunks))
	for i := range room.chunks {
		free <- room.chunks[i][:]
	}
	sums := make(chan Sum, 1)
	go func() { sums <- hash(cut, free) }()
	err = split(cutter, cut, free)
	close(cut)
	sum := <-sums
	if err != nil {
		return Sum{}, err
	}
	return sum, nil
}

// split hands on one chunk after the other, each in a buffer of its own: the cutter's is used again.
func split(cutter *chunkers.Chunker, cut chan<- []byte, free <-chan []byte) error {
	for {
		b, err := cutter.Next()
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if len(b) > 0 {
			into := <-free
			cut <- into[:copy(into, b)]
		}
		if err != nil {
			return nil
		}
	}
}

// hash makes the sum of what is cut.
func hash(cut <-chan []byte, free chan<- []byte) (sum Sum) {
	whole := blake3.New()
	count := 0
	for b := range cut {
		_, _ = whole.Write(b) // never fails, see its documentation
		sum.Size += int64(len(b))
		if count++; count <= MaxCount {
			sum.List = append(sum.List, Chunk{Length: len(b), Hash: Hash(blake3.Sum256(b))})
		}
		free <- b[:cap(b)]
	}
	if count > MaxCount {
		sum.List = nil
	}
	sum.Whole = Hash(whole.Sum(nil))
	return sum
}
