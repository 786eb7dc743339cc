package chat

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/store"
)

// sinceSlack is how much earlier than a moment is looked for what was said since: what came late, or from a clock that was fast, has its time in the index from here.
const sinceSlack = 48 * time.Hour

// leastSince returns a time in the conversation (Lamport) below which no event is of a moment or later. Within a log that time rises and the time of the clock need not: so each log
// is asked from where on the index of times has events that late. Only what has no words, or is not indexed yet, stands elsewhere: it counts with what follows it in its log.
func leastSince(tx *store.Tx, branches map[int64]*branch, since time.Time) (least uint64, err error) {
	least = event.MaxLamport
	for _, b := range branches {
		at, any, err := lamportSince(tx, b, timeKey(since.Add(-sinceSlack).UnixMilli()))
		if err != nil {
			return 0, fmt.Errorf("look from where on something is since %s: %w", since, err)
		}
		if any {
			least = min(least, at)
		}
	}
	return least, nil
}

// lamportSince returns the time in the conversation of the first event of a branch behind those that the index of times has before a key; false if there is none.
func lamportSince(tx *store.Tx, b *branch, key int64) (lamport uint64, any bool, err error) {
	var first, before sql.NullInt64
	// With a plain key SQLite would go through all that is younger, of all conversations.
	err = tx.QueryRow(`SELECT place FROM chat_time WHERE place BETWEEN ? AND ? AND +key >= ? ORDER BY place LIMIT 1`, place(b, 0), place(b, event.MaxNumber), key).Scan(&first)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, false, err
	}
	to := place(b, event.MaxNumber)
	if first.Valid {
		to = first.Int64 - 1
	}
	if err := tx.QueryRow(`SELECT max(place) FROM chat_time WHERE place BETWEEN ? AND ?`, place(b, 0), to).Scan(&before); err != nil {
		return 0, false, err
	}
	from := place(b, 0)
	if before.Valid {
		from = before.Int64 + 1
	}
	var at int64
	err = tx.QueryRow(`SELECT lamport FROM chat_event WHERE place BETWEEN ? AND ? ORDER BY place LIMIT 1`, from, place(b, event.MaxNumber)).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return uint64(at), err == nil, err
}
