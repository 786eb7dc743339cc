package share

import (
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"

	"lanyard/internal/identity"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
	"lanyard/sync/index"
	"lanyard/sync/role"
)

// Contexts of signatures (docs/protocol.md, section 1).
const (
	listContext   = "share members"
	answerContext = "share answer"
)

// Limits of a member list.
const (
	maxMembers = 256
	maxList    = 48 << 10 // bytes of the encoded list: it fits a frame beside its answers
	maxName    = 160      // bytes of a share's or member's name
)

// Role says what a member may do.
type Role = role.Role

// standing is what the owner says of a member.
type standing uint8

const (
	active  standing = 1
	left    standing = 2
	removed standing = 3
)

// entry is one person on a member list.
type entry struct {
	Person identity.PersonID         `cbor:"1,keyasint"`
	Name   string                    `cbor:"2,keyasint"`
	Role   role.Role                 `cbor:"3,keyasint"`
	State  standing                  `cbor:"4,keyasint"`
	List   identity.SignedPersonList `cbor:"5,keyasint"`
	Cuts   []cut                     `cbor:"6,keyasint,omitempty"`

	Invited uint64 `cbor:"7,keyasint,omitempty"` // number of the list that invited them once more; 0 as long as the first invitation stands
	Ends    []cut  `cbor:"8,keyasint,omitempty"` // of the logs they wrote to before they might write no more
}

// cut is the last record of a log that counts: of a removed member's, or of one who may write no more.
type cut struct {
	_      struct{} `cbor:",toarray"`
	Peer   identity.PeerID
	ID     vector.LogID
	Number uint64
}

// memberList says who shares a folder. Lists are numbered and chained by hash; the owner signs them.
type memberList struct {
	Share    ID                `cbor:"1,keyasint"`
	Number   uint64            `cbor:"2,keyasint"`
	Previous []byte            `cbor:"3,keyasint,omitempty"`
	Name     string            `cbor:"4,keyasint"`
	Owner    identity.PersonID `cbor:"5,keyasint"`
	Members  []entry           `cbor:"6,keyasint"`

	Handovers []signed `cbor:"7,keyasint,omitempty"` // by which the share came from who made it to its owner
	Offer     *signed  `cbor:"8,keyasint,omitempty"` // the handover that the owner offers
	Continues *ID      `cbor:"9,keyasint,omitempty"` // the share whose owner is gone, and whose folder this one goes on with
}

// answerKind is what somebody says to an invitation, and later.
type answerKind uint8

const (
	accepted answerKind = 1
	declined answerKind = 2
	gone     answerKind = 3
)

// answer is a person's own word on taking part. It counts only for the invitation that it names; of one person the newest invitation, then the highest
// counter, is the word that is kept.
type answer struct {
	Share   ID                `cbor:"1,keyasint"`
	Peer    identity.PeerID   `cbor:"2,keyasint"`
	Person  identity.PersonID `cbor:"3,keyasint"`
	Kind    answerKind        `cbor:"4,keyasint"`
	Counter uint64            `cbor:"5,keyasint"`
	Time    int64             `cbor:"6,keyasint"`

	Invited uint64 `cbor:"7,keyasint,omitempty"` // the entry's, as the person saw it
}

// before reports whether b is a newer word than a.
func (a answer) before(b answer) bool {
	return a.Invited < b.Invited || a.Invited == b.Invited && a.Counter < b.Counter
}

// signed is a body as it was signed, with the signature.
type signed struct {
	_         struct{} `cbor:",toarray"`
	Body      []byte
	Signature []byte
}

// membership is a verified member list with the verified answers to it. It is a value: changes make a new one.
type membership struct {
	list    memberList
	signed  signed
	hash    [sha256.Size]byte
	keys    map[identity.PersonID][]ed25519.PublicKey
	persons map[identity.PeerID]identity.PersonID // by machine; asked for each record
	answers map[identity.PersonID]signedAnswer
	handed  []handover // of list.Handovers
	offer   handover   // of list.Offer, if there is one
}

type signedAnswer struct {
	answer
	signed signed
}

var (
	errList   = errors.New("the member list is not valid")
	errAnswer = errors.New("the answer is not valid")
)

