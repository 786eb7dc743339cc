package agent

import (
	"context"
	"errors"
	"slices"
	"time"

	"lanyard/chat"
	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/sync/share"
)

// Whether what our person was not told of at once is still so. Where that cannot be known they are told.

// nowSays returns what is told of a message by now, and whether it was not deleted.
func (c *conversations) nowSays(ctx context.Context, id event.ID, before string) (text string, there bool) {
	m, err := c.chats.Shown(ctx, id)
	if err != nil {
		return before, true
	}
	if m.Deleted {
		return "", false
	}
	h, _ := ofMessage(c.message(m), m)
	return h.Text, true
}

// stillUnsent reports whether a text still waits that may not be sent.
func (c *conversations) stillUnsent(ctx context.Context, key int64) bool {
	return c.stillWaits(ctx, func(l chat.Later) bool { return l.Key == key && l.Problem != "" })
}

// stillReminds reports whether a reminder of a message was neither put away nor given another time.
func (c *conversations) stillReminds(ctx context.Context, id event.ID) bool {
	now := time.Now()
	return c.stillWaits(ctx, func(l chat.Later) bool { return l.Text == "" && l.About == id && (l.Rung || !l.Time.After(now)) })
}

func (c *conversations) stillWaits(ctx context.Context, is func(chat.Later) bool) bool {
	all, err := c.chats.Laters(ctx)
	return err != nil || slices.ContainsFunc(all, is)
}

// stillRoom returns what asks whether a change of our person's part in a room is still the last word: who was removed is no member, and who was brought in has neither left nor opened it.
func (c *conversations) stillRoom(ctx context.Context, r *chat.RoomChange) func() bool {
	unopened := c.unopened(ctx, r.Room) // who was in it before may have opened it then
	return func() bool {
		one, err := c.chats.Conversation(ctx, r.Room)
		switch {
		case errors.Is(err, chat.ErrNoConversation):
			return false
		case err != nil || one.Room == nil:
			return true
		case r.What == "removed":
			return one.Room.Ended != nil && one.Room.Ended.What == "removed"
		}
		return one.Room.Member && (one.Room.Unopened || !unopened)
	}
}

func (c *conversations) unopened(ctx context.Context, room event.ConversationID) bool {
	one, err := c.chats.Conversation(ctx, room)
	return err == nil && one.Room != nil && one.Room.Unopened
}

// stillOffered reports whether an invitation to a share was neither answered nor taken back.
func (s *shares) stillOffered(id share.ID) bool {
	return slices.ContainsFunc(s.engine.Invitations(), func(i share.Invitation) bool { return i.ID == id })
}

// stillAsks reports whether somebody still waits for words to be compared.
func (w *words) stillAsks(person identity.PersonID) bool {
	now := w.compared.Now(person)
	return now.Comparing && !now.Ours
}
