package agent

import (
	"context"
	"errors"

	"lanyard/chat"
	"lanyard/chat/event"
	"lanyard/internal/api"
	"lanyard/internal/markdown"
)

// messageID returns the message that an ID, or a beginning of one of 8 or more characters that no other message here has, means.
func (c *conversations) messageID(ctx context.Context, text string) (event.ID, error) {
	if id, err := event.ParseID(text); err == nil {
		if id == (event.ID{}) { // it stands for none where one may be left out
			return id, told(api.CodeNotFound, "there is no message %s here: look up its ID again", abridged(text))
		}
		return id, nil
	}
	ids, err := c.chats.Beginning(ctx, text)
	switch {
	case errors.Is(err, event.ErrUnknown):
		return event.ID{}, told(api.CodeNotFound, "\"%s\" is no ID of a message: it has 64 characters of 0 to 9 and a to f, of which the first %d do", abridged(text), chat.MinBeginning)
	case err != nil:
		return event.ID{}, chatError(err)
	case len(ids) == 0:
		return event.ID{}, told(api.CodeNotFound, "there is no message %s here: look up its ID again", abridged(text))
	case len(ids) == 1:
		return ids[0], nil
	}
	e := told(api.CodeAmbiguous, "several messages have an ID that begins so; give more of it")
	for _, id := range ids {
		m, err := c.chats.Message(ctx, id)
		if err != nil {
			continue // it went just now
		}
		e.Candidates = append(e.Candidates, api.Candidate{ID: id.String(), Name: c.people.called(m.Author) + ": " + markdown.Gist(m.Text)})
	}
	return event.ID{}, e
}
