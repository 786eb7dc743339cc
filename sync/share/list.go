package share

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"lanyard/internal/chunk"
	"lanyard/internal/store"
	"lanyard/sync/index"
)

// chunksTable keeps of which chunks the large contents in the folder and its trash consist. A content may be without: it came from who tells no chunks, or
// it was here before this table was.
const chunksTable = `CREATE TABLE chunks (id INTEGER PRIMARY KEY, content BLOB NOT NULL UNIQUE, size INTEGER NOT NULL, list BLOB NOT NULL);
CREATE INDEX chunks_by_size ON chunks (size)`

// contentList is the list of a content.
type contentList struct {
	content index.Hash
	list    chunk.List
}

// saveList keeps the list of a content; nil is none.
func saveList(tx *store.Tx, content index.Hash, list chunk.List) error {
	if list == nil {
		return nil
	}
	_, err := tx.Exec(`INSERT INTO chunks (content, size, list) VALUES (?, ?, ?) ON CONFLICT (content) DO UPDATE SET list = excluded.list`, content[:], list.Size(), list.Encode())
	if err != nil {
		return fmt.Errorf("keep the chunks of a content: %w", err)
	}
	return nil
}

// listAt returns the list of a content, nil if it is not known. One that no content can have counts as not known: it is made anew from the content.
func listAt(tx *store.Tx, content index.Hash) (chunk.List, error) {
	var size int64
	var b []byte
	err := tx.QueryRow(`SELECT size, list FROM chunks WHERE content = ?`, content[:]).Scan(&size, &b)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the chunks of a content: %w", err)
	}
	list, err := chunk.Decode(b)
	if err != nil || list.Check(size) != nil {
		return nil, nil
	}
	return list, nil
}

// bereft is true of a row of chunks whose content lies here no more.
const bereft = ` NOT EXISTS (SELECT 1 FROM disk WHERE disk.content = chunks.content) AND NOT EXISTS (SELECT 1 FROM displaced WHERE displaced.content = chunks.content)`

// dropLists forgets the lists of those of the contents that lie here no more.
func dropLists(tx *store.Tx, contents []index.Hash) error {
	for _, c := range contents {
		if _, err := tx.Exec(`DELETE FROM chunks WHERE content = ? AND`+bereft, c[:]); err != nil {
			return fmt.Errorf("forget the chunks of a content: %w", err)
		}
	}
	return nil
}

// sweepLists forgets the lists of all contents that lie here no more.
func (w *worker) sweepLists(ctx context.Context) error {
	var drop []index.Hash
	err := w.s.db.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(`SELECT content FROM chunks WHERE` + bereft)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var b []byte
			if err := rows.Scan(&b); err != nil {
				return err
			}
			drop = append(drop, index.Hash(b))
		}
		return rows.Err()
	})
	if err != nil || len(drop) == 0 {
		return err
	}
	return w.s.db.Write(ctx, func(tx *store.Tx) error { return dropLists(tx, drop) })
}
