package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lanyard/chat/amend"
	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

// Post is a text with what may stand beside it.
type Post struct {
	Text     string
	ReplyTo  event.ID            // a message of the same conversation; zero for none
	Mentions []identity.PersonID // at most 32, each once
	Groups   []string            // names of groups of the room, or Everyone; at most 8, each once
	From     string              // name of the person whose words these are, when they are passed on
	Hook     string              // name of the webhook through which a program posts it
}

// Post writes one text into a conversation, as Send does. event.ErrUnknown if there is no such message in this conversation to reply to.
func (c *Chat) Post(ctx context.Context, to event.ConversationID, p Post) (Message, error) {
	v, err := c.reachable(ctx, to)
	if err != nil {
		return Message{}, err
	}
	b, err := c.bodyOf(ctx, v, p)
	if err != nil {
		return Message{}, err
	}
	body, err := wire.Marshal(b)
	if err != nil {
		return Message{}, err
	}
	sent, err := c.write(ctx, v, []writing{{kind: event.KindText, body: body}})
	if err != nil || len(b.ReplyTo) == 0 {
		return firstOf(sent), err
	}
	return c.Message(ctx, sent[0].ID)
}

// bodyOf returns what is signed of a text, checked.
func (c *Chat) bodyOf(ctx context.Context, v *conversation, p Post) (b event.Text, err error) {
	if err := event.CheckText(p.Text); err != nil {
		return b, err
	}
	b = event.Text{Text: p.Text, Mentions: p.Mentions, Groups: p.Groups}
	for to, given := range map[*string]string{&b.From: p.From, &b.Hook: p.Hook} {
		if given == "" {
			continue
		}
		if *to, err = name.Display(given); err != nil {
			return b, err
		}
	}
	if p.ReplyTo != (event.ID{}) {
		reply, err := c.answerable(ctx, v, p.ReplyTo)
		if err != nil {
			return b, err
		}
		b.ReplyTo = reply[:]
	}
	return b, b.Check()
}

// answerable returns the ID by which a reply in a conversation names a message of it.
func (c *Chat) answerable(ctx context.Context, v *conversation, id event.ID) (event.ID, error) {
	m, err := c.amendable(ctx, id)
	if err == nil && m.Conversation != v.id && !v.answers(&m, c.config.Identity.Person()) {
		err = event.ErrUnknown
	}
	return m.ID, err
}

func firstOf(sent []Message) Message {
	if len(sent) == 0 {
		return Message{}
	}
	return sent[0]
}

// amendable returns the message that is shown for an ID, if it is one that can be amended.
func (c *Chat) amendable(ctx context.Context, id event.ID) (Message, error) {
	m, err := c.said(ctx, id)
	if err == nil && m.Refused {
		return Message{}, ErrRefused
	}
	return m, err
}

// said returns the message that is shown for an ID, if it is one.
func (c *Chat) said(ctx context.Context, id event.ID) (Message, error) {
	m, err := c.Shown(ctx, id)
	switch {
	case err != nil:
		return Message{}, err
	case m.Deleted:
		return Message{}, ErrDeleted
	case m.Kind != event.KindText && m.Kind != event.KindFile:
		return Message{}, ErrNoPlace
	}
	return m, nil
}

// Shown returns the message that is shown for an ID: for an event that re-issues another one, the one that stands in its place.
func (c *Chat) Shown(ctx context.Context, id event.ID) (Message, error) {
	if err := c.loaded(ctx); err != nil {
		return Message{}, err
	}
	var m Message
	err := c.seek(ctx, id, func(tx *store.Tx) error {
		f, row, err := c.locateShown(tx, id)
		if err == nil && !row.kind.Speaks() {
			err = event.ErrUnknown
		}
		if err != nil {
			return err
		}
		m, err = f.messageOf(tx, &row)
		return err
	})
	if err != nil {
		return Message{}, fmt.Errorf("look up message %s: %w", id, err)
	}
	return m, nil
}

// Edit gives a text of ours new words. Old versions stay visible on request, to both sides. The same words again change nothing.
func (c *Chat) Edit(ctx context.Context, id event.ID, text string, mentions []identity.PersonID, groups ...string) (Message, error) {
	if err := event.CheckText(text); err != nil {
		if m, unknown := c.written(ctx, id); unknown == nil && m.Conversation == event.OfficeID() {
			err = toAll(err)
		}
		return Message{}, err
	}
	if err := errors.Join(event.CheckMentions(mentions), event.CheckGroups(groups)); err != nil {
		return Message{}, err
	}
	m, err := c.written(ctx, id)
	switch {
	case err != nil:
		return Message{}, err
	case m.Kind != event.KindText || m.Opaque:
		return Message{}, ErrNoText
	case m.Text == text && slices.Equal(m.Mentions, mentions) && slices.Equal(m.Groups, groups):
		return m, nil
	}
	return c.amend(ctx, m, amend.Amendment{Kind: event.KindEdit, Named: m.ID, Text: text, Mentions: mentions, Groups: groups})
}

// Delete takes a message of ours back: its content is dropped by everybody who learns of it, and "deleted" is shown in its place. The offer of a file
// ends; what was received stays with who received it. What was refused goes from this machine, as it is nowhere else.
func (c *Chat) Delete(ctx context.Context, id event.ID) (Message, error) {
	if m, err := c.said(ctx, id); err == nil && m.Refused {
		return c.dropRefused(ctx, m)
	}
	m, err := c.written(ctx, id)
	if err != nil {
		return Message{}, err
	}
	return c.amend(ctx, m, amend.Amendment{Kind: event.KindDelete, Named: m.ID})
}

