package main

import (
	"bytes"
	"encoding/json"
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
			return tellEvent(c, api.Event{Type: api.EventWords, Raw: body}, time.Unix(0, 0))
		},
		"who began": func(c *call) error { printWords(c, w); return nil },
	} {
		var out bytes.Buffer
		c := newCall("", nil, flags{}, io.MultiReader(), &out)
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
