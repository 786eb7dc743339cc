package share

import (
	"context"
	"fmt"
	"slices"

	"lanyard/internal/store"
	"lanyard/sync/ignore"
	"lanyard/sync/index"
)

// commit stores what the batch did, all of which is durable.
func (b *applying) commit(ctx context.Context) error {
	w := b.w
	err := w.s.db.Write(ctx, func(tx *store.Tx) error {
		b.outcome = outcome{}
		for _, p := range b.drop {
			if err := dropRow(tx, p); err != nil {
				return err
			}
		}
		if err := saveRows(tx, b.rows); err != nil {
			return err
		}
		if err := saveDisplaced(tx, b.displaced); err != nil {
			return err
		}
		for _, l := range b.lists {
			if err := saveList(tx, l.content, l.list); err != nil {
				return err
			}
		}
		if err := saveBraked(tx, b.braked); err != nil {
			return err
		}
		if err := b.finish(tx); err != nil {
			return err
		}
		notices, err := b.withConflicts(tx)
		if err != nil {
			return err
		}
		if len(b.publish) > 0 {
			p, err := newPublishing(tx, w, nil)
			if err != nil {
				return err
			}
			for _, do := range b.publish {
				if err := do(p); err != nil {
					return err
				}
			}
			if err := p.close(); err != nil {
				return err
			}
			b.outcome = outcome{again: p.wanted, told: p.notices, written: p.written, tally: p.known.tally}
		}
		b.outcome.told = append(b.outcome.told, notices...)
		return saveNotices(tx, notices)
	})
	if err != nil {
		return fmt.Errorf("store what was applied: %w", err)
	}
	return nil
}

// tellApplied has the others hear what is on this disk now.
func (w *worker) tellApplied() {
	w.untold = false
	w.s.advanced()
}

// tellHeld stores why contents could not be fetched.
func (w *worker) tellHeld(ctx context.Context) error {
	if len(w.held) == 0 {
		return nil
	}
	held := w.held
	w.held = map[index.Path]refusal{}
	var news int64
	err := w.s.db.Write(ctx, func(tx *store.Tx) error {
		news = 0
		for p, why := range held {
			n, err := hold(tx, p, why)
			if err != nil {
				return err
			}
			news += n
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store why contents do not come: %w", err)
	}
	if news == 0 {
		return nil // everybody knows
	}
	w.s.advanced()
	w.s.engine.changed(w.s.id)
	return nil
}

// hold stores why a path waits, and returns how many rows that changed.
func hold(tx *store.Tx, p index.Path, why refusal) (int64, error) {
	r, err := tx.Exec(`UPDATE pending SET reason = ?1, text = ?2, remedy = ?3 WHERE path = ?4 AND (reason, text, remedy) <> (?1, ?2, ?3)`,
		int(why.reason), why.text, why.remedy, string(p))
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// finish takes the paths off the list of pending ones that are as they should be. One whose heads changed meanwhile stays: it is planned anew.
func (b *applying) finish(tx *store.Tx) error {
	var done []index.Path
	for p, pl := range b.paths {
		if pl.why.reason != 0 {
			if _, err := hold(tx, p, pl.why); err != nil {
				return err
			}
		}
		if pl.left == 0 {
			done = append(done, p)
		}
	}
	heads := map[index.Path][]int64{}
	if err := inChunks(done, pathArgument, func(args []any) error { return addHeadRows(tx, heads, args) }); err != nil {
		return err
	}
	done = slices.DeleteFunc(done, func(p index.Path) bool { return !sameHeads(heads[p], b.paths[p].heads) })
	return inChunks(done, pathArgument, func(args []any) error {
		if err := forgetPassed(tx, args); err != nil {
			return err
		}
		_, err := tx.Exec(`DELETE FROM pending WHERE path IN (`+listOf("?")+`)`, args...)
		return err
	})
}

func addHeadRows(tx *store.Tx, into map[index.Path][]int64, args []any) error {
	rows, err := tx.Query(`SELECT path, id FROM record WHERE path IN (`+listOf("?")+`)`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var path string
		var id int64
		if err := rows.Scan(&path, &id); err != nil {
			return err
		}
		into[index.Path(path)] = append(into[index.Path(path)], id)
	}
	return rows.Err()
}

// sameHeads reports whether the heads are those that were planned with, in any order.
func sameHeads(now, then []int64) bool {
	return len(now) == len(then) && !slices.ContainsFunc(now, func(id int64) bool { return !slices.Contains(then, id) })
}

// tell passes on what has become true.
func (b *applying) tell() {
	w := b.w
	if len(b.displaced) > 0 {
		w.displacedNow()
	}
	for _, p := range b.outcome.again {
		w.replan(p)
	}
	if b.outcome.written > 0 {
		w.s.published()
	}
	for p, pl := range b.paths {
		if pl.left == 0 {
			delete(w.blocked, p)
			delete(w.wants.missing, p)
		}
	}
	if _, ok := b.paths[ignore.File]; ok {
		w.ignore.due = true
	}
	b.settled()
	w.s.counted(b.tally())
	w.s.counted(b.outcome.tally)
	w.s.advance(b.files, b.bytes, b.came)
	if w.untold = true; len(w.queue)+len(w.removals)+w.wants.awaited() == 0 || w.s.overdue() {
		w.tellApplied()
	}
	w.s.engine.tellNotices(w.s.id, b.outcome.told)
	w.s.engine.changed(w.s.id)
}
