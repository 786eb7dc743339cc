package agent

import (
	"context"
	"errors"
	"strings"

	"lanyard/chat"
	"lanyard/internal/api"
	"lanyard/internal/identity"
	"lanyard/internal/name"
)

// minPrefix is how much of a conversation's ID has to be given, as of a person's.
const minPrefix = 8

// find returns the conversation that to means: by its ID, the office by that word, else a person's or room's whole name, else the beginning of a person's or conversation's ID.
func (c *conversations) find(ctx context.Context, to string) (chat.ID, error) {
	if id, err := chat.ParseID(to); err == nil && c.chats.Known(id) {
		return id, nil
	}
	if name.Same(to, officeName) {
		return chat.OfficeID(), nil
	}
	named, err := c.roomsCalled(ctx, to)
	if err != nil {
		return chat.ID{}, err
	}
	person, err := c.people.one(to)
	if len(named) > 0 {
		return c.amongRooms(to, named, person, err)
	}
	var e *api.Error
	unknown := errors.As(err, &e) && e.Code == api.CodeUnknown
	if err != nil && !unknown || err == nil && name.Same(c.people.called(person), to) {
		return c.direct(person, err)
	}
	begun, listErr := c.begun(ctx, to)
	switch {
	case listErr != nil:
		return chat.ID{}, listErr
	case len(begun) == 0:
		return c.direct(person, err)
	case len(begun) == 1 && (unknown || begun[0].With == person):
		return begun[0].ID, nil
	}
	several := told(api.CodeAmbiguous, "%s is the beginning of several IDs; give more of one", name.Quote(to))
	if !unknown {
		several.Candidates = append(several.Candidates, api.Candidate{ID: person.String(), Name: c.people.called(person)})
	}
	for _, one := range begun {
		several.Candidates = append(several.Candidates, api.Candidate{ID: one.ID.String(), Name: c.called(one)})
	}
	return chat.ID{}, several
}

// amongRooms decides between rooms of a name and a person who may have it too.
func (c *conversations) amongRooms(to string, named []chat.Conversation, person identity.PersonID, err error) (chat.ID, error) {
	var several *api.Error
	known := err == nil && name.Same(c.people.called(person), to)
	if !errors.As(err, &several) || several.Code != api.CodeAmbiguous {
		several = nil
	}
	if len(named) == 1 && !known && several == nil {
		return named[0].ID, nil
	}
	all := told(api.CodeAmbiguous, "several people or rooms are called %s; give one of their IDs", name.Quote(to))
	if several != nil {
		all.Candidates = append(all.Candidates, several.Candidates...)
	}
	if known {
		all.Candidates = append(all.Candidates, api.Candidate{ID: person.String(), Name: c.people.called(person)})
	}
	for _, one := range named {
		all.Candidates = append(all.Candidates, api.Candidate{ID: one.ID.String(), Name: one.Room.Name})
	}
	return chat.ID{}, all
}

// direct is the conversation with a person that was found, if they were.
func (c *conversations) direct(with identity.PersonID, err error) (chat.ID, error) {
	if err != nil {
		return chat.ID{}, err
	}
	return c.chats.Direct(with), nil
}

// begun lists the conversations whose ID begins so.
func (c *conversations) begun(ctx context.Context, prefix string) ([]chat.Conversation, error) {
	if len(prefix) < minPrefix {
		return nil, nil
	}
	all, err := c.chats.Conversations(ctx)
	if err != nil {
		return nil, chatError(err)
	}
	var begun []chat.Conversation
	for _, one := range all {
		if strings.HasPrefix(one.ID.String(), strings.ToLower(prefix)) {
			begun = append(begun, one)
		}
	}
	return begun, nil
}

// seenBy returns the persons whose conversation is on screen; none when it is unknown by now.
func (c *conversations) seenBy(ctx context.Context, open string) []identity.PersonID {
	if open == "" {
		return nil
	}
	id, err := c.find(ctx, open)
	if err != nil {
		return nil
	}
	row, err := c.chats.Conversation(ctx, id)
	if err != nil {
		return nil
	}
	switch {
	case row.Office:
		return nil
	case row.Room == nil:
		return []identity.PersonID{row.With}
	}
	var all []identity.PersonID
	for _, m := range row.Room.Members {
		all = append(all, m.Person)
	}
	return all
}
