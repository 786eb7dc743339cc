package blob

import (
	"errors"
	"fmt"
	"io"
)

// Item is content to be fetched.
type Item struct {
	Hash   Hash
	Size   int64 // bytes in all
	Offset int64 // bytes already there, to be resumed after; the Sink must be a Resumer then
	Of     Whole // of what the item is a chunk; zero: it is a content of its own
}

// Whole is a content of which a chunk is asked for.
type Whole struct {
	Hash Hash
	Size int64
	At   int64 // where in it the chunk begins
}

// ask is what to ask for to get length bytes of the item.
func (i Item) ask(offset, length int64) ask {
	if i.Of == (Whole{}) {
		return ask{Hash: i.Hash, Size: uint64(i.Size), Offset: uint64(offset), Length: uint64(length)}
	}
	return ask{Hash: i.Of.Hash, Size: uint64(i.Of.Size), Offset: uint64(i.Of.At + offset), Length: uint64(length)}
}

// Sink takes what Fetch brings. An error that it returns ends the Fetch and is what Fetch returns; an item that Begin
// took still gets its End then.
type Sink interface {
	Begin(i int) error           // item i follows
	Write(i int, p []byte) error // its next bytes, up to 1 MiB; p is valid until Write returns
	End(i int, err error) error  // nil: whole and verified
}

// Resumer is a Sink that has the beginning of some items.
type Resumer interface {
	Sink
	// Prefix returns the first Offset bytes of item i, to be hashed before what follows. It is called before Begin(i), on another
	// goroutine, while the Sink may be busy with items before i.
	Prefix(i int) (io.ReadCloser, error)
}

func checkItems(items []Item, sink Sink) error {
	_, resumes := sink.(Resumer)
	for i, item := range items {
		if item.Size < 0 || item.Offset < 0 || item.Offset > item.Size {
			return fmt.Errorf("item %d of %d bytes cannot be fetched from byte %d on", i, item.Size, item.Offset)
		}
		if of := item.Of; of != (Whole{}) && (of.At < 0 || item.Size > of.Size-of.At) {
			return fmt.Errorf("item %d of %d bytes does not lie at byte %d of %d", i, item.Size, of.At, of.Size)
		}
		if item.Offset > 0 && !resumes {
			return errors.New("a fetch is to be resumed, but its sink is no Resumer")
		}
	}
	return nil
}
