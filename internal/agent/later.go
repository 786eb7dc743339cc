package agent

import (
	"context"
	"strconv"

	"lanyard/chat"
	"lanyard/chat/event"
	"lanyard/internal/api"
	"lanyard/internal/desktop"
	"lanyard/internal/name"
)

// SendLater has a text sent at a time.
func (m *messages) SendLater(ctx context.Context, to string, l api.LaterRequest) (api.Later, error) {
	in, err := m.talks.find(ctx, to)
	if err != nil {
		return api.Later{}, err
	}
	post, err := m.posted(ctx, in, api.PostRequest{Text: l.Text, ReplyTo: l.ReplyTo, Mentions: l.Mentions, OnlyInside: l.OnlyInside})
	if err != nil {
		return api.Later{}, err
	}
	kept, err := m.talks.chats.SendLater(ctx, in, post, l.Time)
	if err != nil {
		return api.Later{}, messageError(post.ReplyTo, err)
	}
	return m.later(ctx, kept)
}

// Remind has our person reminded of a message at a time.
func (m *messages) Remind(ctx context.Context, id string, l api.LaterRequest) (api.Later, error) {
	event, err := m.talks.messageID(ctx, id)
	if err != nil {
		return api.Later{}, err
	}
	if l.Text != "" || l.ReplyTo != "" || len(l.Mentions) > 0 {
		return api.Later{}, told(api.CodeUsage, "a reminder has no text, mentions nobody and replies to nothing: leave them out")
	}
	kept, err := m.talks.chats.Remind(ctx, event, l.Time)
	if err != nil {
		return api.Later{}, messageError(event, err)
	}
	return m.later(ctx, kept)
}

// Laters lists what is to happen later.
func (m *messages) Laters(ctx context.Context) ([]api.Later, error) {
	all, err := m.talks.chats.Laters(ctx)
	rows := make([]api.Later, len(all))
	if err != nil {
		return nil, chatError(err)
	}
	for i, l := range all {
		if rows[i], err = m.later(ctx, l); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// CancelLater takes one of them back.
func (m *messages) CancelLater(ctx context.Context, id string) error {
	key, err := laterKey(id)
	if err != nil {
		return err
	}
	return chatError(m.talks.chats.CancelLater(ctx, key))
}

// ChangeLater gives one of them other words and another time.
func (m *messages) ChangeLater(ctx context.Context, id string, l api.LaterRequest) (api.Later, error) {
	key, err := laterKey(id)
	if err != nil {
		return api.Later{}, err
	}
	if l.ReplyTo != "" {
		return api.Later{}, told(api.CodeUsage, "what a text replies to stays as it was: leave replyTo out")
	}
	in, err := m.laterIn(ctx, key)
	if err != nil {
		return api.Later{}, err
	}
	w, err := m.talks.mentions(ctx, in, l.Text, l.Mentions)
	if err != nil {
		return api.Later{}, err
	}
	kept, err := m.talks.chats.ChangeLater(ctx, key, l.Text, w.persons, w.groups, l.Time)
	if err != nil {
		return api.Later{}, chatError(err)
	}
	return m.later(ctx, kept)
}

// laterIn is the conversation of what is to happen later.
func (m *messages) laterIn(ctx context.Context, key int64) (event.ConversationID, error) {
	all, err := m.talks.chats.Laters(ctx)
	for _, l := range all {
		if l.Key == key {
			return l.In, nil
		}
	}
	if err == nil {
		err = chat.ErrNotLater
	}
	return event.ConversationID{}, chatError(err)
}

func laterKey(id string) (int64, error) {
	key, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return 0, told(api.CodeUsage, "\"%s\" is no number: lanyard later lists them", name.Brief(id))
	}
	return key, nil
}

func (m *messages) later(ctx context.Context, l chat.Later) (api.Later, error) {
	in, err := m.talks.chats.Conversation(ctx, l.In)
	if err != nil {
		return api.Later{}, chatError(err)
	}
	v := api.Later{ID: strconv.FormatInt(l.Key, 10), Conversation: l.In.String(), Person: otherPerson(in), Name: m.talks.called(in), Apart: m.talks.apart(in), Time: l.Time, Text: l.Text, Problem: l.Problem, Rung: l.Rung}
	if l.Delayed != nil {
		v.Problem, v.Again = chatError(l.Delayed).Error(), true
	}
	for _, p := range l.Mentions() {
		v.Mentions = append(v.Mentions, m.talks.people.author(p))
	}
	v.Groups = l.Groups()
	if l.About != (event.ID{}) {
		q, err := m.talks.chats.About(ctx, l)
		if err != nil {
			return api.Later{}, chatError(err)
		}
		v.Message, v.About = l.About.String(), m.talks.quote(&q)
	}
	return v, nil
}

// unsent is a text that could not be sent at its time, as something that happened.
func (c *conversations) unsent(ctx context.Context, l *chat.Later) desktop.Happening {
	h := desktop.Happening{Conversation: l.In.String(), Apart: "unsent " + strconv.FormatInt(l.Key, 10), Labels: []string{"Not sent to"}, Text: l.Problem + ". It says: " + l.Text,
		Still: func() bool { return c.stillUnsent(ctx, l.Key) }}
	if in, err := c.chats.Conversation(ctx, l.In); err == nil {
		h.Name = api.Author{Name: c.called(in), Apart: c.apart(in)}.Distinct()
	}
	return h
}

// ofReminder is a reminder as something that happened. Each stands for itself: what it reminds of was read long ago.
func ofReminder(m api.Message) desktop.Happening {
	return desktop.Happening{Conversation: m.Conversation, Apart: "reminder of " + m.ID, Labels: []string{"Reminder"}, Name: m.Author.Distinct(), Text: m.Text}
}
