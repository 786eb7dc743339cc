package chat

import (
	"context"
	"errors"
	"fmt"

	"lanyard/internal/store"
)

// A trace is the line that stands where a message was deleted. It grows old as the message would have; header and deletion stay.

// isRead reports whether our person wrote an event or has read it: of what goes from sight before, its author is never told that it was read.
func (c *Chat) isRead(v *conversation, b *branch, number uint64) bool {
	if c.config.Roster.PersonOf(b.log.Peer) == c.config.Identity.Person() {
		return true
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.readLocked(b, number)
}

// hideTraces takes those that are too old from sight, in steps that hold up nobody, and notes of which conversations.
func (k *keeping) hideTraces(ctx context.Context, w sweep, changed map[*conversation]bool) error {
	for from := int64(0); ctx.Err() == nil; {
		old, next, err := k.oldTraces(ctx, from, w)
		if err != nil {
			return err
		}
		if len(old) > 0 {
			if err := k.hide(ctx, old); err != nil {
				return err
			}
		}
		for _, o := range old {
			changed[o.in] = true
		}
		if next == 0 {
			return nil
		}
		from = next
	}
	return nil
}

// oldTraces looks at the next ones and returns those that are too old, and behind which place the next step begins; 0 after the last one.
func (k *keeping) oldTraces(ctx context.Context, from int64, w sweep) (all []old, next int64, err error) {
	branches := k.chat.branchesByKey(k.chat.gone)
	err = k.chat.config.DB.Read(ctx, func(tx *store.Tx) (err error) {
		all, next = nil, 0
		rows, err := tx.Query(`SELECT place, time, arrived FROM chat_event WHERE deleted = 1 AND hidden = 0 AND place > ? ORDER BY place LIMIT ?`, from, sweepStep)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, rows.Close()) }()
		for looked := 1; rows.Next(); looked++ {
			var o old
			if err := rows.Scan(&o.place, &o.time, &o.arrived); err != nil {
				return err
			}
			if looked == sweepStep {
				next = o.place
			}
			b, known := branches[placeBranch(o.place)]
			if known && w.isOld(b.in, &o, 0) && k.chat.isRead(b.in, b.branch, placeNumber(o.place)) {
				o.in = b.in
				all = append(all, o)
			}
		}
		return rows.Err()
	})
	if err != nil {
		return nil, 0, fmt.Errorf("look for old lines of deleted messages: %w", err)
	}
	return all, next, nil
}

func (k *keeping) hide(ctx context.Context, all []old) error {
	err := k.chat.config.DB.Write(ctx, func(tx *store.Tx) error {
		for _, o := range all {
			if _, err := tx.Exec(`UPDATE chat_event SET hidden = ? WHERE place = ? AND deleted = 1 AND hidden = 0`, expired, o.place); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("hide %d old lines of deleted messages: %w", len(all), err)
	}
	return nil
}
