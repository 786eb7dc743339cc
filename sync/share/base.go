package share

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/zeebo/blake3"

	"lanyard/internal/chunk"
	"lanyard/internal/store"
	"lanyard/internal/tree"
	"lanyard/sync/index"
)

// base is a file of this disk of which chunks are taken over into a content that is to come: the version that is replaced, or another that may be like it.
// What its list says is not relied on, for the file may have changed: each chunk is hashed when it is read.
type base struct {
	file tree.File
}

// bases are the files of which a content is put together, and where in them its chunks lie.
type bases struct {
	open   []*base
	places map[chunk.Hash]place
}

// place is where a chunk lies.
type place struct {
	in     *base
	at     int64
	length int
}

// likely bounds how many other contents of about the same size are looked through.
const likely = 8

// candidate is a content that may become a base.
type candidate struct {
	at   index.Path // in the folder, or a trash ID after trashMark
	row  *row       // of the version that is replaced, nil for others
	list chunk.List // nil only where there is a row: it is cut when it is needed
}

// basesFor opens what lies here of a content that is to come at those paths, whose chunks are known. What cannot be opened is left out.
func (s *Share) basesFor(ctx context.Context, content index.Hash, list chunk.List, paths []index.Path) (*bases, error) {
	var found []candidate
	err := s.db.Read(ctx, func(tx *store.Tx) (err error) {
		found, err = candidates(tx, content, list.Size(), paths)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for what a content may have in common with others: %w", err)
	}
	wanted := make(map[chunk.Hash]bool, len(list))
	for _, c := range list {
		wanted[c.Hash] = true
	}
	b := &bases{places: map[chunk.Hash]place{}}
	for _, c := range found {
		if err := ctx.Err(); err != nil {
			b.close()
			return nil, err
		}
		if c.list == nil {
			if c.list, err = s.cutNow(ctx, *c.row); err != nil {
				s.log.Debug("a file is not looked through for chunks", "share", s.id, "path", string(c.at), "error", err)
				continue
			}
		}
		if err := s.addBase(b, wanted, c); err != nil {
			s.log.Debug("a file is not taken for its chunks", "share", s.id, "path", string(c.at), "error", err)
		}
	}
	return b, nil
}

// candidates returns what is at the paths, then the newest of the contents whose size is like that of the one that is to come.
func candidates(tx *store.Tx, content index.Hash, size int64, paths []index.Path) ([]candidate, error) {
	var out []candidate
	known := map[index.Hash]bool{content: true}
	for _, p := range paths {
		r, err := rowAt(tx, p)
		if err != nil {
			return nil, err
		}
		if r == nil || r.Kind != index.File || r.Size <= chunk.Above || known[r.Content] {
			continue
		}
		known[r.Content] = true
		list, err := listAt(tx, r.Content)
		if err != nil {
			return nil, err
		}
		if list != nil || r.Size/4 <= size { // cutting what is far larger would cost more than it brings
			out = append(out, candidate{at: p, row: r, list: list})
		}
	}
	contents, err := alike(tx, size, known)
	if err != nil {
		return nil, err
	}
	here, err := contentsHere(tx, contents)
	if err != nil {
		return nil, err
	}
	for _, c := range contents {
		at, ok := here[c]
		if !ok {
			continue
		}
		list, err := listAt(tx, c)
		if err != nil {
			return nil, err
		}
		if list != nil {
			out = append(out, candidate{at: at, list: list})
		}
	}
	return out, nil
}

// alike returns the contents with lists that came last and have half the size, or up to twice.
func alike(tx *store.Tx, size int64, known map[index.Hash]bool) ([]index.Hash, error) {
	rows, err := tx.Query(`SELECT content FROM chunks WHERE size BETWEEN ? AND ? ORDER BY id DESC LIMIT ?`, size/2, size*2, likely+len(known))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []index.Hash
	for rows.Next() && len(out) < likely {
		var b []byte
		if err := rows.Scan(&b); err != nil {
			return nil, err
		}
		if h := index.Hash(b); !known[h] {
			out = append(out, h)
		}
	}
	return out, rows.Err()
}

// cutNow cuts a file whose chunks are not known, and keeps the list if it is still what its row says.
func (s *Share) cutNow(ctx context.Context, r row) (chunk.List, error) {
	sum, err := sumGuarded(ctx, s.tree, r.path, r.stat)
	if err != nil {
		return nil, err
	}
	if index.Hash(sum.Whole) == r.Content {
		err = s.db.Write(ctx, func(tx *store.Tx) error { return saveList(tx, r.Content, sum.List) })
	}
	return sum.List, err
}

// addBase opens a candidate if it has something that is wanted and not there yet.
func (s *Share) addBase(b *bases, wanted map[chunk.Hash]bool, c candidate) error {
	here := &base{}
	places := map[chunk.Hash]place{}
	var at int64
	for _, piece := range c.list {
		if _, there := b.places[piece.Hash]; wanted[piece.Hash] && !there {
			places[piece.Hash] = place{in: here, at: at, length: piece.Length}
		}
		at += int64(piece.Length)
	}
	if len(places) == 0 {
		return nil
	}
	var err error
	if id, trashed := strings.CutPrefix(string(c.at), trashMark); trashed {
		here.file, err = s.tree.TrashRead(tree.TrashID(id))
	} else {
		here.file, err = s.tree.Read(string(c.at))
	}
	if err != nil {
		return err
	}
	b.open = append(b.open, here)
	maps.Copy(b.places, places)
	return nil
}

// has reports whether a chunk lies in one of the files.
func (b *bases) has(c chunk.Chunk) (place, bool) {
	p, ok := b.places[c.Hash]
	return p, ok && p.length == c.Length
}

// read reads a chunk. What has changed since its list was made is false.
func (p place) read(into []byte, want chunk.Hash) bool {
	n, err := p.in.file.ReadAt(into, p.at)
	return (err == nil || n == len(into)) && chunk.Hash(blake3.Sum256(into)) == want
}

// drop takes a file away that has changed.
func (b *bases) drop(gone *base) {
	maps.DeleteFunc(b.places, func(_ chunk.Hash, p place) bool { return p.in == gone })
}

// close lets go of the files. They were only read, so that nothing can be wrong with that.
func (b *bases) close() {
	for _, one := range b.open {
		_ = one.file.Close()
	}
	b.open, b.places = nil, nil
}
