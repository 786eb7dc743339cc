package share

import (
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/zeebo/blake3"

	"lanyard/internal/tree"
	"lanyard/sync/index"
)

// hashBytes is the content hash of a file held in memory.
func hashBytes(b []byte) index.Hash { return index.Hash(blake3.Sum256(b)) }

// errMoving says that a file was written to while it was read.
var errMoving = fmt.Errorf("it is being written to")

// buffers are read with; one each for as many files as are hashed at once.
var buffers = sync.Pool{New: func() any { b := make([]byte, 1<<18); return &b }}

// hashGuarded hashes a file and makes sure that nobody wrote to it meanwhile: what it is before, after and at its path must be the same. want is
// what the caller saw; errMoving when it is not that any more.
func hashGuarded(ctx context.Context, t *tree.Tree, path index.Path, want tree.Stat) (index.Hash, error) {
	f, err := t.Read(string(path))
	if err != nil {
		return index.Hash{}, err
	}
	defer f.Close()
	before, err := f.Stat()
	if err != nil {
		return index.Hash{}, err
	}
	if !before.Same(want) || before.Ctime != want.Ctime {
		return index.Hash{}, errMoving
	}
	h, err := hashFile(ctx, f, before.Size)
	if err != nil {
		return index.Hash{}, err
	}
	after, err := f.Stat()
	if err != nil {
		return index.Hash{}, err
	}
	there, err := t.Lstat(string(path))
	if err != nil || !after.Same(before) || after.Ctime != before.Ctime || !there.Same(before) {
		return index.Hash{}, errMoving
	}
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
