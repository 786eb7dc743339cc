package chat

import (
	"crypto/sha256"
	"database/sql"
	"errors"
	"slices"

	"lanyard/chat/amend"
	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/store"
)

// What amendments come to is stored beside the message that they are about, and so is which message that is. Both are worked out anew.

// kin is an event of one origin.
type kin struct {
	place, hidden int64
	kind          event.Kind
	bare          bool
	machine       identity.PeerID
	upshot        []byte
}

// kinOf reads the events of an origin: those that re-issue it, and then itself.
func (x *verifier) kinOf(tx *store.Tx, origin event.ID) (all []kin, err error) {
	rows, err := tx.Query(`SELECT e.place, e.hidden, e.kind, length(e.salt) + length(e.body) = 0, e.header, e.again, u.body FROM chat_event e
		LEFT JOIN chat_upshot u ON u.place = e.place WHERE +e.conversation = ? AND (e.name = ? OR e.again = ?) ORDER BY e.again IS NULL, e.place`, originOf(x.v, origin)...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var k kin
		var raw sql.RawBytes
		var again []byte
		if err := rows.Scan(&k.place, &k.hidden, &k.kind, &k.bare, &raw, &again, &k.upshot); err != nil {
			return nil, err
		}
		b := x.branches[placeBranch(k.place)]
		if b == nil || !sameID(again, origin) && sha256.Sum256(raw) != origin { // it began after the walk did, or has the same name by chance
			continue
		}
		k.machine = b.log.Peer
		all = append(all, k)
	}
	return all, rows.Err()
}

// saidOf is an amendment with which machine's it is. Its words may be gone.
type saidOf struct {
	amend.Amendment
	machine identity.PeerID
	gone    bool
	behind  bool // a cut: it does nothing any more, but to what is there as well and is ours; what is ours is counted
	ours    bool
}

// saidAbout reads all that is said about an origin.
func (x *verifier) saidAbout(tx *store.Tx, origin event.ID) (all []saidOf, err error) {
	rows, err := tx.Query(`SELECT e.place, e.lamport, e.time, e.kind, e.header, e.again, e.body, e.hidden FROM chat_amendment a JOIN chat_event e ON e.place = a.place
		WHERE a.target = ? AND a.conversation = ?`, origin[:], x.v.key)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var e storedEvent
		if err := rows.Scan(&e.place, &e.lamport, &e.time, &e.kind, &e.header, &e.again, &e.body, &e.hidden); err != nil {
			return nil, err
		}
		b := x.branches[placeBranch(e.place)]
		if b == nil {
			continue
		}
		e.id = sha256.Sum256(e.header)
		a, err := amend.Read(event.Kind(e.kind), e.body)
		if err != nil && len(e.body) > 0 {
			continue // it says nothing
		}
		a.Kind, a.Time, a.Origin, a.Place = event.Kind(e.kind), e.time, e.origin(), e.place
		a.At = event.Position{Lamport: uint64(e.lamport), Log: b.log, Number: e.number(), ID: e.id}
		all = append(all, saidOf{a, b.log.Peer, len(e.body) == 0, e.hidden == behindCut, x.chat.isOurs(b)})
	}
	return all, rows.Err()
}

// oddAmendment tells what is wrong with what an event is stored to say something about.
func (l *logWalk) oddAmendment(tx *store.Tx, e *storedEvent) (string, error) {
	kind := e.signed.Kind
	if !kind.Amends() || l.v.office != nil && !kind.Announced() {
		if e.amends != nil {
			return "event %d is no change of another one, and counts as one", nil
		}
		return "", nil
	}
	a, err := amend.Read(kind, e.body)
	if err != nil || l.waits {
		return "", nil // of what has no words any more nobody can tell; and what says nothing counts nothing
	}
	if l.v.closed() && misnames(e.signed, &a) {
		if e.amends != nil {
			return "event %d names two others, and counts as a change of one", nil
		}
		return "", nil
	}
	if e.amends == nil || e.amends.conversation != l.v.key {
		return "event %d changes another one, and does not count", nil
	}
	origin, here, err := l.originHere(tx, a.Named)
	switch {
	case err != nil:
		return "", err
	case !sameID(e.amends.target, origin):
		return "event %d changes another one than it counts for", nil
	case here && e.amends.waiting:
		return "event %d changes another one, and does not count", nil
	}
	return "", nil
}

