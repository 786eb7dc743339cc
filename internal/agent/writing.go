package agent

import (
	"context"

	"lanyard/chat/event"
	"lanyard/internal/api"
	"lanyard/internal/control"
	"lanyard/internal/identity"
	"lanyard/internal/typing"
)

// writing is what is being written right now, as the local API has it.
type writing struct {
	typing *typing.Typing
	talks  *conversations
	hub    *control.Hub
}

// Write tells colleagues that our person writes.
func (w *writing) Write(ctx context.Context, to string, what api.WritingRequest) error {
	in, err := w.talks.find(ctx, to)
	if err != nil {
		return err
	}
	if len(what.Text) > typing.MaxText {
		return told(api.CodeTooLong, "a text of %d bytes is longer than a message can be (32 KiB): send it as a file", len(what.Text))
	}
	w.typing.Write(typing.Conversation(in), what.Writes, what.Text)
	return nil
}

// with says who has a part in a conversation besides us.
func (w *writing) with(in typing.Conversation) (with []identity.PersonID, direct bool) {
	row, err := w.talks.chats.Conversation(context.Background(), event.ConversationID(in))
	switch {
	case err != nil, row.Office:
		return nil, false
	case row.Room == nil:
		return []identity.PersonID{row.With}, true
	case !row.Room.Member:
		return nil, false
	}
	self := w.talks.people.self()
	for _, m := range row.Room.Members {
		if m.Person != self {
			with = append(with, m.Person)
		}
	}
	return with, false
}

// happened tells readers what changed. A switch of theirs shows in the rows of the person.
func (w *writing) happened(c typing.Change, rows func(identity.PersonID)) {
	called := w.talks.people.called(c.Person)
	switch {
	case c.Switched:
		rows(c.Person)
	case c.Live:
		w.hub.Publish(api.EventLive, api.LiveText{Person: c.Person.String(), Name: called, Text: c.Text})
	default:
		w.hub.Publish(api.EventTyping, api.Writing{Conversation: event.ConversationID(c.Conversation).String(), Person: c.Person.String(), Name: called, Writes: c.Writing})
	}
}

// liveText says who switched it on.
func liveText(ours, theirs bool) string {
	switch {
	case ours && theirs:
		return "both"
	case ours:
		return "mine"
	case theirs:
		return "theirs"
	}
	return ""
}

// typingChanged passes on what somebody writes.
func (l *life) typingChanged(c typing.Change) {
	l.writing.happened(c, l.rowsChanged)
}
