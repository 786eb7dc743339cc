package chat

import (
	"context"
	"errors"
	"strings"

	"lanyard/chat/event"
	"lanyard/internal/store"
)

// seek reads what is here of a message. What read does not find ([event.ErrUnknown]), and subscribers were told of already, is looked up again once it is stored: who hears of a message
// can answer it at once.
func (c *Chat) seek(ctx context.Context, id event.ID, read func(*store.Tx) error) error {
	return c.seekGhost(ctx, func(v *conversation) bool { return v.haunts(id[:]) }, read)
}

// seekBeginning does so for messages whose IDs begin with these digits.
func (c *Chat) seekBeginning(ctx context.Context, digits string, read func(*store.Tx) error) error {
	return c.seekGhost(ctx, func(v *conversation) bool { return v.hauntsAs(digits) }, read)
}

func (c *Chat) seekGhost(ctx context.Context, haunts func(*conversation) bool, read func(*store.Tx) error) error {
	err := c.config.DB.Read(ctx, read)
	if !errors.Is(err, event.ErrUnknown) {
		return err
	}
	for _, v := range c.all() {
		if !haunts(v) {
			continue
		}
		if err := c.awaitGhosts(ctx, v); err != nil {
			return err
		}
	}
	return c.config.DB.Read(ctx, read) // also where nothing haunts any more: it may have been stored between the two
}

// hauntsAs reports whether an event whose ID begins with these digits was told and is not stored.
func (v *conversation) hauntsAs(digits string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	for id := range v.ghosts {
		if strings.HasPrefix(id.String(), digits) {
			return true
		}
	}
	return false
}
