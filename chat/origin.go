package chat

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"lanyard/chat/event"
	"lanyard/internal/store"
)

// ofOrigin picks the events of a conversation that are an event or re-issue it; originOf gives its arguments. The plus keeps SQLite from looking through the
// whole conversation: without statistics it takes that index for as good as those by which the few are found.
const ofOrigin = `+conversation = ? AND (name = ? OR again = ?)`

// ofShownOrigin picks those of them that are shown with their words.
const ofShownOrigin = ofOrigin + ` AND ` + isShown + ` AND length(salt) > 0`

func originOf(v *conversation, id event.ID) []any { return []any{v.key, event.Name(id), id[:]} }

// takenOf returns the event by which everybody in a room can tell for whom a message was: its origin, but of what was written in vain the one that says it anew, as nobody else took that.
func (c *Chat) takenOf(ctx context.Context, id event.ID) (taken event.ID, err error) {
	err = c.config.DB.Read(ctx, func(tx *store.Tx) error {
		_, row, err := c.locateShown(tx, id)
		if err != nil {
			return err
		}
		shown, here, err := headerOf(tx, row.id)
		if taken = row.origin(); here && shown.Anew == 1 {
			taken = row.id
		}
		return err
	})
	if err != nil {
		return event.ID{}, fmt.Errorf("look up for whom message %s was: %w", id, err)
	}
	return taken, nil
}

// isBare reports whether an event that is here without words is so for everybody: its author deleted it, and that counts, or it edits what was deleted.
func isBare(tx *store.Tx, v *conversation, at int64, e *event.Event) (is bool, err error) {
	err = tx.QueryRow(`SELECT deleted = 1 AND NOT EXISTS (SELECT 1 FROM chat_gap g WHERE g.place = e.place) FROM chat_event e WHERE place = ?`, at).Scan(&is)
	if err != nil || is || e.Kind != event.KindEdit {
		return is, err
	}
	var edited []byte
	err = tx.QueryRow(`SELECT target FROM chat_amendment WHERE place = ? AND waiting = 0`, at).Scan(&edited)
	if errors.Is(err, sql.ErrNoRows) || err == nil && len(edited) != len(event.ID{}) {
		return false, nil
	}
	if err == nil {
		err = tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM chat_event WHERE `+ofOrigin+` AND deleted = 1)`, originOf(v, event.ID(edited))...).Scan(&is)
	}
	return is, err
}
