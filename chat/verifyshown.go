package chat

import (
	"context"
	"errors"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/store"
	"lanyard/internal/vector"
)

// What is shown of a conversation follows from its events. The database has it beside them so that nobody has to work it out at each look: what is hidden and why,
// what was deleted, and what amendments come to. Here each of that is worked out anew from the events, and compared.

// stand is how a branch stands at a moment. What of it is shown follows from that.
type stand struct {
	members *membership.State // of a room
	cut     uint64            // behind it nothing counts
	shut    bool              // in the office: its author is blocked
	judged  bool              // and that is stored
}

func (x *verifier) standOf(b *branch) stand {
	s := stand{cut: event.MaxNumber}
	if x.v.room != nil {
		s.members = x.v.room.members()
	}
	x.v.mu.Lock()
	defer x.v.mu.Unlock()
	if b.cut != nil {
		s.cut = b.cut.Number
	}
	if o := x.v.office; o != nil {
		s.judged = o.judged
		if a := o.authors[b.log.Peer]; a != nil {
			s.shut, s.judged = a.shut, o.judged && !a.unsure
		}
	}
	return s
}

// look is what comes of looking at some events.
type look struct {
	odd     []oddity
	gone    Gone
	refused int
}

// oddity is something that is shown otherwise than the events say.
type oddity struct {
	log    vector.Log
	number uint64
	time   int64  // ms; 0 where that is not looked up
	format string // a clause about the number; empty if nothing is wrong
}

func (l *look) note(o oddity) {
	if o.format != "" {
		l.odd = append(l.odd, o)
	}
}

// step reads the next events of the branch and looks at what is shown of them. The database and what is known of the branch in memory change one after the other:
// where something is odd, both are looked at again until they are of one moment.
func (l *logWalk) step(ctx context.Context, from, to uint64) ([]storedEvent, error) {
	for {
		var events []storedEvent
		var seen look
		s := l.standOf(l.w.branch)
		err := l.chat.config.DB.Read(ctx, func(tx *store.Tx) (err error) {
			seen = look{}
			if events, err = eventsToVerify(tx, l.w.branch, from, to); err == nil {
				err = l.look(tx, events, s, &seen)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(seen.odd) > 0 {
			if err := l.chat.ledger.settled(ctx); err != nil && !errors.Is(err, errEnded) {
				return nil, err
			}
			if l.standOf(l.w.branch) != s {
				continue
			}
		}
		for _, o := range seen.odd {
			l.found(o.log, o.number, o.time, o.format, o.number)
		}
		l.out.Gone.add(&seen.gone)
		l.out.Refused += seen.refused
		return events, nil
	}
}

// look compares what is shown of some events with what follows from them.
func (l *logWalk) look(tx *store.Tx, events []storedEvent, s stand, seen *look) error {
	for i := range events {
		e := &events[i]
		if err := l.lookAtUpshots(tx, e, seen); err != nil {
			return err
		}
		if e.signed == nil {
			continue // it is told what is wrong
		}
		if e.hidden == refused {
			seen.refused++
		}
		among, err := l.oddAmong(tx, e)
		if err != nil {
			return err
		}
		amends, err := l.oddAmendment(tx, e)
		if err != nil {
			return err
		}
		for _, format := range []string{l.odd(e, s), among, amends} {
			seen.note(oddity{l.w.log, e.number(), e.time, format})
		}
	}
	return l.explain(tx, events, s, &seen.gone)
}

// odd tells what is wrong with how an event is shown or hidden by itself.
func (l *logWalk) odd(e *storedEvent, s stand) string {
	cut := l.v.room != nil && e.number() > s.cut
	displaced := l.v.office != nil && !e.signed.Kind.Announced()
	switch {
	case e.conversation != l.v.key:
		return "event %d is listed in another conversation"
	case e.deleted != 0 && (e.deleted != 1 || !e.bare() || !e.signed.Kind.Speaks()):
		return "event %d counts as deleted, and is not"
	case e.hidden < 0 || e.hidden > refused:
		return "event %d is hidden, and nothing says why"
	case e.hidden == expired && !e.bare():
		return "event %d is hidden, although its words are here"
	case e.hidden == refused && !(cut && l.chat.isOurs(l.w.branch) && e.signed.Kind.Speaks()):
		return "event %d is shown as refused, and is not"
	case e.hidden == refused && (e.bare() || e.deleted != 0):
		return "the words of event %d were taken away: nobody deleted it"
	case e.hidden == behindCut && !cut, e.hidden == outOfPlace && !displaced, e.hidden == shut && s.judged && !s.shut, e.hidden == shut && l.v.office == nil:
		return "event %d is hidden, although it counts"
	case e.hidden == 0 && (cut || displaced || s.judged && s.shut):
		return "event %d is shown, although it does not count"
	case e.hidden == 0 && e.bare() && e.deleted == 0 && e.signed.Kind != event.KindEdit:
		return "the words of event %d were taken away: neither was it deleted, nor did it grow too old"
	}
	return ""
}

// oddAmong tells what is wrong with how an event is shown or hidden among those that re-issue it or are re-issued by it, and with it being deleted.
func (l *logWalk) oddAmong(tx *store.Tx, e *storedEvent) (string, error) {
	unseen := e.hidden == behindCut && l.chat.isOurs(l.w.branch) && e.signed.Kind.Speaks() && !e.bare() && e.deleted == 0
	if len(e.again) == 0 && e.hidden != 1 && e.deleted == 0 && !unseen {
		return "", nil
	}
	all, err := l.kinOf(tx, e.origin())
	if err != nil {
		return "", err
	}
	shown, instead := 0, false
	for i := range all {
		unseen = unseen && all[i].hidden != 0 && all[i].hidden != refused
		if all[i].hidden == 0 {
			shown++
		}
		instead = instead || all[i].place != e.place && all[i].hidden != 1 && all[i].hidden != behindCut && all[i].hidden != refused
	}
	switch {
	case e.hidden == 0 && shown > 1:
		return "event %d is shown beside the one that it re-issues", nil
	case unseen:
		return "event %d is hidden, although our person wrote it", nil
	case e.hidden == refused && shown > 0:
		return "event %d is shown as refused beside the one that says it again", nil
	case e.hidden == 1 && (!instead || len(e.again) == 0 && e.deleted == 0):
		return "event %d is hidden, although nothing stands in its place", nil
	case e.deleted == 1 && e.hidden != behindCut: // what was refused is deleted here alone
		is, err := l.isTakenBack(tx, e)
		if !is {
			return "event %d counts as deleted, although its author did not delete it", err
		}
		return "", err
	}
	return "", nil
}

// isTakenBack reports whether the author of an event deleted it.
func (l *logWalk) isTakenBack(tx *store.Tx, e *storedEvent) (is bool, err error) {
	all, err := l.saidAbout(tx, e.origin())
	for i := range all {
		a := &all[i]
		is = is || a.Kind == event.KindDelete && (a.machine == l.w.log.Peer || l.chat.personIn(l.v, a.machine) == l.chat.personIn(l.v, l.w.log.Peer))
	}
	return is, err
}