// written returns a message that our person wrote.
func (c *Chat) written(ctx context.Context, id event.ID) (Message, error) {
	m, err := c.amendable(ctx, id)
	if err == nil && !m.Mine {
		err = ErrNotMine
	}
	return m, err
}

// React adds our reaction with an emoji to a message, or takes it off.
func (c *Chat) React(ctx context.Context, id event.ID, emoji string, on bool) (Message, error) {
	if err := amend.CheckEmoji(emoji); err != nil {
		return Message{}, err
	}
	m, err := c.amendable(ctx, id)
	if err != nil {
		return Message{}, err
	}
	at := alike(m.Reactions, emoji)
	mine := at >= 0 && m.Reactions[at].Mine
	if at >= 0 {
		emoji = m.Reactions[at].Emoji
	}
	if mine == on && (at >= 0 || m.Reacted == 0) {
		return m, nil
	}
	return c.amend(ctx, m, amend.Amendment{Kind: event.KindReaction, Named: m.ID, Emoji: emoji, On: on})
}

// alike returns where among reactions the one is that looks like an emoji, -1 if none does. Of two that look the same, as when two people reacted in the same moment, it is ours.
func alike(all []Reaction, emoji string) int {
	found, best := -1, 0
	for i, r := range all {
		if !sameLook(r.Emoji, emoji) {
			continue
		}
		n := 1
		if r.Mine {
			n += 2
		}
		if r.Emoji == emoji {
			n++
		}
		if n > best {
			found, best = i, n
		}
	}
	return found
}

// sameLook reports whether two emoji differ at most in asking for the coloured form (U+FE0F), which emoji have anyway.
func sameLook(a, b string) bool {
	return strings.ReplaceAll(a, "\ufe0f", "") == strings.ReplaceAll(b, "\ufe0f", "")
}

// Pin pins a message for both sides, or takes the pin off.
func (c *Chat) Pin(ctx context.Context, id event.ID, on bool) (Message, error) {
	m, err := c.amendable(ctx, id)
	if err != nil || m.Pinned == on {
		return m, err
	}
	return c.amend(ctx, m, amend.Amendment{Kind: event.KindPin, Named: m.ID, On: on})
}

// amend writes an amendment of a message and returns the message as it is then.
func (c *Chat) amend(ctx context.Context, m Message, a amend.Amendment) (Message, error) {
	v, err := c.amendableIn(ctx, m.Conversation, a.Kind)
	if err != nil {
		return Message{}, err
	}
	w := writing{kind: a.Kind}
	switch is := a.Kind == event.KindEdit; {
	case v.office != nil:
		a.Named, err = c.originOf(ctx, m.ID)
		if is {
			w.edits = a.Named[:]
		}
	case is && v.closed():
		a.Named, err = c.takenOf(ctx, m.ID)
		w.edits = a.Named[:]
	}
	if err != nil {
		return Message{}, err
	}
	if w.body, err = a.Encode(); err != nil {
		return Message{}, err
	}
	if _, err := c.write(ctx, v, []writing{w}); err != nil {
		return Message{}, err
	}
	return c.Shown(ctx, m.ID)
}

// amendableIn returns a conversation whose messages our person may amend so.
func (c *Chat) amendableIn(ctx context.Context, id event.ConversationID, kind event.Kind) (*conversation, error) {
	v, err := c.lookup(ctx, id)
	if err != nil {
		return nil, err
	}
	if v.office != nil && !kind.Announced() {
		return nil, ErrOfficeKind
	}
	if v.office != nil && kind == event.KindDelete {
		return v, c.mayTakeBack(v)
	}
	return v, c.mayWrite(v)
}

// Deleted returns who deleted a message, and when by their clock; false if nobody did.
func (c *Chat) Deleted(ctx context.Context, id event.ID) (by identity.PersonID, when time.Time, is bool, err error) {
	if err := c.loaded(ctx); err != nil {
		return by, when, false, err
	}
	err = c.seek(ctx, id, func(tx *store.Tx) error {
		f, row, err := c.locateShown(tx, id)
		if err != nil || !row.upshot.Deleted {
			return err
		}
		all, err := f.amendments(tx, row.origin(), row.hidden == refused)
		if a, found := amend.Deletion(f.authorOf(&row), all); found {
			by, when, is = a.By, time.UnixMilli(a.Time), true
		}
		return err
	})
	if err != nil {
		return by, when, false, fmt.Errorf("look up who deleted message %s: %w", id, err)
	}
	return by, when, is, nil
}

// Versions returns what a message said, oldest first: the text that it began with, and at most the 99 newest edits, also what of those was refused. Of a deleted one there is none.
func (c *Chat) Versions(ctx context.Context, id event.ID) ([]Version, error) {
	if err := c.loaded(ctx); err != nil {
		return nil, err
	}
	versions := []Version{}
	err := c.seek(ctx, id, func(tx *store.Tx) error {
		versions = versions[:0]
		f, row, err := c.locateShown(tx, id)
		if err == nil && row.kind != event.KindText {
			err = ErrNoText
		}
		if err != nil {
			return err
		}
		b, err := event.ReadText(row.body)
		if row.upshot.Deleted || err != nil {
			return nil
		}
		versions = append(versions, Version{Text: b.Text, Time: time.UnixMilli(row.time)})
		all, err := f.amendments(tx, row.origin(), row.hidden == refused)
		for _, a := range amend.Versions(f.authorOf(&row), all) {
			versions = append(versions, Version{Text: a.Text, Time: time.UnixMilli(a.Time), Refused: a.Refused})
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look up the versions of message %s: %w", id, err)
	}
	return versions, nil
}
