package share

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/internal/vector"
	"lanyard/sync/index"
)

// mutant is a mistake that other programs are known for. Only tests make one, to see that they find it.
type mutant uint8

const (
	sound       mutant = iota // none
	unflushed                 // the database says that a file is there before the disk has it
	torn                      // a file is removed before what replaces it is put in place
	unguarded                 // a file is read while it is written to
	overlooked                // that events were lost is taken no notice of
	forgetful                 // a deletion is forgotten before all have heard of it
	renumbering               // a database that was put back goes on with numbers that it gave before
	overwriting               // what lies in a folder when it is joined is overwritten
	copyless                  // a file that is called as copies of conflicts are is replaced without a trace
	pruning                   // the newest copy of a conflict removes the older ones
	overlapping               // a folder is shared that is shared already
)

func (s *Share) mutant() mutant { return s.engine.cfg.hooks.mutant }

// readSmall reads a file as it is, if nobody writes to it and it is what the caller saw.
func (s *Share) readSmall(path index.Path, want tree.Stat, b []byte) error {
	if s.mutant() != unguarded {
		return s.tree.ReadSmall(string(path), want, b)
	}
	f, err := s.tree.Read(string(path))
	if err != nil {
		return err
	}
	if _, err = f.ReadAt(b, 0); errors.Is(err, io.EOF) {
		err = nil
	}
	return errors.Join(err, f.Close())
}

// tears reports whether what is replaced goes without a trace, and first.
func (s *Share) tears(p index.Path) bool {
	switch s.mutant() {
	case torn, overwriting:
		return true
	case copyless:
		return strings.Contains(string(p), copyMark)
	}
	return false
}

// replaceTorn is replace without care.
func (b *applying) replaceTorn(a index.Action, in *tree.Incoming) error {
	if err := b.w.s.lose(a.Path); err != nil {
		return errors.Join(err, in.Close())
	}
	s, err := b.placeIncoming(a, in)
	if err == nil {
		b.stand(a, s)
	}
	return err
}

// lose removes a file for good.
func (s *Share) lose(p index.Path) error {
	disk, err := s.engine.cfg.Disk(s.root)
	if err != nil {
		return err
	}
	return errors.Join(disk.Remove(s.tree.OnDisk(string(p))), disk.Close())
}

// pruneCopies removes the copies of conflicts about a path, but one.
func (s *Share) pruneCopies(p, but index.Path) error {
	if s.mutant() != pruning {
		return nil
	}
	dir, base := splitPath(p)
	entries, err := s.tree.List(dir)
	for _, e := range entries {
		copied := joinPath(dir, e.Name)
		if strings.HasPrefix(e.Name, strings.TrimSuffix(base, path.Ext(base))+copyMark) && copied != but {
			err = errors.Join(err, s.lose(copied))
		}
	}
	return err
}

// stableLine is what all machines have told to know.
func (s *Share) stableLine(tx *store.Tx, others []machine, known bool) (index.Context, error) {
	if s.mutant() != forgetful {
		return stableLine(tx, others, known)
	}
	all, err := allBranches(tx)
	if err != nil {
		return nil, fmt.Errorf("read what is known: %w", err)
	}
	return index.StableLine([]vector.Vector{knowledge(all)}), nil
}

// numbers takes what somebody knows for what it is here under the same numbers.
func (s *Share) numbers(ctx context.Context, k vector.Vector) vector.Vector {
	if s.mutant() != renumbering {
		return k
	}
	taken := vector.Vector{}
	err := s.db.Read(ctx, func(tx *store.Tx) error {
		all, err := allBranches(tx)
		for _, b := range all {
			for _, mark := range k[b.log] {
				mark.Number = min(mark.Number, b.number)
				mark.Hash, _, err = chainAt(tx, b.record(mark.Number))
				taken[b.log] = append(taken[b.log], mark)
			}
		}
		return err
	})
	if err != nil {
		s.log.Error("the numbers of others could not be looked up", "error", err)
	}
	return taken
}