// originHere finds the origin of an event, and whether anything of that is here.
func (x *verifier) originHere(tx *store.Tx, named event.ID) (event.ID, bool, error) {
	at, found, err := placeOf(tx, named)
	if err != nil {
		return named, false, err
	}
	if found && x.branches[placeBranch(at)] != nil {
		var again []byte
		err := tx.QueryRow(`SELECT again FROM chat_event WHERE place = ?`, at).Scan(&again)
		if len(again) == len(named) {
			named = event.ID(again)
		}
		return named, true, err
	}
	all, err := x.kinOf(tx, named)
	return named, len(all) > 0, err
}

// lookAtUpshots compares what is shown of the messages that an event leads to: of its own origin, if something is stored of that which nothing is said about,
// and of that which it is the first to say something about. So each is looked at once.
func (l *logWalk) lookAtUpshots(tx *store.Tx, e *storedEvent, seen *look) error {
	if l.waits {
		return nil
	}
	if e.upshot != nil {
		first, err := l.firstAbout(tx, e.origin())
		if err == nil && first == 0 {
			err = l.lookAtUpshot(tx, e.origin(), seen)
		}
		if err != nil {
			return err
		}
	}
	if e.amends == nil || len(e.amends.target) != len(event.ID{}) {
		return nil
	}
	first, err := l.firstAbout(tx, event.ID(e.amends.target))
	if err == nil && first == e.place {
		err = l.lookAtUpshot(tx, event.ID(e.amends.target), seen)
	}
	return err
}

// firstAbout is the place of the first event here that is stored to say something about an origin; 0 for none.
func (x *verifier) firstAbout(tx *store.Tx, origin event.ID) (at int64, err error) {
	err = tx.QueryRow(`SELECT a.place FROM chat_amendment a JOIN chat_event e ON e.place = a.place JOIN chat_branch b ON b.key = a.place >> 40
		WHERE a.target = ? AND a.conversation = ? AND b.conversation = ? ORDER BY a.place LIMIT 1`, origin[:], x.v.key, x.v.key).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return at, err
}

// lookAtUpshot folds what is said about an origin anew, and compares it with what is shown of that.
func (l *logWalk) lookAtUpshot(tx *store.Tx, origin event.ID, seen *look) error {
	all, err := l.kinOf(tx, origin)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(k kin) bool { return k.hidden == 0 || k.hidden == refused || l.v.office != nil && k.hidden == shut })
	if at < 0 {
		return nil // nothing is
	}
	said, err := l.saidAbout(tx, origin)
	if err != nil {
		return err
	}
	shown := all[at]
	stored, err := amend.ReadUpshot(shown.upshot)
	switch {
	case err != nil:
		seen.note(l.oddity(shown.place, "what is shown of event %d cannot be read"))
	case !l.agrees(&stored, all, &shown, said):
		seen.note(l.oddity(shown.place, "what is shown of event %d is not what its edits, reactions, pins and deletions say"))
	}
	return nil
}

func (x *verifier) oddity(at int64, format string) oddity {
	return oddity{x.branches[placeBranch(at)].log, placeNumber(at), 0, format}
}

// agrees reports whether what is shown of an event is what is said about it. Whose machine is whose may have been learnt since that was worked out: that each
// was somebody else's by then is allowed.
func (x *verifier) agrees(stored *amend.Upshot, all []kin, shown *kin, said []saidOf) bool {
	for _, who := range []func(identity.PeerID) identity.PersonID{
		func(machine identity.PeerID) identity.PersonID { return x.chat.personIn(x.v, machine) },
		func(machine identity.PeerID) identity.PersonID { return identity.PersonID(machine) },
	} {
		author := who(shown.machine)
		var known, gone []amend.Amendment
		for _, one := range said {
			switch one.By = who(one.machine); {
			case one.gone:
				gone = append(gone, one.Amendment)
			case !one.behind || one.ours:
				one.Refused = one.behind && shown.hidden != refused
				known = append(known, one.Amendment)
			}
		}
		want := amend.Fold(author, shown.kind, known)
		if !stored.MayFollow(author, &want, gone) {
			continue
		}
		held := func(k kin) bool { return !k.bare && who(k.machine) == author }
		if !want.Deleted || !slices.ContainsFunc(all, held) {
			return true
		}
	}
	return false
}
