package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// maxStatements bounds the statements kept prepared on a connection. Our parts have some dozens of texts each.
const maxStatements = 256

// conn is one connection with its prepared statements. It is for one goroutine at a time.
type conn struct {
	sql        *sql.Conn
	statements map[string]*statement
}

type statement struct {
	prepared *sql.Stmt
	rows     *sql.Rows // of the last query, closed or not
}

func openConn(pool *sql.DB, pragmas []string) (*conn, error) {
	raw, err := pool.Conn(context.Background())
	if err != nil {
		return nil, err
	}
	c := &conn{sql: raw, statements: map[string]*statement{}}
	for _, pragma := range pragmas {
		if err := c.script(pragma); err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", pragma, err), c.close())
		}
	}
	return c, nil
}

// script runs one or more statements without keeping them.
func (c *conn) script(text string) error {
	_, err := c.sql.ExecContext(context.Background(), text)
	return err
}

func (c *conn) exec(query string, args ...any) (sql.Result, error) {
	s, err := c.statement(query)
	if err != nil {
		return nil, err
	}
	if s.busy() {
		return c.sql.ExecContext(context.Background(), query, plain(args)...)
	}
	return s.prepared.ExecContext(context.Background(), plain(args)...)
}

func (c *conn) query(query string, args ...any) (*sql.Rows, error) {
	s, err := c.statement(query)
	if err != nil {
		return nil, err
	}
	if s.busy() {
		return c.sql.QueryContext(context.Background(), query, plain(args)...)
	}
	s.rows, err = s.prepared.QueryContext(context.Background(), plain(args)...)
	return s.rows, err
}

func (c *conn) queryRow(query string, args ...any) *sql.Row {
	s, err := c.statement(query)
	if err != nil || s.busy() { // asked again without the cache, a statement that cannot be prepared yields a Row with its error
		return c.sql.QueryRowContext(context.Background(), query, plain(args)...)
	}
	return s.prepared.QueryRowContext(context.Background(), plain(args)...)
}

func (c *conn) statement(query string) (*statement, error) {
	if s, ok := c.statements[query]; ok {
		return s, nil
	}
	if len(c.statements) >= maxStatements {
		if err := c.forget(); err != nil {
			return nil, err
		}
	}
	prepared, err := c.sql.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	s := &statement{prepared: prepared}
	c.statements[query] = s
	return s, nil
}

// busy reports whether rows of the statement are still being read: running it again would disturb them.
func (s *statement) busy() bool {
	if s.rows == nil {
		return false
	}
	if _, err := s.rows.Columns(); err == nil {
		return true
	}
	s.rows = nil
	return false
}

// forget closes the statements that nobody reads from.
func (c *conn) forget() error {
	var errs []error
	for query, s := range c.statements {
		if !s.busy() {
			errs = append(errs, s.prepared.Close())
			delete(c.statements, query)
		}
	}
	return errors.Join(errs...)
}

// rollback ends a transaction that may be over already, when SQLite rolled it back by itself; its error says only that.
func (c *conn) rollback() {
	_ = c.script("ROLLBACK")
}

func (c *conn) close() error {
	if c == nil {
		return nil
	}
	var errs []error
	for _, s := range c.statements {
		errs = append(errs, s.prepared.Close())
	}
	return errors.Join(append(errs, c.sql.Close())...)
}
