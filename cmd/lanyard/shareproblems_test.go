package main

import (
	"fmt"
	"testing"

	"lanyard/internal/api"
)

// TestByActor: what you can do something about comes first, then each member's as they come, then what ends by itself; nothing is left out.
func TestByActor(t *testing.T) {
	t.Parallel()
	ben, carla := &api.Author{ID: "b", Name: "Ben"}, &api.Author{ID: "c", Name: "Carla"}
	problems := []api.Problem{{Text: "1", Act: "nobody"}, {Text: "2", Act: "member", Who: carla}, {Text: "3"}, {Text: "4", Act: "member", Who: ben}, {Text: "5", Act: "you"}, {Text: "6", Act: "member", Who: carla}}
	got := ""
	for _, g := range byActor(problems) {
		got += g.title
		for _, p := range g.problems {
			got += fmt.Sprint(" ", p.Text)
		}
		got += "\n"
	}
	want := "You can do something: 3 5\nCarla can do something: 2 6\nBen can do something: 4\nEnds by itself: 1\n"
	if got != want {
		t.Errorf("it is\n%s\nand not\n%s", got, want)
	}
	if len(byActor(nil)) > 0 {
		t.Error("there is a group of nothing")
	}
}
