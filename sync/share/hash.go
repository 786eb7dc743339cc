package share

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/zeebo/blake3"

	"lanyard/internal/chunk"
	"lanyard/internal/tree"
	"lanyard/sync/index"
)

// hashBytes is the content hash of a file held in memory.
func hashBytes(b []byte) index.Hash { return index.Hash(blake3.Sum256(b)) }

// errMoving says that a file was written to while it was read.
var errMoving = fmt.Errorf("it is being written to")

// buffers are read with; one each for as many files as are hashed at once.
var buffers = sync.Pool{New: func() any { b := make([]byte, 1<<18); return &b }}

// hashGuarded hashes a file and makes sure that nobody wrote to it meanwhile. want is what the caller saw; errMoving when it is not that any more.
func hashGuarded(ctx context.Context, t *tree.Tree, path index.Path, want tree.Stat) (h index.Hash, err error) {
	err = guarded(t, path, want, func(f tree.File, size int64) (err error) {
		h, err = hashFile(ctx, f, size)
		return err
	})
	if err != nil {
		return index.Hash{}, err
	}
	return h, nil
}

// sumGuarded is hashGuarded for a large file, which is cut into chunks in the same pass.
func sumGuarded(ctx context.Context, t *tree.Tree, path index.Path, want tree.Stat) (sum chunk.Sum, err error) {
	err = guarded(t, path, want, func(f tree.File, size int64) (err error) {
		sum, err = chunk.Cut(&reading{ctx: ctx, from: io.NewSectionReader(f, 0, size)})
		if err == nil && sum.Size < size {
			err = errMoving
		}
		return err
	})
	if err != nil {
		return chunk.Sum{}, err
	}
	return sum, nil
}

// guarded has a file read and makes sure that what it is before, after and at its path is the same.
func guarded(t *tree.Tree, path index.Path, want tree.Stat, read func(f tree.File, size int64) error) error {
	f, err := t.Read(string(path))
	if err != nil {
		return err
	}
	defer f.Close()
	before, err := f.Stat()
	if err != nil {
		return err
	}
	if !before.Same(want) || before.Ctime != want.Ctime {
		return errMoving
	}
	if err := read(f, before.Size); err != nil {
		return err
	}
	there, err := t.Lstat(string(path))
	if err != nil || !there.Same(before) || there.Ctime != before.Ctime {
		return errMoving
	}
	if before.ID != (tree.ID{}) {
		return nil // it is that very file
	}
	after, err := f.Stat()
	if err == nil && !after.Same(before) {
		err = errMoving
	}
	return err
}

// readGuarded is hashGuarded for a small file, which is kept for the members who will ask for it.
func (s *Share) readGuarded(ctx context.Context, path index.Path, want tree.Stat) (index.Hash, error) {
	if err := ctx.Err(); err != nil {
		return index.Hash{}, err
	}
	b := make([]byte, want.Size)
	err := s.readSmall(path, want, b)
	if errors.Is(err, tree.ErrChanged) || errors.Is(err, tree.ErrBusy) {
		err = errMoving
	}
	if err != nil {
		return index.Hash{}, err
	}
	h := hashBytes(b)
	s.fresh.put(h, b, s.takers())
	return h, nil
}

// hashFile hashes the first size bytes; errMoving when there are fewer.
func hashFile(ctx context.Context, f io.ReaderAt, size int64) (index.Hash, error) {
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	h := blake3.New()
	for off := int64(0); off < size; {
		if ctx.Err() != nil {
			return index.Hash{}, ctx.Err()
		}
		n, err := f.ReadAt((*buf)[:min(int64(len(*buf)), size-off)], off)
		h.Write((*buf)[:n])
		off += int64(n)
		if err == io.EOF && off < size {
			return index.Hash{}, errMoving
		}
		if err != nil && err != io.EOF {
			return index.Hash{}, err
		}
	}
	return index.Hash(h.Sum(nil)), nil
}
