package chat

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/store"
)

// leastSince returns a time in the conversation (Lamport) below which no event is of a moment or later. Within a log that time rises, so each log is asked for its first event that late. The
// index of times cannot tell: it has the time at which something was indexed where its author's clock is ahead of ours, and ours may have been years behind then.
func leastSince(tx *store.Tx, branches map[int64]*branch, since time.Time) (least uint64, err error) {
	least = event.MaxLamport
	for _, b := range branches {
		var at int64
		err := tx.QueryRow(`SELECT lamport FROM chat_event WHERE place BETWEEN ? AND ? AND time >= ? ORDER BY place LIMIT 1`,
			place(b, 0), place(b, event.MaxNumber), since.UnixMilli()).Scan(&at)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			continue
		case err != nil:
			return 0, fmt.Errorf("look from where on something is since %s: %w", since, err)
		}
		least = min(least, uint64(at))
	}
	return least, nil
}
