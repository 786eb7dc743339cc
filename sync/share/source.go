package share

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"lanyard/internal/blob"
	"lanyard/internal/chunk"
	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/sync/index"
)

// source gives the contents of shared folders to those who take part in them. Only what the index knows to lie on disk is given,
// by its hash, and of a large content that is just coming the chunks that were verified.
type source struct{ e *Engine }

// Open returns a file whose row has the hash, if the disk still has what the row says.
func (c source) Open(ctx context.Context, from identity.PersonID, scope blob.Scope, hash blob.Hash) (blob.Content, error) {
	s := c.e.shareOf(ID(scope.Share()))
	if s == nil || !s.members().takesPart(from) {
		return nil, blob.ErrGone
	}
	if b := s.fresh.take(index.Hash(hash)); b != nil {
		return inHand{bytes.NewReader(b)}, nil
	}
	var rows []row
	err := s.db.Read(ctx, func(tx *store.Tx) (err error) {
		rows, err = rowsHolding(tx, index.Hash(hash))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for a content: %w", err)
	}
	if len(rows) == 0 {
		if g := s.gathering(index.Hash(hash)); g != nil {
			return partial{g}, nil
		}
		return nil, blob.ErrGone
	}
	var wrong error
	for _, r := range rows {
		f, err := s.tree.Read(string(r.path))
		if err != nil {
			wrong = errors.Join(wrong, err)
			continue
		}
		now, err := f.Stat()
		if err == nil && now.Same(r.stat) {
			return content{File: f, size: now.Size}, nil
		}
		wrong = errors.Join(wrong, blob.ErrChanged, f.Close())
	}
	return nil, wrong
}

// Chunks returns the list of a file, under the same rules: that of something in the trash is nobody's.
func (c source) Chunks(ctx context.Context, from identity.PersonID, scope blob.Scope, hash blob.Hash) (list chunk.List, err error) {
	s := c.e.shareOf(ID(scope.Share()))
	if s == nil || !s.members().takesPart(from) {
		return nil, blob.ErrGone
	}
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		rows, err := rowsHolding(tx, index.Hash(hash))
		if err == nil && len(rows) > 0 {
			list, err = listAt(tx, index.Hash(hash))
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for the chunks of a content: %w", err)
	}
	if list == nil {
		return nil, blob.ErrGone
	}
	return list, nil
}

// content is an open file of a share.
type content struct {
	tree.File
	size int64
}

func (c content) Size() int64 { return c.size }

// inHand is a content in memory.
type inHand struct{ *bytes.Reader }

func (inHand) Close() error { return nil }
