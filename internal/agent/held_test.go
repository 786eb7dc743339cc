package agent

import (
	"testing"

	"lanyard/internal/identity"
	"lanyard/sync/share"
)

// TestHeldTold: of each set people are told once, as long as it waits.
func TestHeldTold(t *testing.T) {
	t.Parallel()
	var told heldTold
	one, other := share.ID{1}, share.ID{2}
	mine := share.HeldSet{By: share.Person{ID: identity.PersonID{1}}, Here: true, Deleted: 50}
	elsewhere := share.HeldSet{By: mine.By, Deleted: 60}
	for i, c := range []struct {
		id     share.ID
		now    []share.HeldSet
		fresh  int
		shares int
	}{
		{one, []share.HeldSet{mine}, 1, 1},
		{one, []share.HeldSet{{By: mine.By, Here: true, Deleted: 51}}, 0, 1},
		{one, []share.HeldSet{mine, elsewhere}, 1, 1}, // from another computer of the same person
		{other, []share.HeldSet{mine}, 1, 2},
		{one, nil, 0, 1},
		{one, []share.HeldSet{mine}, 1, 2},
	} {
		fresh, all := told.take(c.id, c.now)
		if len(fresh) != c.fresh || len(all) != c.shares {
			t.Errorf("step %d: %d are new and %d shares hold something", i, len(fresh), len(all))
		}
	}
}

func TestHeldWords(t *testing.T) {
	t.Parallel()
	for want, h := range map[string]share.HeldSet{
		"60 of 90 files in Plans were deleted by Ben: on this computer they are as before until you say what is wanted.":                {Deleted: 60, Of: 90},
		"220 of 300 files in Plans were rewritten on this computer: the others have not got that until you say what is wanted.":         {Rewritten: 220, Of: 300, Here: true},
		"300 of 300 files in Plans were deleted or rewritten by Ben: on this computer they are as before until you say what is wanted.": {Deleted: 80, Rewritten: 220, Of: 300},
	} {
		if got := heldWords("Ben", "Plans", h); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}
