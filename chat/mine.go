package chat

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/store"
)

// Mine is what our person decided about a conversation for themselves. It is never sent.
type Mine struct {
	Muted  bool   // nothing rings
	Marked bool   // marked as unread, until it is read again
	Draft  string // what is being written, at most MaxDraft bytes
}

// MaxDraft is the longest draft in bytes: a little more than a message, so that a text that is too long is kept until it was made shorter.
const MaxDraft = 4 * event.MaxText

// maxStars is how many messages Starred returns.
const maxStars = 1000

func loadMine(tx *store.Tx, c *Chat) (err error) {
	rows, err := tx.Query(`SELECT conversation, person, muted, marked, draft FROM chat_mine`)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var id, person []byte
		var m Mine
		if err := rows.Scan(&id, &person, &m.Muted, &m.Marked, &m.Draft); err != nil {
			return err
		}
		switch {
		case len(person) == len(identity.PersonID{}):
			c.conversation(identity.PersonID(person)).mine = m
		case len(id) == len(event.ConversationID{}) && len(person) == 0 && c.known(event.ConversationID(id)) != nil:
			c.known(event.ConversationID(id)).mine = m
		default:
			return fmt.Errorf("what is ours of a conversation: %w", store.ErrCorrupt)
		}
	}
	return rows.Err()
}

// Mute has a conversation ring no more, or again.
func (c *Chat) Mute(ctx context.Context, in event.ConversationID, on bool) (Conversation, error) {
	return c.decide(ctx, in, func(m *Mine) { m.Muted = on })
}

// MarkUnread has a conversation look unread until it is read again. Others see nothing of it.
func (c *Chat) MarkUnread(ctx context.Context, in event.ConversationID) (Conversation, error) {
	return c.decide(ctx, in, func(m *Mine) { m.Marked = true })
}

// Draft keeps what is being written into a conversation, over restarts.
func (c *Chat) Draft(ctx context.Context, in event.ConversationID, text string) (Conversation, error) {
	if len(text) > MaxDraft {
		return Conversation{}, &event.TooLongError{Size: len(text)}
	}
	if !utf8.ValidString(text) {
		return Conversation{}, event.ErrText
	}
	return c.decide(ctx, in, func(m *Mine) { m.Draft = text })
}

// Muted reports whether a conversation shall not ring.
func (c *Chat) Muted(id event.ConversationID) bool {
	v := c.known(id)
	if v == nil {
		return false
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.mine.Muted
}

// decide changes what is ours of a conversation, on disk first. The store takes one write after the other, and so do the values in memory.
func (c *Chat) decide(ctx context.Context, in event.ConversationID, change func(*Mine)) (Conversation, error) {
	v, err := c.lookup(ctx, in)
	if err != nil {
		return Conversation{}, err
	}
	if v.with == c.config.Identity.Person() {
		return Conversation{}, ErrSelf
	}
	var next Mine
	err = c.config.DB.Write(ctx, func(tx *store.Tx) error {
		var err error
		next, err = putMine(tx, v, change)
		tx.AfterCommit(func() {
			v.mu.Lock()
			defer v.mu.Unlock()
			v.mine = next
		})
		return err
	})
	if err != nil {
		return Conversation{}, fmt.Errorf("keep what you chose for what is %s: %w", v.in(), err)
	}
	c.news.conversation(v)
	return c.row(v), nil
}

func putMine(tx *store.Tx, v *conversation, change func(*Mine)) (Mine, error) {
	var m Mine
	rows, err := tx.Query(`SELECT muted, marked, draft FROM chat_mine WHERE conversation = ?`, v.id[:])
	if err != nil {
		return m, err
	}
	for rows.Next() {
		err = errors.Join(err, rows.Scan(&m.Muted, &m.Marked, &m.Draft))
	}
	if err := errors.Join(err, rows.Err(), rows.Close()); err != nil {
		return m, err
	}
	change(&m)
	_, err = tx.Exec(`INSERT INTO chat_mine (conversation, person, muted, marked, draft) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (conversation) DO UPDATE SET muted = excluded.muted, marked = excluded.marked, draft = excluded.draft`,
		v.id[:], v.person(), m.Muted, m.Marked, m.Draft)
	return m, err
}

// Star marks a message for our person alone, or takes the star off.
func (c *Chat) Star(ctx context.Context, id event.ID, on bool) (Message, error) {
	m, err := c.said(ctx, id)
	if err != nil {
		return Message{}, err
	}
	err = c.config.DB.Write(ctx, func(tx *store.Tx) error {
		query := `DELETE FROM chat_star WHERE event = ?`
		args := []any{m.ID[:]}
		if on {
			query, args = `INSERT INTO chat_star (event, time) VALUES (?, ?) ON CONFLICT DO NOTHING`, append(args, tx.Now().UnixMilli())
		}
		_, err := tx.Exec(query, args...)
		return err
	})
	if err != nil {
		return Message{}, fmt.Errorf("keep the star of message %s: %w", id, err)
	}
	m.Starred = on
	c.news.change(Change{Amended: &m})
	return m, nil
}

// Starred returns the messages that our person starred, the newest star first, at most 1000.
func (c *Chat) Starred(ctx context.Context) ([]Message, error) {
	if err := c.loaded(ctx); err != nil {
		return nil, err
	}
	var all []Message
	err := c.config.DB.Read(ctx, func(tx *store.Tx) error {
		all = all[:0]
		ids, err := stars(tx, maxStars)
		for _, id := range ids {
			f, row, err := c.locateShown(tx, id)
			if errors.Is(err, event.ErrUnknown) || err == nil && row.upshot.Deleted {
				continue // also of a copy of the profile that was put back
			}
			if err != nil {
				return err
			}
			m, err := f.messageOf(tx, &row)
			if err != nil {
				return err
			}
			m.Starred = true // also where another event of its origin was starred
			all = append(all, m)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the starred messages: %w", err)
	}
	return all, nil
}

// stars returns what is starred, the newest star first; a most below 0 is all.
func stars(tx *store.Tx, most int) ([]event.ID, error) {
	return namedEvents(tx, `SELECT event FROM chat_star ORDER BY time DESC LIMIT ?`, most)
}

// star notes which messages are starred. What is deleted shows no star; it is kept, as a deletion may turn out not to count.
func star(tx *store.Tx, messages []Message) error {
	var any bool
	if err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM chat_star)`).Scan(&any); err != nil || !any {
		return err
	}
	for i := range messages {
		if messages[i].Deleted {
			continue
		}
		if err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM chat_star WHERE event = ?)`, messages[i].ID[:]).Scan(&messages[i].Starred); err != nil {
			return err
		}
	}
	return nil
}
