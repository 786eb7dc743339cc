package identity

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"

	"github.com/fxamacker/cbor/v2"
)

// Limits of a person list.
const (
	MaxMachines   = 16   // machines of one person
	MaxFormer     = 16   // persons whose only machine joined this one
	MaxPersonList = 4096 // bytes of the encoded list
	MaxListChain  = 64   // lists that prove one
)

const personListContext = "person list"

// Errors of SignedPersonList.Open, wrapped.
var (
	ErrPersonList = errors.New("the list of a person's machines is not valid")
	ErrOldList    = errors.New("the list of a person's machines is older than the one known")
	ErrListGap    = errors.New("the list of a person's machines does not follow the one known")
)

// PersonList says which machines are a person's. Lists of one person are numbered 1, 2, 3 ...; the highest number counts.
type PersonList struct {
	Person   PersonID            `cbor:"1,keyasint"`
	Number   uint64              `cbor:"2,keyasint"`
	Machines []ed25519.PublicKey `cbor:"3,keyasint"`
	Former   []PersonID          `cbor:"4,keyasint,omitempty"` // persons that were merged into this one: conversations made under them stay valid
}

// Has reports whether the machine with this ID is on the list.
func (l PersonList) Has(machine PeerID) bool { return l.key(machine) != nil }

func (l PersonList) key(machine PeerID) ed25519.PublicKey {
	for _, key := range l.Machines {
		if PeerIDOf(key) == machine {
			return key
		}
	}
	return nil
}

// SignedPersonList is a person list as it is sent and kept: the bytes that were signed, never a re-encoding.
type SignedPersonList struct {
	Body      []byte `cbor:"1,keyasint"` // CBOR of a PersonList
	Signer    PeerID `cbor:"2,keyasint"` // a machine of the list before; of the first list its only machine
	Signature []byte `cbor:"3,keyasint"` // in the context "person list"
}

// FirstPersonList returns the signed list number 1 of the person whose only machine this is, before it joins another. It is the same bytes each time.
func (id *Identity) FirstPersonList() SignedPersonList {
	return id.SignPersonList(PersonList{Person: PersonID(id.peer), Number: 1, Machines: []ed25519.PublicKey{id.Public()}})
}

// SignPersonList signs a list as this machine. It does not judge the list: Open does.
func (id *Identity) SignPersonList(list PersonList) SignedPersonList {
	body, err := encoding().Marshal(list)
	if err != nil {
		panic("identity: a PersonList has only fields that can be encoded: " + err.Error())
	}
	return SignedPersonList{Body: body, Signer: id.PeerID(), Signature: id.Sign(personListContext, body)}
}

// Open verifies the list and returns it. Previous is the newest list known of that person, nil if there is none.
//
// Number 1 proves itself: it holds one key, whose hash is the person. Any other number n must be signed by a machine of list n-1, which
// has to be given as previous. The list that is known already is valid again; other errors are ErrOldList, ErrListGap (lists between
// are missing, or none is known), ErrSignature and ErrPersonList.
func (s SignedPersonList) Open(previous *PersonList) (PersonList, error) {
	list, err := decodePersonList(s.Body)
	if err != nil {
		return PersonList{}, err
	}
	signer, err := signerOf(list, s.Signer, previous)
	if err != nil {
		return PersonList{}, err
	}
	if err := Verify(signer, personListContext, s.Body, s.Signature); err != nil {
		return PersonList{}, fmt.Errorf("list %d of the machines of %s: %w", list.Number, list.Person.Short(), err)
	}
	return list, nil
}

// OpenChain verifies lists of one person that follow one another, oldest first, and returns the newest, opened and as it came. Previous is the
// newest list known of that person, which the first of them must follow; nil if none is known: it must be number 1 then. Errors are those of Open.
func OpenChain(chain []SignedPersonList, previous *PersonList) (PersonList, SignedPersonList, error) {
	if len(chain) == 0 || len(chain) > MaxListChain {
		return PersonList{}, SignedPersonList{}, fmt.Errorf("%w: a chain of %d lists, not of 1 to %d", ErrPersonList, len(chain), MaxListChain)
	}
	var newest PersonList
	for _, signed := range chain {
		list, err := signed.Open(previous)
		if err == nil && previous != nil && list.Number == previous.Number {
			err = fmt.Errorf("%w (%d is known already)", ErrOldList, list.Number)
		}
		if err != nil {
			return PersonList{}, SignedPersonList{}, fmt.Errorf("a chain of %d lists: %w", len(chain), err)
		}
		newest, previous = list, &list
	}
	return newest, chain[len(chain)-1], nil
}

