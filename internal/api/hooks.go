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

// Hook gives each message of one conversation to a command or to an address of this machine.
type Hook struct {
	ID           string     `json:"id"`
	Conversation string     `json:"conversation"`
	Person       string     `json:"person"` // the other person of a direct conversation; empty for a room
	To           string     `json:"to"`     // what the conversation is called
	Command      []string   `json:"command,omitempty"`
	URL          string     `json:"url,omitempty"`
	Own          bool       `json:"own"`
	State        string     `json:"state"`   // running, failing (it is tried again), stopped
	Waiting      int        `json:"waiting"` // messages that were not taken yet
	Given        int        `json:"given"`   // messages that were
	Result       string     `json:"result,omitempty"`
	Last         *time.Time `json:"last,omitempty"` // when it was last tried
	Time         time.Time  `json:"time"`           // when it was made
}

// NewHookRequest is the body of POST /conversations/{to}/hooks: Command, a program's absolute path and its arguments, or URL.
type NewHookRequest struct {
	Command []string `json:"command,omitempty"`
	URL     string   `json:"url,omitempty"`
	Own     bool     `json:"own,omitempty"` // also what our person writes, and what comes through webhooks of theirs
}

// Hooks lists the outgoing hooks, the oldest first.
func (c *Client) Hooks(ctx context.Context) ([]Hook, error) {
	var v []Hook
	return v, c.call(ctx, "GET", "/hooks", nil, &v)
}

// AddHook makes an outgoing hook for what comes into a conversation from now on.
func (c *Client) AddHook(ctx context.Context, to string, r NewHookRequest) (Hook, error) {
	var v Hook
	return v, c.call(ctx, "POST", at("conversations", to, "hooks"), r, &v)
}

// ResumeHook lets a hook go on that stopped.
func (c *Client) ResumeHook(ctx context.Context, id string) (Hook, error) {
	var v Hook
	return v, c.call(ctx, "POST", at("hooks", id, "resume"), nil, &v)
}

// RemoveHook ends an outgoing hook.
func (c *Client) RemoveHook(ctx context.Context, id string) error {
	return c.call(ctx, "DELETE", at("hooks", id), nil, nil)
}
