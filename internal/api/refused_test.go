package api

import "testing"

// TestRefusedChangesAreTold: what was refused stands in one sentence.
func TestRefusedChangesAreTold(t *testing.T) {
	for _, c := range []struct {
		refused *RefusedChanges
		want    string
	}{
		{nil, ""},
		{&RefusedChanges{}, ""},
		{&RefusedChanges{Edits: 1}, "a change of yours was refused: an edit"},
		{&RefusedChanges{Deletions: 1, Edits: 1}, "2 changes of yours were refused: a deletion, an edit"},
		{&RefusedChanges{Deletions: 2, Reactions: 1, Pins: 1, Names: 1, Groups: 1, Members: 3}, "9 changes of yours were refused: 2 deletions, a reaction, a pin, a new name of the room, a change of a group, 3 changes of members"},
	} {
		if got := c.refused.Sentence(); got != c.want {
			t.Errorf("%+v is told as %q", c.refused, got)
		}
	}
}
