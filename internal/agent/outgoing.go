package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"lanyard/chat"
	"lanyard/chat/event"
	"lanyard/internal/api"
	"lanyard/internal/hook"
	"lanyard/internal/identity"
)

// follow reads what comes next for an outgoing hook: each message as an event of the local API's stream.
func (h *hooks) follow(ctx context.Context, target string, behind []byte, own bool, limit int) (items []hook.Item, end []byte, err error) {
	in, err := h.talks.find(ctx, target)
	if err != nil {
		return nil, nil, err
	}
	all, end, err := h.talks.chats.Follow(ctx, in, behind, own, limit)
	if err != nil {
		return nil, nil, err
	}
	items = make([]hook.Item, len(all))
	for i, one := range all {
		body, err := json.Marshal(struct {
			Type string `json:"type"`
			api.Message
		}{api.EventMessage, h.talks.message(one.Message)})
		if err != nil {
			return nil, nil, err
		}
		items[i] = hook.Item{Body: body, Bookmark: one.Bookmark}
	}
	return items, end, nil
}

// stir wakes the hooks of a conversation, which they know by the other person where it has one.
func (h *hooks) stir(in event.ConversationID, with identity.PersonID) {
	if with != (identity.PersonID{}) {
		h.hooks.Stir(with.String())
		return
	}
	h.hooks.Stir(in.String())
}

// Hooks lists the outgoing ones.
func (h *hooks) Hooks(ctx context.Context) ([]api.Hook, error) {
	all := h.hooks.Outgoing()
	rows := make([]api.Hook, len(all))
	for i, one := range all {
		var err error
		if rows[i], err = h.outgoing(ctx, one); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

func (h *hooks) outgoing(ctx context.Context, one hook.Outgoing) (api.Hook, error) {
	row := api.Hook{ID: one.ID, Command: one.Command, URL: one.URL, Own: one.Own, State: stateOf(one), Given: one.Given, Result: one.Result, Time: one.Made}
	row.Conversation, row.Person, row.To = h.aim(ctx, one.Target)
	if !one.Tried.IsZero() {
		row.Last = &one.Tried
	}
	if in, err := h.talks.find(ctx, one.Target); err == nil {
		if row.Waiting, err = h.talks.chats.Behind(ctx, in, one.Bookmark, one.Own); err != nil {
			return row, chatError(err)
		}
	}
	return row, nil
}

func stateOf(o hook.Outgoing) string {
	switch {
	case o.Stopped:
		return "stopped"
	case o.Failures > 0:
		return "failing"
	}
	return "running"
}

// AddHook makes an outgoing one, for what comes from now on.
func (h *hooks) AddHook(ctx context.Context, to string, r api.NewHookRequest) (api.Hook, error) {
	target, err := h.target(ctx, to)
	if err != nil {
		return api.Hook{}, err
	}
	in, err := h.talks.find(ctx, target)
	if err != nil {
		return api.Hook{}, err
	}
	if err := h.talks.chats.MayWrite(ctx, in); err != nil && !errors.Is(err, chat.ErrOffice) { // announcements are written otherwise, and heard all the same
		return api.Hook{}, chatError(err)
	}
	now, err := h.talks.chats.Bookmark(ctx, in)
	if err != nil {
		return api.Hook{}, chatError(err)
	}
	one, err := h.hooks.AddOutgoing(ctx, hook.Outgoing{Target: target, Command: r.Command, URL: r.URL, Own: r.Own, Progress: hook.Progress{Bookmark: now}})
	if err != nil {
		return api.Hook{}, diskErrorOr(err, api.CodeInternal)
	}
	return h.outgoing(ctx, one)
}

// ResumeHook lets one go on that stopped.
func (h *hooks) ResumeHook(ctx context.Context, id string) (api.Hook, error) {
	one, err := h.hooks.Resume(ctx, id)
	if err != nil {
		return api.Hook{}, diskErrorOr(err, api.CodeInternal)
	}
	return h.outgoing(ctx, one)
}

// RemoveHook ends one.
func (h *hooks) RemoveHook(ctx context.Context, id string) error {
	return h.hooks.RemoveOutgoing(ctx, id)
}

// stopped are the hooks that failed too often, as problems.
func (h *hooks) stopped(ctx context.Context) []api.Problem {
	var all []api.Problem
	for _, one := range h.hooks.Outgoing() {
		if !one.Stopped {
			continue
		}
		_, _, title := h.aim(ctx, one.Target)
		all = append(all, api.Problem{ID: one.ID, Severity: "warning", Text: fmt.Sprintf("The hook on %s has stopped, since it failed %d times: %s.", title, one.Failures, strings.TrimSuffix(one.Result, ".")),
			Remedy: "When that is mended, lanyard hook resume " + one.ID + " goes on where it stopped; lanyard hook remove ends it."})
	}
	return all
}

// hooksTold tells which hooks have stopped.
func (l *life) hooksTold() { l.problems.set("hooks", l.hooks.stopped(l.ended)) }

// portMoved tells that programs have to post to another address: another program has the port that webhooks had before.
func (l *life) portMoved(from, to int) {
	if from == 0 || from == to || len(l.hooks.hooks.Webhooks()) == 0 {
		l.problems.set("webhooks", nil)
		return
	}
	l.problems.set("webhooks", []api.Problem{{ID: "port", Severity: "warning", Text: fmt.Sprintf("Another program has port %d, so webhooks answer at http://127.0.0.1:%d%s now.", from, to, hook.Path),
		Remedy: "Give the programs that post the new port."}})
}
