package agent

import (
	"context"
	"errors"
	"slices"
	"strings"

	"lanyard/chat"
	"lanyard/chat/event"
	"lanyard/internal/api"
	"lanyard/internal/control"
	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/peer"
	"lanyard/internal/store"
)

// conversations shows what people say to each other as the local API does.
type conversations struct {
	chats    *chat.Chat
	people   *people
	alike    *lookalikes
	unhook   func(tx *store.Tx, target string) error // ends all that programs do in a room
	unhooked func()                                  // is called after that
}

// List returns all conversations, the newest first.
func (c *conversations) List(ctx context.Context) ([]api.Conversation, error) {
	all, err := c.chats.Conversations(ctx)
	if err != nil {
		return nil, chatError(err)
	}
	c.alike.look(ctx)
	rows := []api.Conversation{}
	for _, one := range all {
		rows = append(rows, c.row(one))
	}
	return rows, nil
}

// One returns a conversation, also one in which nothing was said yet.
func (c *conversations) One(ctx context.Context, to string) (api.Conversation, error) {
	in, err := c.find(ctx, to)
	if err != nil {
		return api.Conversation{}, err
	}
	one, err := c.chats.Conversation(ctx, in)
	if err != nil {
		return api.Conversation{}, chatError(err)
	}
	row := c.row(one)
	if row.Person != "" {
		row.Trust = c.people.trust(one.With)
	}
	return row, nil
}

// Page returns a page of messages.
func (c *conversations) Page(ctx context.Context, to string, q api.Query) (api.Page, error) {
	in, err := c.find(ctx, to)
	if err != nil {
		return api.Page{}, err
	}
	ask := chat.Query{Since: q.Since, Search: q.Search, Limit: q.Limit}
	for id, text := range map[*event.ID]string{&ask.Before: q.Before, &ask.After: q.After, &ask.Around: q.Around} {
		if text == "" {
			continue
		}
		if *id, err = c.messageID(ctx, text); err != nil {
			return api.Page{}, err
		}
	}
	page, err := c.chats.History(ctx, in, ask)
	if err != nil {
		return api.Page{}, chatError(err)
	}
	v := api.Page{Messages: []api.Message{}, More: page.More}
	if page.FirstUnread != (event.ID{}) {
		v.FirstUnread = page.FirstUnread.String()
	}
	if page.Next != (event.ID{}) {
		v.Next, v.Searched = page.Next.String(), &page.Searched
	}
	for _, m := range page.Messages {
		one := c.message(m)
		if one.File != nil {
			if err := c.fileNow(ctx, m.ID, &one); err != nil {
				return api.Page{}, err
			}
		}
		v.Messages = append(v.Messages, one)
	}
	return v, nil
}

// fileNow says how far the file of an old message got; a message by itself only tells what was offered. That stays when retention has just dropped
// the rest.
func (c *conversations) fileNow(ctx context.Context, id event.ID, m *api.Message) error {
	one, err := c.chats.File(ctx, id)
	if err == nil {
		row := fileRow(c.people, one)
		m.File = &row
	}
	if errors.Is(err, event.ErrUnknown) {
		err = nil
	}
	return chatError(err)
}

// unread reports whether something in a conversation is still unread, as far as that can be told.
func (c *conversations) unread(ctx context.Context, conversation string) bool {
	id, err := event.ParseConversationID(conversation)
	if err != nil {
		return false
	}
	one, err := c.chats.Conversation(ctx, id)
	return err == nil && one.Unread > 0
}

// Resolve returns the ID of the conversation that to means.
func (c *conversations) Resolve(ctx context.Context, to string) (string, error) {
	in, err := c.find(ctx, to)
	return in.String(), err
}

// ReadShown returns why it cannot be told that what we write there was read.
func (c *conversations) ReadShown(ctx context.Context, to string) error {
	in, err := c.find(ctx, to)
	if err != nil {
		return err
	}
	if c.people.roster.Discretion().Read {
		return told(api.CodeConflict, "read marks are switched off here, so nobody's are shown: wait for delivered, or \"lanyard settings read-marks on\"")
	}
	row, err := c.chats.Conversation(ctx, in)
	if errors.Is(err, chat.ErrNoConversation) {
		return nil // it begins with what is sent
	}
	if err != nil {
		return chatError(err)
	}
	others := []identity.PersonID{row.With}
	if row.Room != nil {
		others = nil
		for _, m := range row.Room.Members {
			others = append(others, m.Person)
		}
	}
	for _, who := range others {
		if c.people.keepsRead(who) {
			return told(api.CodeConflict, "%s does not tell what they have read: wait for delivered", name.Quote(c.people.called(who)))
		}
	}
	return nil
}

// Send writes the texts in order.
func (c *conversations) Send(ctx context.Context, to string, texts []string) ([]control.Written, error) {
	in, err := c.find(ctx, to)
	if err != nil {
		return nil, err
	}
	sent, err := c.sendAll(ctx, in, texts)
	written := make([]control.Written, len(sent))
	for i := range sent {
		written[i].ID = sent[i].ID.String()
		for _, s := range sent[i].States {
			written[i].To = append(written[i].To, s.Person.String())
		}
	}
	return written, chatError(err)
}

