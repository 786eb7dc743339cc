package chat

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"database/sql"
	"errors"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

// verifyStep is how many events are read at a time.
const verifyStep = 1000

// verifyBytes is how many bytes of events end such a step early.
const verifyBytes = 4 << 20

// storedEvent is a row of chat_event as it is, right or not, with what other tables say of the event.
type storedEvent struct {
	place, lamport, time, kind, name int64
	header, salt, body, sig, again   []byte

	conversation, hidden, deleted, arrived int64

	amends *storedAmendment // what it is stored to say something about; nil for nothing
	upshot []byte           // what is stored that amendments come to; nil for nothing
	gap    bool             // others are asked for its words

	id     event.ID
	signed *event.Header // as its header says; nil if that cannot be read
}

// storedAmendment is a row of chat_amendment.
type storedAmendment struct {
	conversation int64
	target       []byte
	waiting      bool
}

func (e *storedEvent) number() uint64 { return placeNumber(e.place) }

// bare reports whether an event has no words here.
func (e *storedEvent) bare() bool { return len(e.salt) == 0 && len(e.body) == 0 }

// origin is the ID of the event that it re-issues, or its own.
func (e *storedEvent) origin() event.ID {
	if len(e.again) == len(event.ID{}) {
		return event.ID(e.again)
	}
	return e.id
}

// logWalk is the walk along one branch.
type logWalk struct {
	*verifier
	w        view
	key      ed25519.PublicKey // nil if it is not known
	before   event.Point       // the event before, as the database has it
	first    bool              // nothing is known of the event before
	unsigned uint64            // the first event after the last right signature; 0 if there is none
}

// branch verifies what a branch itself holds.
func (x *verifier) branch(ctx context.Context, w view) error {
	tip, err := x.tip(ctx, w.branch)
	if err != nil {
		return err
	}
	x.tips[w.branch] = tip
	l := &logWalk{verifier: x, w: w, before: event.Point{Number: w.fork}, first: true}
	l.key, _ = x.key(w.log.Peer)
	if w.base != nil {
		if err := l.base(ctx); err != nil {
			return err
		}
	}
	for from := w.fork + 1; from <= tip; {
		events, err := l.step(ctx, from, tip)
		if err != nil {
			return err
		}
		for i := range events {
			l.event(&events[i])
		}
		if len(events) == 0 {
			break
		}
		from = events[len(events)-1].number() + 1
	}
	if l.unsigned > 0 {
		does := "does not have its"
		if l.unsigned < tip {
			does = "do not have their"
		}
		x.found(w.log, l.unsigned, 0, "%s %s author's signature", these(l.unsigned, tip), does)
	}
	return nil
}

// base looks up the event that the branch forks from.
func (l *logWalk) base(ctx context.Context) error {
	return l.chat.config.DB.Read(ctx, func(tx *store.Tx) error {
		events, err := eventsToVerify(tx, l.w.owner(l.w.fork), l.w.fork, l.w.fork)
		if len(events) == 1 {
			l.before, l.first = event.Point{Number: l.w.fork, Lamport: uint64(events[0].lamport), ID: events[0].id}, false
		}
		return err
	})
}

// eventsToVerify reads the next events that b itself holds, as many as fill a step.
func eventsToVerify(tx *store.Tx, b *branch, from, to uint64) (events []storedEvent, err error) {
	rows, err := tx.Query(`SELECT e.place, e.lamport, e.time, e.kind, e.name, e.header, e.salt, e.body, e.signature, e.again, e.conversation, e.hidden, e.deleted, e.arrived,
		a.conversation, a.target, a.waiting, u.body, g.place IS NOT NULL FROM chat_event e LEFT JOIN chat_amendment a ON a.place = e.place
		LEFT JOIN chat_upshot u ON u.place = e.place LEFT JOIN chat_gap g ON g.place = e.place
		WHERE e.place BETWEEN ? AND ? ORDER BY e.place LIMIT ?`, place(b, from), place(b, to), verifyStep)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for size := 0; size < verifyBytes && rows.Next(); {
		e, err := scanToVerify(rows)
		if err != nil {
			return nil, err
		}
		size += len(e.header) + len(e.body) + len(e.upshot)
		events = append(events, e)
	}
	return events, rows.Err()
}

