package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"lanyard/internal/api"
)

// TestCommandsHoldNoNames: a command that is printed to be copied holds nothing that somebody else chose, which a shell might run.
func TestCommandsHoldNoNames(t *testing.T) {
	const id = "BAENTRA-EV6ABOB-7BESTPL-J4VYP3Q-Y3J3N4V-JARR73W-VXDDCSN-Y2JEPQQ"
	w := api.Words{Person: id, Name: `Ben$(touch pwned)`, State: "comparing"}
	body, err := json.Marshal(w)
	if err != nil {
		t.Fatal(err)
	}
	for about, tell := range map[string]func(*call) error{
		"in watch": func(c *call) error {
			return tellEvent(t.Context(), c, newWatched(nil), api.Event{Type: api.EventWords, Raw: body}, time.Unix(0, 0))
		},
		"who began": func(c *call) error { printWords(c, w); return nil },
	} {
		var out bytes.Buffer
		c := newCall("", nil, flags{}, io.MultiReader(), &out, io.Discard)
		if err := tell(c); err != nil {
			t.Fatal(err)
		}
		if err := c.out.Flush(); err != nil {
			t.Fatal(err)
		}
		_, command, found := strings.Cut(out.String(), "lanyard verify ")
		if !found || !strings.HasPrefix(command, id) || strings.Contains(command, "$") {
			t.Errorf("%s: %q", about, out.String())
		}
	}
}

// TestWatchSaysWhere: what was said in a room, to the office or to one alone can be told apart, and with whom a message got further.
func TestWatchSaysWhere(t *testing.T) {
	asked := 0
	w := newWatched(func(_ context.Context, id string) (api.Conversation, error) {
		asked++
		switch id {
		case "room":
			return api.Conversation{ID: id, Name: "Budget", Room: &api.Room{}}, nil
		case "office":
			return api.Conversation{ID: id, Name: "Office", Office: true}, nil
		case "ben":
			return api.Conversation{ID: id, Name: "Ben", Person: "BEN"}, nil
		}
		return api.Conversation{}, &api.Error{Code: api.CodeUnknown, Text: "there is none"}
	})
	alike := api.Author{Name: "Ben", Apart: "dora-pc"}
	ben, anna, at := api.Author{Name: "Ben"}, api.Author{Name: "Anna"}, time.Date(2026, 11, 22, 7, 32, 0, 0, time.Local)
	message := func(in string, by api.Author) api.Message {
		return api.Message{ID: "0123456789abcdef", Conversation: in, Author: by, Mine: by == anna, Kind: "text", Text: "hey", Time: at}
	}
	for _, c := range []struct {
		kind  string
		value any
		want  string
	}{
		{api.EventMessage, message("room", ben), "07:32  Ben in Budget: hey\n"},
		{api.EventMessage, message("room", anna), "07:32  Anna in Budget: hey\n"},
		{api.EventMessage, message("office", ben), "07:32  Ben to everybody in the office: hey\n"},
		{api.EventMessage, message("ben", ben), "07:32  Ben: hey\n"},
		{api.EventMessage, message("ben", anna), "07:32  Anna to Ben: hey\n"},
		{api.EventMessage, message("gone", ben), "07:32  Ben: hey\n"},
		{api.EventAmended, message("room", ben), "07:32  message 012345678 of Ben in Budget is now: hey\n"},
		{api.EventMessage, message("room", alike), "07:32  Ben (dora-pc) in Budget: hey\n"},
		{api.EventState, api.StateChange{ID: "0123456789abcdef", Conversation: "room", Name: "Ben", Apart: "dora-pc", State: "carried", Through: []api.Author{alike}}, "07:32  message 012345678 is carried by Ben (dora-pc) for Ben (dora-pc)\n"},
		{api.EventRoom, api.RoomChange{ID: "other", Name: "Lunch", What: "invited", By: ben, Who: alike, Time: at}, "07:32  room Lunch: Ben invited Ben (dora-pc)\n"},
		{api.EventReminder, message("room", ben), "07:32  reminder: Ben in Budget: hey\n"},
		{api.EventConversation, api.Conversation{ID: "room", Name: "Budget 2027"}, ""},
		{api.EventMessage, message("room", ben), "07:32  Ben in Budget 2027: hey\n"},
		{api.EventRoom, api.RoomChange{ID: "room", Name: "Budget", What: "renamed", By: ben, Time: at}, "07:32  room Budget: Ben gave it this name\n"},
		{api.EventMessage, message("room", ben), "07:32  Ben in Budget: hey\n"},
		{api.EventState, api.StateChange{ID: "0123456789abcdef", Conversation: "room", Name: "Carla", State: "delivered"}, "07:32  message 012345678 is delivered to Carla\n"},
		{api.EventState, api.StateChange{ID: "0123456789abcdef", Conversation: "room", Name: "Carla", State: "read"}, "07:32  message 012345678 is read by Carla\n"},
		{api.EventState, api.StateChange{ID: "0123456789abcdef", Conversation: "room", Name: "Carla", State: "carried", Through: []api.Author{ben}}, "07:32  message 012345678 is carried by Ben for Carla\n"},
		{api.EventState, api.StateChange{ID: "0123456789abcdef", Conversation: "room", Name: "Carla", State: "waiting"}, "07:32  message 012345678 waits for Carla\n"},
	} {
		body, err := json.Marshal(c.value)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		to := newCall("", nil, flags{}, io.MultiReader(), &out, io.Discard)
		e := api.Event{Type: c.kind, Raw: body}
		if err := errors.Join(w.hears(e), tellEvent(t.Context(), to, w, e, at), to.out.Flush()); err != nil {
			t.Fatal(err)
		}
		if out.String() != c.want {
			t.Errorf("%s: %q, not %q", c.kind, out.String(), c.want)
		}
	}
	if asked != 5 { // of each once, and once more of the room that got another name
		t.Errorf("asked %d times", asked)
	}
}