// openMembers verifies a list by itself: the owner's keys are in it, proven by the owner's ID.
func openMembers(s signed) (membership, error) {
	m := membership{signed: s, hash: sha256.Sum256(s.Body), answers: map[identity.PersonID]signedAnswer{}}
	if len(s.Body) > maxList {
		return membership{}, fmt.Errorf("%w: %d bytes", errList, len(s.Body))
	}
	if err := wire.Unmarshal(s.Body, &m.list); err != nil {
		return membership{}, fmt.Errorf("%w: %w", errList, err)
	}
	if err := m.list.validate(); err != nil {
		return membership{}, err
	}
	m.keys = make(map[identity.PersonID][]ed25519.PublicKey, len(m.list.Members))
	m.persons = make(map[identity.PeerID]identity.PersonID, len(m.list.Members))
	for _, e := range m.list.Members {
		persons, err := e.List.Open(nil)
		if err != nil || persons.Person != e.Person || m.keys[e.Person] != nil {
			return membership{}, fmt.Errorf("%w: member %s: %w", errList, e.Person.Short(), errors.Join(err, errList))
		}
		m.keys[e.Person] = persons.Machines
		for _, key := range persons.Machines {
			if p := identity.PeerIDOf(key); m.persons[p] == (identity.PersonID{}) {
				m.persons[p] = e.Person
			}
		}
	}
	if err := m.verify(m.list.Owner, listContext, s); err != nil {
		return membership{}, fmt.Errorf("%w: %w", errList, err)
	}
	if err := m.openHandovers(); err != nil {
		return membership{}, err
	}
	return m, nil
}

func (l memberList) validate() error {
	names := len(l.Name) == 0 || len(l.Name) > maxName
	for _, e := range l.Members {
		names = names || len(e.Name) > maxName
		if e.Role < role.ReadWrite || e.Role > role.Keeper || e.State < active || e.State > removed {
			return fmt.Errorf("%w: unknown role or state", errList)
		}
		if e.Invited > l.Number {
			return fmt.Errorf("%w: an invitation by a list to come", errList)
		}
	}
	chained := l.Number > 1 && len(l.Previous) == sha256.Size || l.Number == 1 && len(l.Previous) == 0
	if names || !chained || len(l.Members) == 0 || len(l.Members) > maxMembers || l.entry(l.Owner) == nil {
		return fmt.Errorf("%w: number %d with %d members", errList, l.Number, len(l.Members))
	}
	return nil
}

func (l memberList) entry(p identity.PersonID) *entry {
	for i := range l.Members {
		if l.Members[i].Person == p {
			return &l.Members[i]
		}
	}
	return nil
}

// verify accepts a signature of any machine of a member.
func (m membership) verify(by identity.PersonID, context string, s signed) error {
	for _, key := range m.keys[by] {
		if identity.Verify(key, context, s.Body, s.Signature) == nil {
			return nil
		}
	}
	return identity.ErrSignature
}

// follows reports whether m may take the place of old: same share, handed from owner to owner since or by the same one, a higher number, and if it is the
// next one, its hash.
func (m membership) follows(old membership) bool {
	if m.list.Share != old.list.Share || m.founder() != old.founder() {
		return false
	}
	if further := m.handedFurther(old); further != 0 {
		return further > 0
	}
	if m.list.Number <= old.list.Number {
		return false
	}
	return m.list.Number > old.list.Number+1 || slices.Equal(m.list.Previous, old.hash[:])
}

// withAnswer adds an answer if it is valid and newer than the one known; changed says whether it was.
func (m membership) withAnswer(s signed) (_ membership, changed bool, err error) {
	var a answer
	if err := wire.Unmarshal(s.Body, &a); err != nil {
		return m, false, fmt.Errorf("%w: %w", errAnswer, err)
	}
	if a.Share != m.list.Share || m.list.entry(a.Person) == nil || a.Kind < accepted || a.Kind > gone {
		return m, false, fmt.Errorf("%w: not of a member of this share", errAnswer)
	}
	if err := m.verify(a.Person, answerContext, s); err != nil {
		return m, false, fmt.Errorf("%w: %w", errAnswer, err)
	}
	if known, ok := m.answers[a.Person]; ok && !known.before(a) {
		return m, false, nil
	}
	m.answers = maps.Clone(m.answers)
	m.answers[a.Person] = signedAnswer{answer: a, signed: s}
	return m, true, nil
}

