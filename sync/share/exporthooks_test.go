package share

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"time"

	"lanyard/internal/store"
	"lanyard/sync/index"
)

// Unheard has an engine that is to be made hear nothing from the system.
func Unheard(c *Config) { c.hooks.deaf = true }

// Heard says to a share what the system's watcher says of a name on disk; nothing is waited for.
func Heard(e *Engine, id ID, disk string, made, wrote bool) {
	if s := e.shareOf(id); s != nil {
		s.hint(event{path: index.Path(s.tree.Named(disk)), made: made, wrote: wrote, at: time.Now()})
	}
}

// Blocked has a share believe that a path could not be done some time ago, and that it is to be tried again now.
func Blocked(ctx context.Context, e *Engine, id ID, p index.Path) error {
	s := e.shareOf(id)
	if s == nil {
		return errUnknown
	}
	return s.order(ctx, func(_ context.Context, w *worker) error {
		w.blocked[p] = wait{at: time.Now().Add(-time.Second)}
		return nil
	})
}

// Records returns the heads in a share's database, as they are.
func Records(e *Engine, id ID) (out []index.Version, err error) {
	s := e.shareOf(id)
	if s == nil {
		return nil, nil
	}
	err = s.db.Read(context.Background(), func(tx *store.Tx) error {
		all, err := allBranches(tx)
		if err != nil {
			return err
		}
		names := namesOf(all)
		rows, err := tx.Query(`SELECT id, chain, body FROM record WHERE path IS NOT NULL`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id int64
			var chain, body []byte
			if err := rows.Scan(&id, &chain, &body); err != nil {
				return err
			}
			v, err := names.decode(id, chain, body)
			if err != nil {
				return err
			}
			out = append(out, v)
		}
		return rows.Err()
	})
	return out, err
}

// Snapshot copies the databases of a profile as their last commits left them, while the engine goes on.
func Snapshot(id ID, from, to string) error {
	for _, file := range []string{filepath.Join("shares", id.String()+".db"), "lanyard.db"} {
		if s, err := os.Stat(filepath.Join(from, file)); err != nil || s.Size() == 0 { // nothing was committed to it
			continue
		}
		if err := copyDB(filepath.Join(from, file), filepath.Join(to, file)); err != nil {
			return err
		}
	}
	return nil
}

// RowsOf returns which content the rows in a profile's database say that lies where.
func RowsOf(profile string, id ID) (map[string]index.Hash, error) {
	db, err := sql.Open("sqlite", filepath.Join(profile, "shares", id.String()+".db"))
	if err != nil {
		return nil, err
	}
	defer db.Close()
	var made int
	if err := db.QueryRow(`SELECT count(*) FROM sqlite_master WHERE name = 'disk'`).Scan(&made); err != nil || made == 0 {
		return nil, err
	}
	rows, err := db.Query(`SELECT dir, base, content FROM disk WHERE kind = 1`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]index.Hash{}
	for rows.Next() {
		var dir, base string
		var content []byte
		if err := rows.Scan(&dir, &base, &content); err != nil {
			return nil, err
		}
		out[string(joinPath(dir, base))] = index.Hash(content)
	}
	return out, rows.Err()
}

// HashOf is the content hash of bytes.
func HashOf(b string) index.Hash { return hashBytes([]byte(b)) }

// Sent has an engine that is to be made tell of each frame about a share that it sends.
func Sent(c *Config, fn func()) { c.hooks.sent = fn }

// Mutant is a mistake known from other programs.
type Mutant = mutant

// The mistakes.
const (
	Sound       = sound
	Unflushed   = unflushed
	Torn        = torn
	Unguarded   = unguarded
	Overlooked  = overlooked
	Forgetful   = forgetful
	Renumbering = renumbering
	Overwriting = overwriting
	Copyless    = copyless
	Pruning     = pruning
	Overlapping = overlapping
)

// Mutate has an engine that is to be made make a mistake.
func Mutate(c *Config, m Mutant) { c.hooks.mutant = m }
