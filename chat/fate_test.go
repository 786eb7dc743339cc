package chat

import (
	"slices"
	"testing"

	"lanyard/chat/event"
	"lanyard/internal/identity"
)

// TestFateNamesEverybodyOnce: whose answer was known already is there once when all answers are read anew.
func TestFateNamesEverybodyOnce(t *testing.T) {
	anna, ben, carla, dora := identity.PersonID{1}, identity.PersonID{2}, identity.PersonID{3}, identity.PersonID{4}
	var f, stored fate
	for _, one := range []*fate{&f, &stored} {
		one.note(event.Accepted, ben, anna, identity.PersonID{})
		one.note(event.Received, ben, anna, identity.PersonID{})
		one.note(event.Declined, carla, anna, identity.PersonID{})
	}
	stored.note(event.Accepted, dora, anna, identity.PersonID{})
	f.join(stored)
	if !slices.Equal(f.holders, []identity.PersonID{ben}) || !slices.Equal(f.takers, []identity.PersonID{ben, dora}) || !slices.Equal(f.decliners, []identity.PersonID{carla}) || !f.accepted {
		t.Errorf("%+v", f)
	}
}
