package peer

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

// A person's list of machines above number 1 proves itself only by the lists before it. Who lacks some of them asks the machine that told the list,
// as docs/protocol.md section 2 says: in the greeting, before anything of the person is believed, or over a live link.

// Limits of asking for lists.
const (
	earlyFrames   = 64                    // of other kinds that are kept while a greeting waits for lists
	listsAnswers  = 16                    // on one link
	listOverhead  = 64                    // bytes around a list: its signer, and what CBOR adds
	listsInAnswer = 32<<10 - listOverhead // bytes
)

// Bodies of the frames.
type (
	listsPleaseBody struct {
		After uint64 `cbor:"1,keyasint,omitempty"` // the highest number known, 0 = none
	}
	listsBody struct {
		Lists []identity.SignedPersonList `cbor:"1,keyasint"`
	}
)

// listTalk is how far asking for lists has got on a link.
type listTalk struct {
	waits    *profile // for lists that were asked for; nil: none were
	answered int
}

// askInGreeting asks for the lists that a hello builds on and reads it again with them. gap is why it could not be read.
func (r *Roster) askInGreeting(l *Link, body []byte, gap error) (greeting, error) {
	var h hello
	if err := wire.Unmarshal(body, &h); err != nil {
		return greeting{}, fmt.Errorf("decode hello: %w", err)
	}
	if !slices.Contains(h.Capabilities, capabilityLists) {
		return greeting{}, gap
	}
	person, err := personOf(h.List)
	if err != nil {
		return greeting{}, err
	}
	known, _, _ := r.known(person)
	if err := l.sayNow(wire.KindListsPlease, listsPleaseBody{After: known.Number}); err != nil {
		return greeting{}, fmt.Errorf("ask for lists: %w", err)
	}
	answer, err := l.awaitLists()
	if err != nil {
		return greeting{}, err
	}
	with, chain, err := r.learnedFrom(answer, person)
	if err != nil {
		return greeting{}, err
	}
	g, err := readHello(body, l.key, with)
	g.card.chain = chain
	return g, err
}

// awaitLists waits in the greeting for the answer. The other side may count the connection as a link already: what else it sends is kept.
func (l *Link) awaitLists() ([]byte, error) {
	for {
		f, err := l.in.Read()
		if err != nil {
			return nil, fmt.Errorf("wait for lists: %w", err)
		}
		switch f.Kind {
		case wire.KindLists:
			return bytes.Clone(f.Body), nil
		case wire.KindClose:
			return nil, refusedBy(f.Body)
		case wire.KindListsPlease: // they lack ours, and wait as we do
			if err := l.takeListsPlease(f.Body, func(b listsBody) error { return l.sayNow(wire.KindLists, b) }); err != nil {
				return nil, err
			}
		default:
			if len(l.early) == earlyFrames {
				return nil, fmt.Errorf("more than %d frames before the lists that were asked for", earlyFrames)
			}
			l.early = append(l.early, wire.Frame{Kind: f.Kind, Body: bytes.Clone(f.Body)})
		}
	}
}

// personOf returns whom a list that cannot be judged yet claims to be of.
func personOf(told *identity.SignedPersonList) (identity.PersonID, error) {
	var claimed identity.PersonList
	if err := wire.Unmarshal(told.Body, &claimed); err != nil {
		return identity.PersonID{}, fmt.Errorf("decode person list: %w", err)
	}
	return claimed.Person, nil
}

// learnedFrom verifies an answer about a person and returns what is known with it, and its lists. Nothing is kept yet: the newest list was told elsewhere.
func (r *Roster) learnedFrom(answer []byte, person identity.PersonID) (lists, []identity.SignedPersonList, error) {
	var b listsBody
	if err := wire.Unmarshal(answer, &b); err != nil {
		return nil, nil, fmt.Errorf("decode lists: %w", err)
	}
	var previous *identity.PersonList
	if known, _, ok := r.known(person); ok {
		previous = &known
	}
	newest, signed, err := identity.OpenChain(b.Lists, previous)
	if err != nil {
		return nil, nil, err
	}
	return func(of identity.PersonID) (identity.PersonList, identity.SignedPersonList, bool) {
		if of == newest.Person {
			return newest, signed, true
		}
		return r.known(of)
	}, b.Lists, nil
}

// askForLists asks over a live link for the lists that a profile builds on; the profile waits. A newer one takes the place of one that waits.
func (l *Link) askForLists(body []byte) error {
	var p profile
	if err := wire.Unmarshal(body, &p); err != nil {
		return fmt.Errorf("decode profile: %w", err)
	}
	if l.lists.waits == nil {
		known, _, _ := l.roster.known(l.person)
		l.say(wire.KindListsPlease, listsPleaseBody{After: known.Number})
	}
	l.lists.waits = &p
	return nil
}

// takeLists handles a lists frame: the profile that waits is taken with it. One that nobody asked for means nothing.
func (l *Link) takeLists(body []byte) error {
	p := l.lists.waits
	if p == nil {
		l.skipped.Add(1)
		return nil
	}
	l.lists.waits = nil
	with, chain, err := l.roster.learnedFrom(body, l.person)
	if err != nil {
		return err
	}
	c, err := p.check(l.key, with)
	if err != nil {
		return err
	}
	c.chain = chain
	return l.roster.takeCard(l, c)
}

// takeListsPlease answers with our person's lists after a number.
func (l *Link) takeListsPlease(body []byte, answer func(listsBody) error) error {
	var b listsPleaseBody
	if err := wire.Unmarshal(body, &b); err != nil {
		return fmt.Errorf("decode lists-please: %w", err)
	}
	if l.lists.answered++; l.lists.answered > listsAnswers {
		return errors.New("lists were asked for again and again")
	}
	return answer(l.roster.listsAfter(b.After))
}

func (l *Link) sayListed(b listsBody) error {
	l.say(wire.KindLists, b)
	return nil
}

// listsAfter returns our person's lists after a number, as many as an answer holds: who lacks more than that cannot be helped.
func (r *Roster) listsAfter(number uint64) (b listsBody) {
	room := listsInAnswer
	for i := number; i < uint64(len(r.config.Lists)) && len(b.Lists) < identity.MaxListChain; i++ {
		signed := r.config.Lists[i]
		if room -= len(signed.Body) + len(signed.Signature) + listOverhead; room < 0 {
			break
		}
		b.Lists = append(b.Lists, signed)
	}
	return b
}
