package api

import (
	"context"
	"time"
)

// Webhook lets a program of this machine write into one conversation: by POST to Address with its token as bearer, or to Address/TOKEN, which is URL.
type Webhook struct {
	ID           string     `json:"id"`
	Name         string     `json:"name"` // shown with each message
	Conversation string     `json:"conversation"`
	Person       string     `json:"person"` // the other person of a direct conversation; empty for a room
	To           string     `json:"to"`     // what the conversation is called
	Address      string     `json:"address"`
	URL          string     `json:"url,omitempty"` // only in the answer to making it: the token is not stored
	Time         time.Time  `json:"time"`          // when it was made
	Used         *time.Time `json:"used,omitempty"`
}

// NewWebhookRequest is the body of POST /conversations/{to}/webhooks.
type NewWebhookRequest struct {
	Name string `json:"name,omitempty"`
}

// Webhooks lists the webhooks, the oldest first.
func (c *Client) Webhooks(ctx context.Context) ([]Webhook, error) {
	var v []Webhook
	return v, c.call(ctx, "GET", "/webhooks", nil, &v)
}

// CreateWebhook makes a webhook for a conversation.
func (c *Client) CreateWebhook(ctx context.Context, to, name string) (Webhook, error) {
	var v Webhook
	return v, c.call(ctx, "POST", at("conversations", to, "webhooks"), NewWebhookRequest{name}, &v)
}

// RemoveWebhook ends a webhook.
func (c *Client) RemoveWebhook(ctx context.Context, id string) error {
	return c.call(ctx, "DELETE", at("webhooks", id), nil, nil)
}
