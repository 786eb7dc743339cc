package chat

import "lanyard/internal/identity"

// NewRoom is a room to be made.
type NewRoom struct {
	Name          string
	With          []identity.PersonID // members from the beginning, beside our person
	Open          bool                // anybody in the office finds and joins it
	ClosedHistory bool                // who comes later does not get what was written before
}
