package agent

import (
	"context"
	"errors"

	"lanyard/chat"
	"lanyard/internal/api"
	"lanyard/internal/hook"
)

// hooks joins conversations with programs of this machine, as the local API has it. A hook's target is a person's ID, or a room's.
type hooks struct {
	hooks *hook.Hooks
	talks *conversations
	door  *door
}

// post writes what a program posted.
func (h *hooks) post(ctx context.Context, target, text, through string) (string, error) {
	in, err := h.talks.find(ctx, target)
	if err != nil {
		return "", gone(err)
	}
	sent, err := h.talks.chats.Post(ctx, in, chat.Post{Text: text, Hook: through})
	switch {
	case errors.Is(err, chat.ErrNoMember), errors.Is(err, chat.ErrNoConversation), errors.Is(err, chat.ErrStranger):
		return "", gone(err)
	case err != nil:
		return "", chatError(err)
	}
	return sent.ID.String(), nil
}

// gone is the answer where the conversation of a hook cannot be written into any more.
func gone(err error) error {
	if code := api.CodeOf(err); code != "" && code != api.CodeUnknown {
		return err
	}
	if errors.Is(err, chat.ErrNoMember) {
		return told(api.CodeGone, "you are no member of this webhook's room any more: ask a member to invite you, or remove the webhook")
	}
	return told(api.CodeGone, "the conversation of this webhook is not there any more: remove the webhook")
}

// target is how a hook names a conversation, over restarts and other names.
func (h *hooks) target(ctx context.Context, to string) (string, error) {
	in, err := h.talks.find(ctx, to)
	if err != nil {
		return "", err
	}
	person, _, err := h.talks.titled(ctx, in)
	if err != nil {
		return "", err
	}
	if person != "" {
		return person, nil
	}
	return in.String(), nil
}

// aim is a target as people see it; nothing of one that is gone.
func (h *hooks) aim(ctx context.Context, target string) (conversation, person, title string) {
	in, err := h.talks.find(ctx, target)
	if err != nil {
		return "", "", ""
	}
	if person, title, err = h.talks.titled(ctx, in); err != nil {
		return "", "", ""
	}
	return in.String(), person, title
}

// Webhooks lists them.
func (h *hooks) Webhooks(ctx context.Context) ([]api.Webhook, error) {
	all := h.hooks.Webhooks()
	rows := make([]api.Webhook, len(all))
	if len(all) == 0 {
		return rows, nil
	}
	address, err := h.door.address()
	if err != nil {
		return nil, err
	}
	for i, one := range all {
		rows[i] = h.webhook(ctx, one, address)
	}
	return rows, nil
}

func (h *hooks) webhook(ctx context.Context, one hook.Webhook, address string) api.Webhook {
	row := api.Webhook{ID: one.ID, Name: one.Name, Address: address + hook.Path, Time: one.Made}
	row.Conversation, row.Person, row.To = h.aim(ctx, one.Target)
	if !one.Used.IsZero() {
		row.Used = &one.Used
	}
	return row
}

// CreateWebhook makes one, and opens the port at which it answers.
func (h *hooks) CreateWebhook(ctx context.Context, to, name string) (api.Webhook, error) {
	target, err := h.target(ctx, to)
	if err != nil {
		return api.Webhook{}, err
	}
	in, err := h.talks.find(ctx, target)
	if err == nil {
		err = chatError(h.talks.chats.MayWrite(ctx, in))
	}
	if err != nil {
		return api.Webhook{}, err
	}
	address, err := h.door.address()
	if err != nil {
		return api.Webhook{}, err
	}
	one, token, err := h.hooks.CreateWebhook(ctx, target, name)
	if err != nil {
		return api.Webhook{}, diskErrorOr(err, api.CodeInternal)
	}
	row := h.webhook(ctx, one, address)
	row.URL = row.Address + "/" + token
	return row, nil
}

// RemoveWebhook ends one.
func (h *hooks) RemoveWebhook(ctx context.Context, id string) error {
	return h.hooks.RemoveWebhook(ctx, id)
}