// Differs returns what the person is called who is written to, if words that were compared with them differ.
func (c *conversations) Differs(ctx context.Context, to string) string {
	in, err := c.find(ctx, to)
	if err != nil {
		return "" // what was written is stored all the same
	}
	who, direct := c.chats.Person(in)
	if !direct || c.people.trust(who) != peer.Differs.String() {
		return ""
	}
	return c.people.author(who).Distinct()
}

// sendAll sends texts at once where it can: none mentions anybody, and none is bad.
func (c *conversations) sendAll(ctx context.Context, in event.ConversationID, texts []string) ([]chat.Message, error) {
	if slices.ContainsFunc(texts, func(text string) bool { return strings.IndexByte(text, '@') >= 0 }) {
		return c.eachOf(ctx, in, texts)
	}
	sent, err := c.chats.Send(ctx, in, texts...)
	if len(texts) > 1 && len(sent) == 0 && badText(err) { // one of them spoils all: find out which
		return c.eachOf(ctx, in, texts)
	}
	return sent, err
}

// eachOf sends the texts one by one up to the first that cannot be sent.
func (c *conversations) eachOf(ctx context.Context, in event.ConversationID, texts []string) ([]chat.Message, error) {
	var all []chat.Message
	for _, text := range texts {
		w, err := c.mentions(ctx, in, text, nil)
		if err != nil {
			return all, err
		}
		sent, err := c.chats.Post(ctx, in, chat.Post{Text: text, Mentions: w.persons, Groups: w.groups})
		if err != nil {
			return all, err
		}
		all = append(all, sent)
	}
	return all, nil
}

func badText(err error) bool {
	var long *event.TooLongError
	return errors.As(err, &long) || errors.Is(err, event.ErrEmpty) || errors.Is(err, event.ErrText)
}

// Read marks messages as read; an empty upTo means all.
func (c *conversations) Read(ctx context.Context, to, upTo string) (api.Conversation, error) {
	in, err := c.find(ctx, to)
	if err != nil {
		return api.Conversation{}, err
	}
	var id event.ID
	if upTo != "" {
		if id, err = c.messageID(ctx, upTo); err != nil {
			return api.Conversation{}, err
		}
	}
	one, err := c.chats.MarkRead(ctx, in, id)
	if err != nil {
		return api.Conversation{}, messageError(id, err)
	}
	return c.row(one), nil
}

func (c *conversations) row(one chat.Conversation) api.Conversation {
	v := api.Conversation{ID: one.ID.String(), Person: otherPerson(one), Name: c.called(one), Apart: c.apart(one), Room: c.room(one), Office: one.Office, Unread: one.Unread, Mentioned: one.Mentioned, Muted: one.Muted, Marked: one.Marked, Draft: one.Draft}
	if one.Last != nil {
		last := c.message(*one.Last)
		v.Last = &last
	}
	v.Time = one.Time()
	return v
}

func (c *conversations) message(m chat.Message) api.Message {
	v := api.Message{ID: m.ID.String(), Conversation: m.Conversation.String(), Author: c.people.author(m.Author), Mine: m.Mine, Time: m.Time,
		Kind: kindOf(m), Text: m.Text, Change: c.change(m.Change), States: []api.State{}, Unread: m.Unread, Refused: m.Refused, RefusedEdits: m.RefusedEdits, RefusedDeletion: m.RefusedDeletion, Gone: m.Gone, Reach: c.reach(m.Reach)}
	if m.Called != "" {
		v.Author = c.people.hearsay(m.Author, m.Called)
	}
	if m.File != nil {
		v.Text = m.File.Name
		to := m.With
		if !m.Mine {
			to = c.people.self()
		}
		media, picture := shownAs(*m.File)
		v.File = &api.File{Media: media, Picture: picture, ID: v.ID, Conversation: v.Conversation, From: v.Author, To: c.people.recipient(to), Mine: m.Mine, Name: m.File.Name,
			Folder: m.File.Folder, Size: m.File.Size, Files: m.File.Files, State: "offered"}
		if m.Refused {
			v.File.State = chat.FileRefused.String()
		}
	}
	c.amend(&v, &m)
	for _, s := range m.States {
		v.States = append(v.States, api.State{ID: s.Person.String(), Name: c.people.called(s.Person), Apart: c.people.roster.Apart(s.Person), State: c.shownState(s.Delivery), Through: c.people.authors(s.Through)})
	}
	return v
}

// shownState is how far a message got, as our person is shown it: who does not tell what they have read is not told it.
func (c *conversations) shownState(d chat.Delivery) string {
	if d == chat.Read && c.people.roster.Discretion().Read {
		d = chat.Delivered
	}
	return d.String()
}

func kindOf(m chat.Message) string {
	switch {
	case m.Change != nil:
		return "change"
	case m.Opaque && !m.Deleted:
		return "unknown"
	case m.Kind == event.KindText:
		return "text"
	case m.Kind == event.KindFile:
		return "file"
	}
	return "unknown"
}
