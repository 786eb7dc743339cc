package chat

import (
	"context"
	"sync/atomic"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/store"
)

// A room into which somebody brings our person is unopened until they do something in it, or read it. One that ended like that, and in which nothing was said, is on no list of
// conversations: who brings others into rooms and removes them leaves nothing there. A quiet room is one that makes no notice for as long as it is unopened.

// unopened is whether our person was brought into a room and never opened it: the column chat_room.unopened.
type unopened struct{ is atomic.Bool }

// wasIn reports whether our person was in the room before this page, and did not forget it since.
func (p *page) wasIn() bool {
	return p.v.room.memory.is.Load() != forgotten && p.made.shift.before.Ever(p.chat.config.Identity.Person())
}

// bring notes by whom our person became a member, zero if they came by themselves: a room into which they are brought for the first time is unopened.
func (p *page) bring(tx *store.Tx, by identity.PersonID) error {
	was := p.v.room.unopened.is.Load()
	is := by != (identity.PersonID{}) && (was || !p.wasIn())
	if is == was {
		return nil
	}
	tx.AfterCommit(func() { p.v.room.unopened.is.Store(is) })
	_, err := tx.Exec(`UPDATE chat_room SET unopened = ? WHERE conversation = ?`, is, p.v.key)
	return err
}

// Quiet reports whether a conversation makes no notice, whatever comes: a room of somebody to whom our person never wrote, until they open it.
func (c *Chat) Quiet(id event.ConversationID) bool {
	v := c.known(id)
	return v != nil && v.room != nil && v.room.isQuiet()
}

// opened notes that our person opened a room: a quiet one makes notices from now on.
func (c *Chat) opened(ctx context.Context, v *conversation) error {
	if v.room == nil || !v.room.isQuiet() && !v.room.shunning.is.Load() && !v.room.unopened.is.Load() {
		return nil
	}
	return c.config.DB.Write(ctx, func(tx *store.Tx) error {
		if err := v.unshun(tx); err != nil {
			return err
		}
		tx.AfterCommit(func() {
			v.room.unopened.is.Store(false)
			v.room.mu.Lock()
			defer v.room.mu.Unlock()
			v.room.quiet = false
		})
		_, err := tx.Exec(`UPDATE chat_room SET quiet = 0, unopened = 0 WHERE conversation = ?`, v.key)
		return err
	})
}