// signerOf returns the key that must have signed a valid list, given the list known before.
func signerOf(list PersonList, signer PeerID, previous *PersonList) (ed25519.PublicKey, error) {
	from := list // of number 1, and of a list met again: who signed it was judged when it was new, but it must not have changed
	switch {
	case previous != nil && list.Person != previous.Person:
		return nil, fmt.Errorf("%w: it is of another person", ErrPersonList)
	case previous != nil && list.Number < previous.Number:
		return nil, fmt.Errorf("%w (%d, known is %d)", ErrOldList, list.Number, previous.Number)
	case previous != nil && list.Number == previous.Number:
		if !list.equal(*previous) {
			return nil, fmt.Errorf("%w: two different lists have the number %d", ErrPersonList, list.Number)
		}
		if list.Number > 1 && !list.Has(signer) {
			return nil, fmt.Errorf("%w (%d is known already)", ErrOldList, list.Number)
		}
	case previous != nil && list.Number == previous.Number+1:
		from = *previous
	case list.Number > 1:
		return nil, fmt.Errorf("%w (%d)", ErrListGap, list.Number)
	}
	key := from.key(signer)
	if key == nil {
		return nil, fmt.Errorf("%w: who signed it was not on the list before", ErrPersonList)
	}
	return key, nil
}

func (l PersonList) equal(other PersonList) bool {
	return l.Person == other.Person && l.Number == other.Number && slices.Equal(l.Former, other.Former) &&
		slices.EqualFunc(l.Machines, other.Machines, func(a, b ed25519.PublicKey) bool { return bytes.Equal(a, b) })
}

func decodePersonList(body []byte) (PersonList, error) {
	if len(body) > MaxPersonList {
		return PersonList{}, fmt.Errorf("%w: it has %d bytes, more than %d", ErrPersonList, len(body), MaxPersonList)
	}
	var list PersonList
	if err := decoding().Unmarshal(body, &list); err != nil {
		return PersonList{}, fmt.Errorf("%w: %v", ErrPersonList, err)
	}
	if err := list.check(); err != nil {
		return PersonList{}, fmt.Errorf("%w: %v", ErrPersonList, err)
	}
	return list, nil
}

func (l PersonList) check() error {
	switch n := len(l.Machines); {
	case l.Number == 0:
		return errors.New("it has no number")
	case n == 0 || n > MaxMachines:
		return fmt.Errorf("it has %d machines", n)
	case len(l.Former) > MaxFormer:
		return fmt.Errorf("it has %d former persons", len(l.Former))
	case l.Number == 1 && n != 1:
		return fmt.Errorf("the first list has %d machines, not one", n)
	}
	seen := make(map[PeerID]bool, len(l.Machines))
	for _, key := range l.Machines {
		if !validKey(key) || seen[PeerIDOf(key)] {
			return errors.New("it has a bad or repeated key")
		}
		seen[PeerIDOf(key)] = true
	}
	if l.Number == 1 && !seen[PeerID(l.Person)] {
		return errors.New("the first list is not by the person's first machine")
	}
	return nil
}

// encoding is deterministic CBOR, decoding the strict reading of it that docs/protocol.md section 1 asks for (package wire has the
// same for everybody else, but identity stands below it).
func encoding() cbor.EncMode {
	options := cbor.CoreDetEncOptions()
	options.NilContainers = cbor.NilContainerAsEmpty
	mode, err := options.EncMode()
	if err != nil {
		panic("identity: the options of the encoder are constant: " + err.Error())
	}
	return mode
}

func decoding() cbor.DecMode {
	mode, err := cbor.DecOptions{
		DupMapKey:        cbor.DupMapKeyEnforcedAPF,
		IndefLength:      cbor.IndefLengthForbidden,
		TagsMd:           cbor.TagsForbidden,
		UTF8:             cbor.UTF8RejectInvalid,
		MaxNestedLevels:  8,
		MaxArrayElements: 64,
		MaxMapPairs:      64,
	}.DecMode()
	if err != nil {
		panic("identity: the options of the decoder are constant: " + err.Error())
	}
	return mode
}
