package chat

import (
	"context"
	"fmt"

	"lanyard/chat/event"
	"lanyard/internal/store"
)

// maxPins is how many messages Pinned returns.
const maxPins = 1000

// Pinned returns the messages that are pinned in a conversation, the newest pin first, at most 1000.
func (c *Chat) Pinned(ctx context.Context, in event.ConversationID) ([]Message, error) {
	v, err := c.lookup(ctx, in)
	if err != nil {
		return nil, err
	}
	var all []Message
	err = c.config.DB.Read(ctx, func(tx *store.Tx) error {
		origins, err := everPinned(tx, v)
		if err != nil {
			return err
		}
		all = all[:0]
		f := &folder{chat: c, v: v, branches: v.branchKeys()}
		for _, origin := range origins {
			row, found, err := f.shown(tx, origin)
			if err != nil {
				return err
			}
			if !found || !row.upshot.Pinned || row.upshot.Deleted {
				continue
			}
			m, err := f.messageOf(tx, &row)
			if err != nil {
				return err
			}
			if all = append(all, m); len(all) == maxPins {
				break
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the pinned messages of what is %s: %w", v.in(), err)
	}
	return all, nil
}

const pinQuery = `SELECT a.target FROM chat_event e JOIN chat_amendment a ON a.place = e.place
	WHERE e.conversation = ? AND e.kind = 7 AND a.waiting = 0 GROUP BY a.target ORDER BY max(e.lamport) DESC`

// everPinned returns the origins that were pinned at some time, or whose pin was taken off; the one that this was done to last comes first.
func everPinned(tx *store.Tx, v *conversation) ([]event.ID, error) {
	return namedEvents(tx, pinQuery, v.key)
}
