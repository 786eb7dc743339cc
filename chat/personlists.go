package chat

import (
	"crypto/ed25519"
	"fmt"

	"lanyard/internal/identity"
)

// maxLists is how many bytes the lists take by which a person is named to those who never met them.
const maxLists = 24 << 10

// listSpare is what encoding adds to a list, at most.
const listSpare = 32

// keysOf opens a person's lists, which have to begin with number 1 and so prove themselves, and returns the keys of their machines.
func keysOf(lists []identity.SignedPersonList) (map[identity.PeerID]ed25519.PublicKey, identity.PersonID, error) {
	if sizeOf(lists) > maxLists {
		return nil, identity.PersonID{}, fmt.Errorf("%w: %d bytes of lists", ErrManyLists, sizeOf(lists))
	}
	list, _, err := identity.OpenChain(lists, nil)
	if err != nil {
		return nil, identity.PersonID{}, err
	}
	keys := map[identity.PeerID]ed25519.PublicKey{}
	for _, key := range list.Machines {
		keys[identity.PeerIDOf(key)] = key
	}
	return keys, list.Person, nil
}

func sizeOf(lists []identity.SignedPersonList) (n int) {
	for _, one := range lists {
		n += len(one.Body) + signatureSize + len(one.Signer)
	}
	return n
}

// ownLists returns the lists of our own person's machines from number 1 on.
func (c *Chat) ownLists() []identity.SignedPersonList {
	lists, _ := c.config.Roster.PersonLists(c.config.Identity.Person()) // our own are always known
	return lists
}

// joined is all lists of a person, of which the first stands apart from the rest; nil if there is none.
func joined(first *identity.SignedPersonList, later []identity.SignedPersonList) []identity.SignedPersonList {
	if first == nil {
		return nil
	}
	return append([]identity.SignedPersonList{*first}, later...)
}