// withAnswers adds all answers that still fit, for example those known under an older list.
func (m membership) withAnswers(all []signed) membership {
	for _, s := range all {
		m, _, _ = m.withAnswer(s) // one that does not fit is of somebody who is no member any more
	}
	return m
}

func (m membership) signedAnswers() []signed {
	var out []signed
	for _, p := range slices.SortedFunc(maps.Keys(m.answers), comparePersons) {
		out = append(out, m.answers[p].signed)
	}
	return out
}

func comparePersons(a, b identity.PersonID) int { return slices.Compare(a[:], b[:]) }

// state returns how far a person's membership has come, "" for strangers and the removed.
func (m membership) state(p identity.PersonID) MemberState {
	e := m.list.entry(p)
	if e == nil || e.State == removed {
		return ""
	}
	word := m.answers[p].answer
	if word.Invited != e.Invited { // to another invitation than the one that stands
		word = answer{}
	}
	if p == m.list.Owner && word.Kind != gone {
		return IsOwner
	}
	switch kind := word.Kind; {
	case e.State == left || kind == gone:
		return IsGone
	case kind == accepted:
		return IsMember
	case kind == declined:
		return IsRefused
	}
	return IsInvited
}

// deserted reports whether the owner has left and nobody takes part: an invitation leads nowhere then.
func (m membership) deserted() bool {
	return m.state(m.list.Owner) == IsGone && !slices.ContainsFunc(m.list.Members, func(e entry) bool { return m.takesPart(e.Person) })
}

// takesPart reports whether records and content go to and come from a person.
func (m membership) takesPart(p identity.PersonID) bool {
	s := m.state(p)
	return s == IsOwner || s == IsMember
}

// writes reports whether a person may change the share.
func (m membership) writes(p identity.PersonID) bool {
	return m.takesPart(p) && m.list.entry(p).Role == role.ReadWrite
}

// relays reports whether records are taken over a person's links.
func (m membership) relays(p identity.PersonID) bool {
	return m.takesPart(p) && m.list.entry(p).Role.Relays()
}

// role returns what a person may do, 0 for strangers.
func (m membership) role(p identity.PersonID) Role {
	if e := m.list.entry(p); e != nil {
		return e.Role
	}
	return 0
}

// counts reports whether a record counts, as far as it is known whose machine has written it.
func (m membership) counts(d index.Dot) bool {
	person, known := m.personOf(d.Log.Peer)
	return !known || m.list.entry(person).standing().Counts(d)
}

// personOf returns whose machine a peer is, as the list says.
func (m membership) personOf(peer identity.PeerID) (identity.PersonID, bool) {
	person, known := m.persons[peer]
	return person, known
}

// nameOf returns what a member was called when the list was written.
func (m membership) nameOf(p identity.PersonID) string {
	if e := m.list.entry(p); e != nil {
		return e.Name
	}
	return p.Short()
}

// signList makes the membership that follows old (nil for the first) with this list. Number and chain are filled in.
func signList(id *identity.Identity, list memberList, old *membership) (membership, error) {
	list.Number, list.Previous = 1, nil
	if old != nil {
		list.Number, list.Previous = old.list.Number+1, old.hash[:]
	}
	body, err := wire.Marshal(list)
	if err != nil {
		return membership{}, err
	}
	if len(body) > maxList {
		return membership{}, fmt.Errorf("this share has as many members as fit: %d", len(list.Members)-1)
	}
	m, err := openMembers(signed{Body: body, Signature: id.Sign(listContext, body)})
	if err != nil {
		return membership{}, err
	}
	if old != nil {
		m = m.withAnswers(old.signedAnswers())
	}
	return m, nil
}

// signAnswer makes our own word on the invitation that stands, newer than the last one.
func signAnswer(id *identity.Identity, m membership, kind answerKind, now int64) (signed, error) {
	var invited uint64
	if e := m.list.entry(id.Person()); e != nil {
		invited = e.Invited
	}
	a := answer{Invited: invited, Share: m.list.Share, Peer: id.PeerID(), Person: id.Person(), Kind: kind, Counter: m.answers[id.Person()].Counter + 1, Time: now}
	body, err := wire.Marshal(a)
	if err != nil {
		return signed{}, err
	}
	return signed{Body: body, Signature: id.Sign(answerContext, body)}, nil
}
