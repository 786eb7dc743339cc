package share

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/zeebo/blake3"

	"lanyard/internal/tree"
	"lanyard/sync/index"
)

// incomingName is the name under which a content waits in the root's hidden folder, also over restarts.
func incomingName(h index.Hash) string { return hex.EncodeToString(h[:]) }

// content returns the bytes of a version, ready to be put in place, or errLater after having asked for them.
func (b *applying) content(ctx context.Context, v index.Version) (*tree.Incoming, error) {
	ws := b.w.wants
	if bytes, ok := ws.content[v.Content]; ok || v.Size == 0 {
		return b.fromMemory(v, bytes)
	}
	if ws.ready[v.Content] {
		delete(ws.ready, v.Content)
		in, err := b.w.s.tree.Incoming(incomingName(v.Content))
		if err == nil && in.Size() == v.Size {
			return withMeta(in, v)
		}
		if err == nil {
			err = in.Discard()
		}
		if err != nil {
			return nil, err
		}
	}
	if it := ws.items[v.Content]; it != nil && it.asked {
		ws.want(v)
		return nil, errLater // its bytes are being written into the hidden folder
	}
	if source, ok := b.local[v.Content]; ok {
		in, err := b.copyLocal(ctx, source, v)
		if err == nil {
			return in, nil
		}
		if errors.Is(err, tree.ErrFull) || ctx.Err() != nil {
			return nil, err
		}
		delete(b.local, v.Content) // it has changed meanwhile: the members have it
	}
	if err := b.fits(v); err != nil {
		return nil, err
	}
	ws.want(v)
	return nil, errLater
}

// reserve is left free on the disk for everybody else: 1 % of it, 1 GiB at most.
func reserve(s tree.Space) uint64 { return min(s.Total/100, 1<<30) }

// fits refuses a content for which there is no room, before it is fetched. What is small is tried.
func (b *applying) fits(v index.Version) error {
	if v.Size <= inMemory {
		return nil
	}
	s, err := b.w.s.tree.Space()
	if err != nil {
		return err
	}
	if uint64(v.Size)+reserve(s) > s.Free {
		return fmt.Errorf("it needs %d MB and %d MB are free: %w", v.Size/1e6, s.Free/1e6, tree.ErrFull)
	}
	return nil
}

func withMeta(in *tree.Incoming, v index.Version) (*tree.Incoming, error) {
	if err := in.SetMeta(v.Mtime, v.Exec); err != nil {
		return nil, errors.Join(err, in.Close())
	}
	return in, nil
}

func (b *applying) fromMemory(v index.Version, bytes []byte) (*tree.Incoming, error) {
	in, err := b.w.s.tree.Incoming(incomingName(v.Content))
	if err != nil {
		return nil, err
	}
	if in.Size() > 0 {
		err = in.Truncate(0)
	}
	if err == nil && len(bytes) > 0 {
		_, err = in.Write(bytes)
	}
	if err != nil {
		return nil, errors.Join(err, in.Discard())
	}
	return withMeta(in, v)
}

// copyLocal copies a file of this folder, or of its trash, and makes sure that the copy is the content wanted.
func (b *applying) copyLocal(ctx context.Context, from index.Path, v index.Version) (*tree.Incoming, error) {
	var f tree.File
	var err error
	if id, trashed := strings.CutPrefix(string(from), trashMark); trashed {
		f, err = b.w.s.tree.TrashRead(tree.TrashID(id))
	} else {
		f, err = b.w.s.tree.Read(string(from))
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in, err := b.w.s.tree.Incoming(incomingName(v.Content))
	if err != nil {
		return nil, err
	}
	if in.Size() > 0 {
		err = in.Truncate(0)
	}
	h := blake3.New()
	if err == nil {
		_, err = io.Copy(io.MultiWriter(in, h), &reading{ctx: ctx, from: io.NewSectionReader(f, 0, v.Size)})
	}
	if err == nil && index.Hash(h.Sum(nil)) != v.Content {
		err = fmt.Errorf("copy %q: %w", from, errMoving)
	}
	if err != nil {
		return nil, errors.Join(err, in.Discard())
	}
	return withMeta(in, v)
}

// reading ends with its context.
type reading struct {
	ctx  context.Context
	from io.Reader
}

func (r *reading) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.from.Read(p)
}
