package main

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"lanyard/internal/api"
)

// TestHowMuchOfAFileIsThere: what is on its way tells how much of it, how fast and how long, as far as that is known.
func TestHowMuchOfAFileIsThere(t *testing.T) {
	for _, test := range []struct {
		name     string
		progress api.Progress
		says     string
	}{
		{"nothing yet", api.Progress{Total: 30e6}, ""},
		{"under way", api.Progress{Done: 12e6, Total: 30e6, Rate: 3e6, Left: 6}, ", 12.0 MB of 30.0 MB, 3.0 MB/s, 6s left"},
		{"held", api.Progress{Done: 12e6, Total: 30e6}, ", 12.0 MB of 30.0 MB"},
		{"all of it", api.Progress{Done: 30e6, Total: 30e6, Rate: 3e6}, ""},
	} {
		if says := moving(test.progress); says != test.says {
			t.Errorf("%s: %q, not %q", test.name, says, test.says)
		}
	}
	var out bytes.Buffer
	c := newCall("", nil, flags{}, io.MultiReader(), &out, io.Discard)
	printFiles(c, []api.File{{Name: "tone.wav", Size: 30e6, State: "receiving", Progress: api.Progress{Done: 12e6, Total: 30e6, Rate: 3e6, Left: 6}}})
	if err := c.out.Flush(); err != nil || !strings.Contains(out.String(), "receiving, 12.0 MB of 30.0 MB, 3.0 MB/s, 6s left") {
		t.Errorf("%s %v", &out, err)
	}
}

func TestHowFarAFileIs(t *testing.T) {
	ben, carla, dora, eva := api.Author{ID: "B", Name: "Ben Adler"}, api.Author{ID: "C", Name: "Carla Roth"}, api.Author{ID: "D", Name: "Dora Klein"}, api.Author{ID: "E", Name: "Eva Lund"}
	for _, test := range []struct {
		name string
		file api.File
		says string
	}{
		{"nobody answered", api.File{State: "offered"}, "offered"},
		{"one has it, one fetches it, one cannot", api.File{State: "accepted", Has: []api.Author{ben, carla}, Taking: []api.Author{dora, eva}, NoRoom: []api.Author{eva}},
			"accepted: received by Ben Adler and Carla Roth; still to be received by Dora Klein; no room on the disk of Eva Lund"},
		{"one has it, one was asked", api.File{State: "accepted", Has: []api.Author{ben}, Asked: []api.Author{carla, dora}}, "accepted: received by Ben Adler; not answered by Carla Roth and Dora Klein"},
		{"two were asked", api.File{State: "offered", Asked: []api.Author{carla, dora}}, "offered: not answered by Carla Roth and Dora Klein"},
		{"taken back when one had it", api.File{State: "withdrawn", Has: []api.Author{ben}}, "withdrawn: received by Ben Adler"},
		{"held by oneself", api.File{State: "paused", Paused: "here", Has: []api.Author{ben}, NoRoom: []api.Author{eva}}, "paused here"},
		{"a full disk at the other end", api.File{State: "paused", Paused: "there", NoRoom: []api.Author{eva}}, "paused there: no room on the disk of Eva Lund"},
		{"everybody has it", api.File{State: "received", Has: []api.Author{ben, carla}}, "received"},
		{"a problem of our own", api.File{State: "problem", Problem: "the disk is full"}, "problem: the disk is full"},
	} {
		if says := howFar(test.file); says != test.says {
			t.Errorf("%s: %q, not %q", test.name, says, test.says)
		}
	}
}
