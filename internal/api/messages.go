package api

import (
	"context"
	"time"
)

// PostRequest is the body of POST /conversations/{to}/messages. All but Text may be left out.
type PostRequest struct {
	Text     string   `json:"text"`
	ReplyTo  string   `json:"replyTo,omitempty"`  // ID of a message of the same conversation
	Mentions []string `json:"mentions,omitempty"` // persons, at most 32, and groups of the room, at most 8; nil: whose names stand in the text after an @
	From     string   `json:"from,omitempty"`     // name of the person whose words these are

	OnlyInside bool `json:"onlyInside,omitempty"` // refuse a mention of somebody who is not in the conversation: they would not hear of it
}

// EditRequest is the body of PUT /messages/{id}.
type EditRequest struct {
	Text     string   `json:"text"`
	Mentions []string `json:"mentions,omitempty"` // as in PostRequest, in the place of those before
}

// ReactionRequest is the body of PUT /messages/{id}/reaction.
type ReactionRequest struct {
	Emoji string `json:"emoji"`
	On    bool   `json:"on"`
}

// SwitchRequest is the body of PUT /messages/{id}/pin, PUT /messages/{id}/star and PUT /conversations/{to}/mute.
type SwitchRequest struct {
	On bool `json:"on"`
}

// ForwardRequest is the body of POST /messages/{id}/forward.
type ForwardRequest struct {
	To string `json:"to"`
}

// DraftRequest is the body of PUT /conversations/{to}/draft.
type DraftRequest struct {
	Text string `json:"text"`
}

// Quote is what a message replies to, as it is now. Here is false while that is not on this machine.
type Quote struct {
	ID      string `json:"id"`
	Here    bool   `json:"here"`
	Author  Author `json:"author"` // empty if not here, as is the kind
	Kind    string `json:"kind"`
	Text    string `json:"text,omitempty"` // the beginning; for a file its name
	Deleted bool   `json:"deleted,omitempty"`
	Office  bool   `json:"office,omitempty"` // it is an announcement
}

// Reaction is one emoji below a message, and who reacted with it: their number, and the first 16 of them.
type Reaction struct {
	Emoji string   `json:"emoji"`
	Count int      `json:"count"`
	By    []Author `json:"by"`
	Mine  bool     `json:"mine"`
}

// Version is one wording of a message.
type Version struct {
	Text string    `json:"text"`
	Time time.Time `json:"time"`

	Refused bool    `json:"refused,omitempty"` // ours alone: we were no member of the room any more and did not know; the message does not say it
	Deleted *Author `json:"deleted,omitempty"` // who deleted the message then: the only one left, without a text
}

// Post writes a text with what stands beside it to a person. It returns once the message is durable on this machine.
func (c *Client) Post(ctx context.Context, to string, p PostRequest) (Message, error) {
	var v Message
	return v, c.call(ctx, "POST", at("conversations", to, "messages"), p, &v)
}

// Message returns one message, of whatever conversation.
func (c *Client) Message(ctx context.Context, id string) (Message, error) {
	var v Message
	return v, c.call(ctx, "GET", at("messages", id), nil, &v)
}

// Edit gives a text of ours new words.
func (c *Client) Edit(ctx context.Context, id, text string) (Message, error) {
	var v Message
	return v, c.call(ctx, "PUT", at("messages", id), EditRequest{Text: text}, &v)
}

// Delete takes a message of ours back, for everybody.
func (c *Client) Delete(ctx context.Context, id string) (Message, error) {
	var v Message
	return v, c.call(ctx, "DELETE", at("messages", id), nil, &v)
}

// React adds our reaction to a message, or takes it off.
func (c *Client) React(ctx context.Context, id, emoji string, on bool) (Message, error) {
	var v Message
	return v, c.call(ctx, "PUT", at("messages", id, "reaction"), ReactionRequest{emoji, on}, &v)
}

// Pin pins a message for both sides, or takes the pin off.
func (c *Client) Pin(ctx context.Context, id string, on bool) (Message, error) {
	var v Message
	return v, c.call(ctx, "PUT", at("messages", id, "pin"), SwitchRequest{on}, &v)
}

// Pinned lists the messages pinned in a conversation, the newest pin first.
func (c *Client) Pinned(ctx context.Context, to string) ([]Message, error) {
	var v []Message
	return v, c.call(ctx, "GET", at("conversations", to, "pins"), nil, &v)
}

// Versions returns what a message said, oldest first: its first text and at most the 99 newest edits.
func (c *Client) Versions(ctx context.Context, id string) ([]Version, error) {
	var v []Version
	return v, c.call(ctx, "GET", at("messages", id, "versions"), nil, &v)
}

// Star marks a message for ourselves alone, or takes the star off.
func (c *Client) Star(ctx context.Context, id string, on bool) (Message, error) {
	var v Message
	return v, c.call(ctx, "PUT", at("messages", id, "star"), SwitchRequest{on}, &v)
}

// Starred lists the messages we starred, the newest star first.
func (c *Client) Starred(ctx context.Context) ([]Message, error) {
	var v []Message
	return v, c.call(ctx, "GET", "/stars", nil, &v)
}

// Forward passes the words or the file of a message on to a person or into a room.
func (c *Client) Forward(ctx context.Context, id, to string) (Message, error) {
	var v Message
	return v, c.call(ctx, "POST", at("messages", id, "forward"), ForwardRequest{to}, &v)
}

// Mute has a conversation ring no more, or again.
func (c *Client) Mute(ctx context.Context, to string, on bool) (Conversation, error) {
	var v Conversation
	return v, c.call(ctx, "PUT", at("conversations", to, "mute"), SwitchRequest{on}, &v)
}

// MarkUnread has a conversation look unread until it is read again.
func (c *Client) MarkUnread(ctx context.Context, to string) (Conversation, error) {
	var v Conversation
	return v, c.call(ctx, "PUT", at("conversations", to, "unread"), nil, &v)
}

// Draft keeps what is being written to a person.
func (c *Client) Draft(ctx context.Context, to, text string) (Conversation, error) {
	var v Conversation
	return v, c.call(ctx, "PUT", at("conversations", to, "draft"), DraftRequest{text}, &v)
}
