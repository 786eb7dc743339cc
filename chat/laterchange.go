package chat

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

// ChangeLater gives a waiting text other words, with who is mentioned in the place of those before, and another time, and a reminder (text empty) another time, also one that rang. What could not be sent is
// tried again, what a text replies to stays. ErrNotLater if it has happened, is happening or was cancelled: the other does not get both wordings.
func (c *Chat) ChangeLater(ctx context.Context, key int64, text string, mentions []identity.PersonID, groups []string, at time.Time) (Later, error) {
	var beside any
	if text != "" {
		b := event.Text{Text: text, Mentions: mentions, Groups: groups}
		err := errors.Join(event.CheckText(text), event.CheckMentions(mentions), event.CheckGroups(groups))
		if err == nil {
			beside, err = wire.Marshal(b.Beside())
		}
		if err != nil {
			return Later{}, err
		}
	}
	if err := checkWhen(at); err != nil {
		return Later{}, err
	}
	// An empty text stays a reminder, and a text never becomes one.
	changed, err := c.changeLater(ctx, `UPDATE chat_later SET at = ?, text = ?, beside = ?, problem = '', claimed = ? WHERE key = ? AND claimed <> ? AND (text = '') = (? = '')`,
		at.UnixMilli(), text, beside, laterWaits, key, laterSends, text)
	if err != nil {
		return Later{}, fmt.Errorf("change what is to happen later: %w", err)
	}
	if !changed {
		return Later{}, ErrNotLater
	}
	c.alarm.note(key, nil)
	c.alarm.stir()
	c.news.change(Change{LaterChanged: true})
	all, err := c.Laters(ctx)
	if err != nil {
		return Later{}, err
	}
	for _, l := range all {
		if l.Key == key {
			return l, nil
		}
	}
	return Later{}, ErrNotLater
}

func checkWhen(at time.Time) error {
	if until := time.Until(at); until <= 0 || until > farthest {
		return ErrWhen
	}
	return nil
}

// About returns the message that a Later names, as it is now: the one to be reminded of, or the one that its text replies to.
func (c *Chat) About(ctx context.Context, l Later) (q Quote, err error) {
	err = c.config.DB.Read(ctx, func(tx *store.Tx) error {
		f, row, err := c.locateShown(tx, l.About)
		if err != nil {
			return err
		}
		q, err = f.quoteOf(tx, row.id)
		return err
	})
	if errors.Is(err, event.ErrUnknown) {
		return Quote{ID: l.About}, nil
	}
	if err != nil {
		return Quote{}, fmt.Errorf("look up what message %s says: %w", l.About, err)
	}
	return q, nil
}
