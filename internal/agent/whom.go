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

// with returns the person that to means: by a conversation's ID, else a whole name, else the beginning of a person's or conversation's ID.
func (c *conversations) with(ctx context.Context, to string) (identity.PersonID, error) {
	if id, err := chat.ParseID(to); err == nil {
		if with, ok := c.chats.With(id); ok {
			return with, nil
		}
	}
	person, err := c.people.one(to)
	var e *api.Error
	unknown := errors.As(err, &e) && e.Code == api.CodeUnknown
	if err != nil && !unknown || err == nil && name.Same(c.people.called(person), to) {
		return person, err
	}
	begun, listErr := c.begun(ctx, to)
	switch {
	case listErr != nil:
		return identity.PersonID{}, listErr
	case len(begun) == 0:
		return person, err
	case len(begun) == 1 && (unknown || begun[0].With == person):
		return begun[0].With, nil
	}
	several := told(api.CodeAmbiguous, "%s is the beginning of several IDs; give more of one", name.Quote(to))
	if !unknown {
		several.Candidates = append(several.Candidates, api.Candidate{ID: person.String(), Name: c.people.called(person)})
	}
	for _, one := range begun {
		several.Candidates = append(several.Candidates, api.Candidate{ID: one.ID.String(), Name: c.people.called(one.With)})
	}
	return identity.PersonID{}, several
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
