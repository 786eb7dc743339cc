package agent

import (
	"context"
	"errors"

	"lanyard/chat"
	"lanyard/chat/amend"
	"lanyard/chat/event"
	"lanyard/internal/api"
)

// messages is what people do with single messages, as the local API has it.
type messages struct {
	talks *conversations
	lend  func(path string) (free func()) // keeps a file where it lies while it is passed on
	kept  func(path string) bool          // of what was dropped on the window
}

// Post writes one text with what stands beside it.
func (m *messages) Post(ctx context.Context, to string, p api.PostRequest) (api.Message, error) {
	in, err := m.talks.find(ctx, to)
	if err != nil {
		return api.Message{}, err
	}
	post, err := m.posted(ctx, in, p)
	if err != nil {
		return api.Message{}, err
	}
	sent, err := m.talks.chats.Post(ctx, in, post)
	if err != nil {
		return api.Message{}, messageError(post.ReplyTo, err)
	}
	return m.talks.message(sent), nil
}

// posted reads a text with what stands beside it.
func (m *messages) posted(ctx context.Context, in event.ConversationID, p api.PostRequest) (post chat.Post, err error) {
	post = chat.Post{Text: p.Text, From: p.From}
	w, err := m.talks.mentions(ctx, in, p.Text, p.Mentions)
	post.Mentions, post.Groups = w.persons, w.groups
	if err == nil && p.OnlyInside {
		err = m.talks.inside(ctx, in, w.persons)
	}
	if err != nil || p.ReplyTo == "" {
		return post, err
	}
	post.ReplyTo, err = m.talks.messageID(ctx, p.ReplyTo)
	return post, err
}

// one does something to a message and returns the message as it is then.
func (m *messages) one(ctx context.Context, id string, do func(event.ID) (chat.Message, error)) (api.Message, error) {
	event, err := m.talks.messageID(ctx, id)
	if err != nil {
		return api.Message{}, err
	}
	message, err := do(event)
	if err != nil {
		return api.Message{}, messageError(event, err)
	}
	v := m.talks.message(message)
	if v.File != nil {
		err = m.talks.fileNow(ctx, message.ID, &v)
	}
	return v, err
}

func (m *messages) Get(ctx context.Context, id string) (api.Message, error) {
	return m.one(ctx, id, func(e event.ID) (chat.Message, error) { return m.talks.chats.Shown(ctx, e) })
}

func (m *messages) Edit(ctx context.Context, id string, e api.EditRequest) (api.Message, error) {
	return m.one(ctx, id, func(event event.ID) (chat.Message, error) {
		old, err := m.talks.chats.Shown(ctx, event)
		if err != nil {
			return old, err
		}
		w, err := m.talks.mentions(ctx, old.Conversation, e.Text, e.Mentions)
		if err != nil {
			return old, err
		}
		return m.talks.chats.Edit(ctx, event, e.Text, w.persons, w.groups...)
	})
}

func (m *messages) Delete(ctx context.Context, id string) (api.Message, error) {
	return m.one(ctx, id, func(e event.ID) (chat.Message, error) { return m.talks.chats.Delete(ctx, e) })
}

func (m *messages) React(ctx context.Context, id, emoji string, on bool) (api.Message, error) {
	if on && !isEmoji(emoji) { // what others gave is taken off whatever it is
		return api.Message{}, chatError(amend.ErrEmoji)
	}
	return m.one(ctx, id, func(e event.ID) (chat.Message, error) { return m.talks.chats.React(ctx, e, emoji, on) })
}

func (m *messages) Pin(ctx context.Context, id string, on bool) (api.Message, error) {
	return m.one(ctx, id, func(e event.ID) (chat.Message, error) { return m.talks.chats.Pin(ctx, e, on) })
}

func (m *messages) Versions(ctx context.Context, id string) ([]api.Version, error) {
	event, err := m.talks.messageID(ctx, id)
	if err != nil {
		return nil, err
	}
	by, when, is, err := m.talks.chats.Deleted(ctx, event)
	if err == nil && is {
		author := m.talks.people.author(by)
		return []api.Version{{Time: when, Deleted: &author}}, nil
	}
	all, err := m.talks.chats.Versions(ctx, event)
	versions := make([]api.Version, len(all))
	for i, v := range all {
		versions[i] = api.Version{Text: v.Text, Time: v.Time, Refused: v.Refused}
	}
	return versions, messageError(event, err)
}

