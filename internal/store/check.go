package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// After an unclean end the file is looked through for damage. A small one is before it is opened, as a whole. To read a large one takes longer than anybody waits
// for a start: of that the schema, the free pages and the tables of few rows are looked through first, and everything once more beside the work, one table
// after the other. That this is owed stands in the file until it was done as a whole, whatever ends the program meanwhile. Damage that is found beside closes the
// store as damage does that is met by reading, and is noted: the next start looks through the whole file first, and refuses it as long as it is damaged. Who opens it is told
// meanwhile how far that is.
//
// One table after the other finds what a check of the whole file does, but for pages that nothing points to: with auto_vacuum SQLite notes for each page what points to it,
// so that a page of two tables, or one that is used and free, does not fit its note. A large file of an older program has no such notes. What a
// full-text index means by what its tables hold is left out, as looking through that takes longer than all the rest and cannot be interrupted.
const (
	wholeMost = relaidMost // pages; up to so many are looked through before the file is opened: 32 MiB, and what is laid out anew is among them
	fewRows   = 1000       // up to so many rows of a table are, in a larger file

	restFirst = 2 * time.Second // before the first table: the program that starts goes first
	restMost  = time.Second     // between two; less after one that took less
)

// mark is what the file says of its check, in the row of store_part without a name. Older programs do not look at it.
type mark int

const (
	unmarked   mark = iota // nothing is owed
	markOwed               // it was not looked through as a whole since an unclean end
	markDamage             // damage was found
)

// Looks is told how many tables of a large file were looked through, and of how many, while all of it is before it is opened, as damage was found in it.
type Looks func(done, total int)

// examine looks for damage before the file is opened, and returns what the file is to say from then on.
func examine(ctx context.Context, c *conn, path string, was mark, looks Looks) (mark, error) {
	pages, err := c.number("PRAGMA page_count")
	if err != nil {
		return was, err
	}
	if pages <= wholeMost {
		return unmarked, quickCheck(ctx, c, path, "1")
	}
	tables, err := tablesOf(c)
	if err != nil {
		return was, err
	}
	if was == markDamage {
		return examineAll(ctx, c, path, tables, looks)
	}
	for _, table := range tables {
		few, err := hasFewRows(c, table)
		if err == nil && few {
			err = quickCheck(ctx, c, path, literal(table))
		}
		if err != nil {
			return was, err
		}
	}
	return markOwed, nil
}

// examineAll looks through all tables of a file that was damaged.
func examineAll(ctx context.Context, c *conn, path string, tables []string, looks Looks) (mark, error) {
	for done, table := range tables {
		looks(done, len(tables))
		if err := quickCheck(ctx, c, path, literal(table)); err != nil {
			return markDamage, err
		}
	}
	return unmarked, nil
}

// tablesOf lists what has pages of its own, the schema first, with which the free pages are looked through.
func tablesOf(c *conn) (tables []string, err error) {
	rows, err := c.query(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'shadow') ORDER BY name <> 'sqlite_schema', name`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var table string
		if err := rows.Scan(&table); err != nil {
			return nil, err
		}
		tables = append(tables, table)
	}
	return tables, rows.Err()
}

func hasFewRows(c *conn, table string) (bool, error) {
	rows, err := c.number(fmt.Sprintf(`SELECT count(*) FROM (SELECT 1 FROM "%s" LIMIT %d)`, strings.ReplaceAll(table, `"`, `""`), fewRows+1))
	return rows <= fewRows, err
}

func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// quickCheck looks for damage: in one table, or in the whole file until so many findings.
func quickCheck(ctx context.Context, c *conn, path, where string) error {
	var finding string
	if err := c.sql.QueryRowContext(ctx, fmt.Sprintf("PRAGMA quick_check(%s)", where)).Scan(&finding); err != nil {
		return cmp.Or(ctx.Err(), err) // interrupted, SQLite says so in its own words
	}
	if finding != "ok" {
		return corrupt(path, errors.New(strings.Join(strings.Fields(finding), " "))) // it comes in several lines
	}
	return nil
}

// setMark has the file say something else of its check. The row has its place in a page that is there: nothing is taken from the free ones.
func setMark(c *conn, to mark) (err error) {
	if to == unmarked {
		_, err = c.exec(`DELETE FROM store_part WHERE name = ''`)
	} else {
		_, err = c.exec(`INSERT INTO store_part VALUES ('', ?) ON CONFLICT (name) DO UPDATE SET version = excluded.version`, int64(to))
	}
	return err
}

// wasChecked reports whether nothing is owed.
func (db *DB) wasChecked() bool {
	select {
	case <-db.checked:
		return true
	default:
		return false
	}
}

// settle pays what is owed, beside the writer. What keeps it from that, the end of ctx too, leaves it for the next start.
func (db *DB) settle(ctx context.Context) {
	begun := time.Now()
	err := told(db.path, db.lookThrough(ctx))
	switch {
	case ctx.Err() != nil:
		return
	case err == nil:
		if err = db.note(ctx, unmarked); err == nil {
			db.log.Info("database: whole after an unclean end", "file", db.path, "took", time.Since(begun))
			return
		}
	case errors.Is(err, ErrCorrupt):
		err = errors.Join(err, db.note(ctx, markDamage))
	}
	if isFatal(err) {
		db.queue.fail(err) // Run returns it
	} else if ctx.Err() == nil && !errors.Is(err, ErrClosed) {
		db.log.Warn("database: not looked through for damage until the next start", "file", db.path, "err", err)
	}
}

// note has the file say how its check ended, for the next start.
func (db *DB) note(ctx context.Context, to mark) error {
	return db.Write(ctx, func(tx *Tx) error {
		if to == unmarked {
			tx.AfterCommit(func() { close(db.checked) })
		}
		return tx.note(setMark(tx.conn, to))
	})
}

// lookThrough looks through one table after the other, and rests after each for as long as that took.
func (db *DB) lookThrough(ctx context.Context) (err error) {
	c, err := openConn(db.pool, readerPragmas())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	tables, err := tablesOf(c)
	if err != nil {
		return err
	}
	rest := restFirst
	for _, table := range tables {
		select {
		case <-time.After(rest):
		case <-ctx.Done():
			return ctx.Err()
		}
		begun := time.Now()
		if err := quickCheck(ctx, c, db.path, literal(table)); err != nil {
			return err
		}
		rest = min(time.Since(begun), restMost)
	}
	return nil
}
