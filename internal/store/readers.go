package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// readers lends connections that only read. They are opened when first needed.
type readers struct {
	pool *sql.DB
	free chan *conn // readerCount values, nil where none was opened yet
	gone chan struct{}
}

func newReaders(pool *sql.DB) readers {
	r := readers{pool: pool, free: make(chan *conn, readerCount), gone: make(chan struct{})}
	for range readerCount {
		r.free <- nil
	}
	return r
}

func (r readers) take(ctx context.Context) (*conn, error) {
	select {
	case c := <-r.free:
		if c != nil {
			return c, nil
		}
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-r.gone:
		return nil, ErrClosed
	}
	c, err := openConn(r.pool, readerPragmas())
	if err != nil {
		r.free <- nil
		return nil, err
	}
	return c, nil
}

func readerPragmas() []string {
	return []string{
		"PRAGMA query_only = ON",
		"PRAGMA trusted_schema = OFF",
		"PRAGMA temp_store = MEMORY",
		fmt.Sprintf("PRAGMA cache_size = -%d", readerCache),
	}
}

func (r readers) put(c *conn) { r.free <- c }

// close waits for all reads to end. It is called once.
func (r readers) close() error {
	if r.free == nil { // the file could not be opened
		return nil
	}
	close(r.gone)
	var errs []error
	for range cap(r.free) {
		errs = append(errs, (<-r.free).close())
	}
	return errors.Join(errs...)
}
