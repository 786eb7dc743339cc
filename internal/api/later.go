package api

import (
	"context"
	"time"
)

// Later is what happens at a time, or as soon as the agent runs after it: a text is sent, or we are reminded of a message.
type Later struct {
	ID           string    `json:"id"`
	Conversation string    `json:"conversation"`
	Person       string    `json:"person"` // the other one of a direct conversation; empty for a room
	Name         string    `json:"name"`
	Apart        string    `json:"apart,omitempty"` // as of a Conversation
	Time         time.Time `json:"time"`
	Text         string    `json:"text,omitempty"` // to be sent
	Mentions     []Author  `json:"mentions,omitempty"`
	Groups       []string  `json:"groups,omitempty"`  // that it mentions
	Message      string    `json:"message,omitempty"` // ID of the one to be reminded of, or of the one that the text replies to
	About        *Quote    `json:"about,omitempty"`   // that message as it is now
	Problem      string    `json:"problem,omitempty"` // why it could not be sent, or did not happen, although it was due
	Again        bool      `json:"again,omitempty"`   // it is tried again each minute
	Rung         bool      `json:"rung,omitempty"`    // we were reminded; it stays until it is cancelled or given another time
}

// In is what the conversation is called, as of a Conversation.
func (l *Later) In() string { return distinct(l.Name, l.Apart) }

// LaterRequest is the body of POST /conversations/{to}/later; without Text of POST /messages/{id}/reminder; without ReplyTo of PUT /later/{id}.
type LaterRequest struct {
	Text     string    `json:"text,omitempty"`
	ReplyTo  string    `json:"replyTo,omitempty"`  // ID of a message of the same conversation
	Mentions []string  `json:"mentions,omitempty"` // as in PostRequest; in PUT in the place of those before
	Time     time.Time `json:"time"`

	OnlyInside bool `json:"onlyInside,omitempty"` // as in PostRequest; not in PUT
}

// SendLater has a text sent to a person or into a room at a time.
func (c *Client) SendLater(ctx context.Context, to string, l LaterRequest) (Later, error) {
	var v Later
	return v, c.call(ctx, "POST", at("conversations", to, "later"), l, &v)
}

// Remind has us reminded of a message at a time.
func (c *Client) Remind(ctx context.Context, id string, moment time.Time) (Later, error) {
	var v Later
	return v, c.call(ctx, "POST", at("messages", id, "reminder"), LaterRequest{Time: moment}, &v)
}

// Laters lists what is to happen later, the next first.
func (c *Client) Laters(ctx context.Context) ([]Later, error) {
	var v []Later
	return v, c.call(ctx, "GET", "/later", nil, &v)
}

// ChangeLater gives a text that waits other words, with whom they mention, and another time, and a reminder (text empty) another time.
func (c *Client) ChangeLater(ctx context.Context, id string, l LaterRequest) (Later, error) {
	var v Later
	return v, c.call(ctx, "PUT", at("later", id), l, &v)
}

// CancelLater takes back what is to happen later.
func (c *Client) CancelLater(ctx context.Context, id string) error {
	return c.call(ctx, "DELETE", at("later", id), nil, nil)
}
