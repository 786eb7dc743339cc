package main

import (
	"testing"

	"lanyard/internal/api"
)

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
