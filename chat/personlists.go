package chat

import (
	"lanyard/internal/identity"
)

// ownLists returns the lists of our own person's machines from number 1 on.
func (c *Chat) ownLists() []identity.SignedPersonList {
	lists, _ := c.config.Roster.PersonLists(c.config.Identity.Person()) // our own are always known
	return lists
}
