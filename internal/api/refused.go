package api

import (
	"fmt"
	"strings"
)

// RefusedChanges counts what we did in a room beside writing when we were no member any more and did not know it: it does nothing. What was done with one message several times counts once.
type RefusedChanges struct {
	Deletions int `json:"deletions,omitempty"` // of messages, as edits, reactions and pins
	Edits     int `json:"edits,omitempty"`
	Reactions int `json:"reactions,omitempty"`
	Pins      int `json:"pins,omitempty"`
	Names     int `json:"names,omitempty"`   // of the room
	Groups    int `json:"groups,omitempty"`  // changes of groups
	Members   int `json:"members,omitempty"` // invitations, removals, and who may remove others
}

// Sentence tells it without a full stop: "2 changes of yours were refused: a deletion, an edit". Of none it is empty.
func (r *RefusedChanges) Sentence() string {
	if r == nil {
		return ""
	}
	total := 0
	var all []string
	for _, one := range []struct {
		n              int
		single, plural string
	}{
		{r.Deletions, "a deletion", "deletions"}, {r.Edits, "an edit", "edits"}, {r.Reactions, "a reaction", "reactions"}, {r.Pins, "a pin", "pins"},
		{r.Names, "a new name of the room", "new names of the room"}, {r.Groups, "a change of a group", "changes of groups"}, {r.Members, "a change of members", "changes of members"},
	} {
		total += one.n
		switch {
		case one.n == 1:
			all = append(all, one.single)
		case one.n > 1:
			all = append(all, fmt.Sprintf("%d %s", one.n, one.plural))
		}
	}
	switch total {
	case 0:
		return ""
	case 1:
		return "a change of yours was refused: " + all[0]
	}
	return fmt.Sprintf("%d changes of yours were refused: %s", total, strings.Join(all, ", "))
}
