package api

import "context"

// WritingRequest is the body of PUT /conversations/{to}/writing. Text goes only to whom live text is switched on with, by both.
type WritingRequest struct {
	Writes bool   `json:"writes"` // somebody is typing; false: it was cleared or sent
	Text   string `json:"text,omitempty"`
}

// Writing tells that somebody writes in a conversation, or no more.
type Writing struct {
	Conversation string `json:"conversation"`
	Person       string `json:"person"`
	Name         string `json:"name"`
	Writes       bool   `json:"writes"`
}

// LiveText is what somebody is writing to us at this moment; an empty text: nothing any more.
type LiveText struct {
	Person string `json:"person"`
	Name   string `json:"name"`
	Text   string `json:"text"`
}

// Writing tells that our person writes. The agent sees to the pace: it may be called with every key.
func (c *Client) Writing(ctx context.Context, to string, w WritingRequest) error {
	return c.call(ctx, "PUT", at("conversations", to, "writing"), w, nil)
}
