package api

import (
	"context"
	"net/url"
	"strconv"
	"time"
)

// Conversations lists all conversations, the one with the newest message first.
func (c *Client) Conversations(ctx context.Context) ([]Conversation, error) {
	var v []Conversation
	return v, c.call(ctx, "GET", "/conversations", nil, &v)
}

// Conversation returns one conversation, also one in which nothing was said yet, with its Trust.
func (c *Client) Conversation(ctx context.Context, to string) (Conversation, error) {
	var v Conversation
	return v, c.call(ctx, "GET", at("conversations", to), nil, &v)
}

// Messages returns a page of a conversation. To is a person's or conversation's ID, a name, or an ID prefix of 8 or more characters.
func (c *Client) Messages(ctx context.Context, to string, q Query) (Page, error) {
	v := url.Values{}
	for key, text := range map[string]string{"before": q.Before, "after": q.After, "around": q.Around, "search": q.Search} {
		if text != "" {
			v.Set(key, text)
		}
	}
	if !q.Since.IsZero() {
		v.Set("since", q.Since.Format(time.RFC3339Nano))
	}
	if q.Limit > 0 {
		v.Set("limit", strconv.Itoa(q.Limit))
	}
	path := at("conversations", to, "messages")
	if len(v) > 0 {
		path += "?" + v.Encode()
	}
	var page Page
	return page, c.call(ctx, "GET", path, nil, &page)
}

// Send writes a text to a person. It returns once the message is durable on this machine.
func (c *Client) Send(ctx context.Context, to, text string) (Message, error) {
	var v Message
	return v, c.call(ctx, "POST", at("conversations", to, "messages"), PostRequest{Text: text}, &v)
}

// Read marks a conversation as read up to a message; with an empty upTo, all of it.
func (c *Client) Read(ctx context.Context, to, upTo string) (Conversation, error) {
	var v Conversation
	return v, c.call(ctx, "PUT", at("conversations", to, "read"), ReadRequest{upTo}, &v)
}
