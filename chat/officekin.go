package chat

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"fmt"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/store"
)

// capabilityKin says that deletions by another machine of the author's person are understood beside a run of announcements, with that person's lists.
const capabilityKin = "kin"

// personIn returns whose machine an author is. In the office it may be one that nobody here met: then it is of the person that it names itself, at the
// beginning of its log, if that person's lists name it. Of a person who is known the lists that are known decide: who was taken off them is of nobody but itself.
func (c *Chat) personIn(v *conversation, machine identity.PeerID) identity.PersonID {
	who := c.config.Roster.PersonOf(machine)
	if v.office == nil {
		return who
	}
	a := v.author(machine)
	if a == nil || a.person == who || c.config.Roster.Met(machine) {
		return who
	}
	if _, known := c.config.Roster.PersonList(a.person); known || a.person == (identity.PersonID{}) {
		return identity.PersonID(machine)
	}
	return a.person
}

// authorIn is the same of a run that is looked at before it is taken: it may begin the log that tells whose it is.
func (c *Chat) authorIn(v *conversation, first *event.Event) identity.PersonID {
	if a := v.author(first.Peer); a == nil && first.Number == 1 {
		if given, err := introduced(first); err == nil && !c.config.Roster.Met(first.Peer) {
			return given.person
		}
	}
	return c.personIn(v, first.Peer)
}

// called is what we call somebody: by their short ID who is not on our list.
func (c *Chat) called(who identity.PersonID) string {
	return cmp.Or(c.config.Roster.Called(who), who.Short())
}

// calledIn is what an author calls themselves, in the office one whom nobody here met, too; "" if that is not known.
func (c *Chat) calledIn(v *conversation, machine identity.PeerID) string {
	if called := c.config.Roster.Called(c.config.Roster.PersonOf(machine)); called != "" {
		return called
	}
	if v.office == nil {
		return ""
	}
	if a := v.author(machine); a != nil {
		return a.called
	}
	return ""
}

// learnKin adds to the lists known of somebody those that follow them. Of who is not known nothing is kept.
func (c *Chat) learnKin(ctx context.Context, lists []identity.SignedPersonList, called string) error {
	_, who, err := event.KeysOf(lists)
	if err != nil {
		return err
	}
	if known, ok := c.config.Roster.PersonLists(who); !ok || len(known) >= len(lists) {
		return nil
	}
	return c.config.Roster.Learn(ctx, lists, called)
}

// proofKey returns the key by which a deletion beside a run has to be signed: its author's, or that of another machine of the same person.
func (c *Chat) proofKey(v *conversation, r event.Run, by identity.PeerID) (ed25519.PublicKey, error) {
	if by == r.First().Peer {
		return c.officeKey(v, r.First())
	}
	author := c.authorIn(v, r.First())
	if c.personIn(v, by) == author {
		if key, ok := c.config.Roster.PublicKey(by); ok {
			return key, nil
		}
		if a := v.author(by); a != nil && a.key != nil {
			return a.key, nil
		}
	}
	keys, who, err := event.KeysOf(r.Lists)
	if _, known := c.config.Roster.PersonList(who); err != nil || known || who != author || keys[by] == nil {
		return nil, errBare
	}
	return keys[by], nil
}

// listsOf returns the lists by which another machine of an author is known to be one: those at the beginning of its log.
func (s *session) listsOf(tx *store.Tx, machine identity.PeerID) ([]identity.SignedPersonList, error) {
	for _, w := range s.v.allViews() {
		if w.log.Peer != machine || w.base != nil {
			continue
		}
		first, err := eventAt(tx, w.branch, 1)
		if err != nil {
			return nil, fmt.Errorf("look up whose machine %s is: %w", machine.Short(), err)
		}
		if given, err := introduced(first); err == nil {
			return given.lists, nil
		}
	}
	return nil, nil
}