func scanToVerify(rows *sql.Rows) (e storedEvent, err error) {
	var in sql.NullInt64
	var waiting sql.NullBool
	var target []byte
	err = rows.Scan(&e.place, &e.lamport, &e.time, &e.kind, &e.name, &e.header, &e.salt, &e.body, &e.sig, &e.again, &e.conversation, &e.hidden, &e.deleted, &e.arrived,
		&in, &target, &waiting, &e.upshot, &e.gap)
	if in.Valid {
		e.amends = &storedAmendment{in.Int64, target, waiting.Bool}
	}
	e.id = sha256.Sum256(e.header)
	var h event.Header
	if len(e.header) <= event.MaxHeader && wire.Unmarshal(e.header, &h) == nil && h.Check() == nil {
		e.signed = &h
	}
	return e, err
}

// event verifies one event against its own hashes and the event before.
func (l *logWalk) event(e *storedEvent) {
	number := e.number()
	l.out.Events++
	if number != l.before.Number+1 {
		l.found(l.w.log, l.before.Number+1, 0, "%s missing", theseAre(l.before.Number+1, number-1))
		l.first = true
	}
	h, id := e.signed, e.id
	if h == nil {
		l.found(l.w.log, number, e.time, "the header of event %d was altered: it cannot be read", number)
		l.before, l.first = event.Point{Number: number, Lamport: uint64(e.lamport), ID: id}, true
		l.signature(e, number, id, true)
		return
	}
	odd := l.header(e, h, number, id)
	told := odd && e.name != event.Name(id) || l.body(e, h, number) || odd // of an altered header the body tells nothing new
	forged := l.signature(e, number, id, told)
	l.before, l.first = event.Point{Number: number, Lamport: h.Lamport, ID: id}, forged || odd // nor what comes after it
}

// header compares a header with its place, the event before and the columns that repeat it, and reports whether something is wrong.
func (l *logWalk) header(e *storedEvent, h *event.Header, number uint64, id event.ID) bool {
	switch {
	case !bytes.Equal(h.Conversation, l.v.id[:]) || h.Peer != l.w.log.Peer || h.Log != l.w.log.ID || h.Number != number:
		l.found(l.w.log, number, h.Time, "in the place of event %d stands another one (its header says %d)", number, h.Number)
	case !l.first && !sameID(h.Previous, l.before.ID):
		l.found(l.w.log, number, h.Time, "event %d does not follow the one that stands before it: one of the two headers was altered", number)
	case !l.first && !event.MayFollow(l.before.Lamport, h.Lamport):
		l.found(l.w.log, number, h.Time, "event %d has a place in the order that its author cannot have given it", number)
	case e.lamport != int64(h.Lamport) || e.time != h.Time || e.kind != int64(h.Kind) || e.name != event.Name(id) || !bytes.Equal(e.again, h.Again):
		l.found(l.w.log, number, h.Time, "order, time or kind of event %d are not those of its header", number)
	default:
		return false
	}
	return true
}

// body compares a body with the hash in the header, and reports whether it was altered. One that was dropped is none that was.
func (l *logWalk) body(e *storedEvent, h *event.Header, number uint64) bool {
	if e.bare() {
		l.out.Dropped++
		return false
	}
	hash := event.BodyHash(e.salt, e.body)
	if bytes.Equal(hash[:], h.BodyHash) {
		return false
	}
	l.found(l.w.log, number, h.Time, "the text of event %d was altered", number)
	return true
}

// signature verifies the author's signature, which covers all events before it, and reports whether there is one that is wrong. Of an event of which it is told already what
// is wrong, that says nothing new.
func (l *logWalk) signature(e *storedEvent, number uint64, id event.ID, told bool) bool {
	switch {
	case l.key == nil:
		l.out.Unverified++
	case len(e.sig) > 0 && identity.Verify(l.key, event.SigningContext, id[:], e.sig) == nil:
		l.out.Signatures++
		l.unsigned = 0
		return false
	case len(e.sig) > 0:
		if !told {
			l.found(l.w.log, number, e.time, "the signature of event %d is not its author's: the event or one before it was altered", number)
		}
		l.unsigned = 0
		return true
	}
	if l.unsigned == 0 && l.key != nil {
		l.unsigned = number
	}
	return false
}