// amend adds what was done to a message to its row.
func (c *conversations) amend(v *api.Message, m *chat.Message) {
	v.Deleted, v.Pinned, v.From, v.Hook, v.Edits, v.Reacted, v.Starred = m.Deleted, m.Pinned, m.From, m.Hook, m.Edits, m.Reacted, m.Starred
	if m.Edits > 0 {
		v.Edited = &m.Edited
	}
	for _, p := range m.Mentions {
		v.Mentions = append(v.Mentions, c.people.author(p))
	}
	v.Groups, v.Mentioned = m.Groups, !m.Mine && c.chats.Mentioned(m)
	for _, r := range m.Reactions {
		one := api.Reaction{Emoji: r.Emoji, Count: r.Count, Mine: r.Mine, By: []api.Author{}}
		for _, by := range r.By {
			one.By = append(one.By, c.people.author(by))
		}
		v.Reactions = append(v.Reactions, one)
	}
	if m.Reply != nil {
		v.ReplyTo = c.quote(m.Reply)
	}
}

func (c *conversations) quote(q *chat.Quote) *api.Quote {
	v := api.Quote{ID: q.ID.String(), Here: q.Here, Text: q.Text, Deleted: q.Deleted, Office: q.Office}
	if q.Here {
		v.Author, v.Kind = c.people.author(q.Author), kindOf(chat.Message{Kind: q.Kind})
	}
	return &v
}

// Forward passes the words or the file of a message on.
func (m *messages) Forward(ctx context.Context, id, to string) (api.Message, error) {
	in, err := m.talks.find(ctx, to)
	if err != nil {
		return api.Message{}, err
	}
	return m.one(ctx, id, func(e event.ID) (chat.Message, error) {
		f, err := m.talks.chats.File(ctx, e)
		if err == nil && f.Path != "" {
			defer m.lend(f.Path)()
		}
		passed, err := m.talks.chats.Forward(ctx, e, in, m.talks.people.called)
		if errors.Is(err, chat.ErrMoved) && m.kept(f.Path) {
			err = told(api.CodeConflict, noCopy)
		}
		return passed, err
	})
}

func (m *messages) Star(ctx context.Context, id string, on bool) (api.Message, error) {
	return m.one(ctx, id, func(e event.ID) (chat.Message, error) { return m.talks.chats.Star(ctx, e, on) })
}

// Starred lists what our person starred.
func (m *messages) Starred(ctx context.Context) ([]api.Message, error) {
	all, err := m.talks.chats.Starred(ctx)
	rows := make([]api.Message, len(all))
	for i := range all {
		rows[i] = m.talks.message(all[i])
	}
	return rows, chatError(err)
}

// Pinned lists what is pinned in a conversation.
func (m *messages) Pinned(ctx context.Context, to string) ([]api.Message, error) {
	in, err := m.talks.find(ctx, to)
	if err != nil {
		return nil, err
	}
	all, err := m.talks.chats.Pinned(ctx, in)
	if errors.Is(err, chat.ErrNoConversation) { // nothing was said yet
		return []api.Message{}, nil
	}
	rows := make([]api.Message, len(all))
	for i := range all {
		rows[i] = m.talks.message(all[i])
	}
	return rows, chatError(err)
}

// mine does something to a conversation that only our person sees.
func (m *messages) mine(ctx context.Context, to string, do func(in event.ConversationID) (chat.Conversation, error)) (api.Conversation, error) {
	in, err := m.talks.find(ctx, to)
	if err != nil {
		return api.Conversation{}, err
	}
	row, err := do(in)
	if err != nil {
		return api.Conversation{}, chatError(err)
	}
	return m.talks.row(row), nil
}

func (m *messages) Mute(ctx context.Context, to string, on bool) (api.Conversation, error) {
	return m.mine(ctx, to, func(in event.ConversationID) (chat.Conversation, error) { return m.talks.chats.Mute(ctx, in, on) })
}

func (m *messages) MarkUnread(ctx context.Context, to string) (api.Conversation, error) {
	return m.mine(ctx, to, func(in event.ConversationID) (chat.Conversation, error) { return m.talks.chats.MarkUnread(ctx, in) })
}

func (m *messages) Draft(ctx context.Context, to, text string) (api.Conversation, error) {
	return m.mine(ctx, to, func(in event.ConversationID) (chat.Conversation, error) { return m.talks.chats.Draft(ctx, in, text) })
}
