package event

import (
	"crypto/ed25519"
	"errors"
	"fmt"

	"lanyard/internal/identity"
)

// MaxLists is how many bytes the lists take by which a person is named to those who never met them.
const MaxLists = 24 << 10

// ListSpare is what encoding adds to a list, at most.
const ListSpare = 32

// KeysOf opens a person's lists, which have to begin with number 1 and so prove themselves, and returns the keys of their machines.
func KeysOf(lists []identity.SignedPersonList) (map[identity.PeerID]ed25519.PublicKey, identity.PersonID, error) {
	if SizeOfLists(lists) > MaxLists {
		return nil, identity.PersonID{}, fmt.Errorf("%w: %d bytes of lists", ErrManyLists, SizeOfLists(lists))
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

// SizeOfLists is how many bytes lists take, without [ListSpare] for each.
func SizeOfLists(lists []identity.SignedPersonList) (n int) {
	for _, one := range lists {
		n += len(one.Body) + SignatureSize + len(one.Signer)
	}
	return n
}

// JoinLists is all lists of a person, of which the first stands apart from the rest; nil if there is none.
func JoinLists(first *identity.SignedPersonList, later []identity.SignedPersonList) []identity.SignedPersonList {
	if first == nil {
		return nil
	}
	return append([]identity.SignedPersonList{*first}, later...)
}

// ErrManyLists is for people, as what is wrong with too many lists.
var ErrManyLists = errors.New("this person's computers changed too often to be named in a room")
