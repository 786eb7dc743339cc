package main

import (
	"context"
	"maps"
	"slices"

	"lanyard/internal/api"
)

// watched knows the conversations of what is watched, as their events tell of them, and asks for one that no event has told of.
type watched struct {
	ask  func(ctx context.Context, id string) (api.Conversation, error)
	rows map[string]api.Conversation // by ID
}

func newWatched(ask func(ctx context.Context, id string) (api.Conversation, error)) *watched {
	return &watched{ask: ask, rows: map[string]api.Conversation{}}
}

// conversation returns what is known of a conversation; one that is not there any more has no name.
func (w *watched) conversation(ctx context.Context, id string) (api.Conversation, error) {
	if row, known := w.rows[id]; known {
		return row, nil
	}
	row, err := w.ask(ctx, id)
	if err != nil && !slices.Contains([]string{api.CodeUnknown, api.CodeNotFound, api.CodeGone}, api.CodeOf(err)) {
		return api.Conversation{}, err
	}
	w.rows[id] = row
	return row, nil
}

// hears notes what an event tells of conversations.
func (w *watched) hears(e api.Event) error {
	switch e.Type {
	case api.EventConversation:
		return told(e, func(row api.Conversation) { w.rows[row.ID] = row })
	case api.EventRoom:
		return told(e, func(r api.RoomChange) { delete(w.rows, r.ID) }) // its name may be another
	case api.EventPresence:
		return told(e, func(p api.Peer) { // theirs may be another, or what tells them apart
			maps.DeleteFunc(w.rows, func(_ string, row api.Conversation) bool { return row.Person == p.Person })
		})
	}
	return nil
}

// where says after an author's name where they wrote: in a room, to the office or, of what is ours, to whom. What somebody writes to us alone says it by their name.
func (w *watched) where(ctx context.Context, m api.Message) (string, error) {
	row, err := w.conversation(ctx, m.Conversation)
	switch {
	case err != nil:
		return "", err
	case row.Office:
		return " to everybody in the office", nil
	case row.Person != "" && m.Mine:
		return " to " + row.Distinct(), nil
	case row.Person != "" || row.Name == "":
		return "", nil
	}
	return " in " + row.Name, nil
}
