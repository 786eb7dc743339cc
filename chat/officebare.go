package chat

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lanyard/chat/amend"
	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/store"
)

// capabilityProofs says that deletions beside a run of announcements are understood.
const capabilityProofs = "proofs"

// bare returns the index of the first event of a run whose words are missing without a reason, or how many there are. Reasons are its age, and a
// deletion in the run or beside it, of the event itself or of what it edits. Of an edit by an older version nobody can tell what it is of: any later
// deletion excuses it.
func bare(r event.Run, now time.Time) int {
	deleted, newest := map[event.ID]bool{}, uint64(0) // by its Lamport time
	for _, all := range [][]*event.Event{r.Events, r.Proofs} {
		for _, e := range all {
			if e.Kind != event.KindDelete {
				continue
			}
			if a, err := amend.Read(e.Kind, e.Body); err == nil {
				deleted[a.Named], newest = true, max(newest, e.Lamport)
			}
		}
	}
	for i, e := range r.Events {
		switch {
		case !e.Dropped(), e.Time < now.Add(-officeAge).UnixMilli(), deleted[e.ID], len(e.Again) > 0 && deleted[event.ID(e.Again)]:
		case e.Kind == event.KindEdit && len(e.Edits) == 0 && e.Lamport < newest:
		case e.Kind == event.KindEdit && len(e.Edits) > 0 && deleted[event.ID(e.Edits)]:
		default:
			return i
		}
	}
	return len(r.Events)
}

// originOf returns what amendments of an announcement name: the event that it re-issues, or itself. By that everybody can tell what lost its words with it.
func (c *Chat) originOf(ctx context.Context, id event.ID) (origin event.ID, err error) {
	err = c.config.DB.Read(ctx, func(tx *store.Tx) error {
		f, row, err := c.locateShown(tx, id)
		if err == nil {
			origin, err = f.originOf(tx, row.id)
		}
		return err
	})
	if err != nil {
		return event.ID{}, fmt.Errorf("look up message %s: %w", id, err)
	}
	return origin, nil
}

// misnamed reports whether an announced edit names another event in its header than in its body: who passes on what lost its words has only the header to judge by.
func misnamed(e *event.Event) bool {
	a, err := amend.Read(e.Kind, e.Body)
	return err == nil && misnames(&e.Header, &a)
}

// checkProofs returns nil if what is beside a run are deletions that its author signed, by whichever of their machines.
func (c *Chat) checkProofs(ctx context.Context, v *conversation, r event.Run) error {
	if len(r.Lists) > 0 {
		if err := c.learnKin(ctx, r.Lists, c.calledIn(v, r.First().Peer)); err != nil {
			return errBare
		}
	}
	for _, p := range r.Proofs {
		key, err := c.proofKey(v, r, p.Peer)
		if err != nil {
			return err
		}
		if p.Kind != event.KindDelete || p.ConversationID() != v.id || identity.Verify(key, event.SigningContext, p.ID[:], p.Signature) != nil {
			return errBare
		}
	}
	return nil
}

// toDeletion cuts announcements after the first deletion that can be signed by itself, so that whoever gets it has a signature of it to show.
func (s *session) toDeletion(b *branch, events []*event.Event) []*event.Event {
	if s.v.office == nil {
		return events
	}
	for i, e := range events {
		if e.Kind == event.KindDelete && (b.log.Peer == s.chat.self() || len(e.Signature) > 0) {
			return events[:i+1]
		}
	}
	return events
}

// whole has what a run of announcements needs put beside it, so that the other side takes it from us though words are missing, and cuts it before what they
// would not take.
func (s *session) whole(ctx context.Context, b *branch, r event.Run) (event.Run, error) {
	if s.v.office == nil || len(r.Events) == 0 || r.First().Peer == s.chat.self() || r.First().Peer == s.link.Peer() {
		return r, nil
	}
	for at := bare(r, time.Now()); at < len(r.Events); at = bare(r, time.Now()) {
		p, lists, err := s.deletionOf(ctx, b, r.Events[at])
		if err != nil {
			return event.Run{}, err
		}
		if p == nil || len(r.Proofs) == event.MaxProofs || !r.TakesLists(p.Peer, lists) {
			r.Events = r.Events[:at]
			break
		}
		r.Proofs = append(r.Proofs, p)
		if len(r.Lists) == 0 {
			r.Lists = lists
		}
	}
	return r.Fitted(), nil
}

// deletionOf finds the signed deletion by which an event lost its words, by a machine of the person who wrote it, and where it is another one than wrote it
// the lists that say so; nil if there is none to show.
func (s *session) deletionOf(ctx context.Context, b *branch, e *event.Event) (found *event.Event, lists []identity.SignedPersonList, err error) {
	if !s.link.Offers(capabilityProofs) {
		return nil, nil, nil
	}
	target := e.ID[:]
	switch {
	case e.Kind == event.KindEdit && len(e.Edits) > 0:
		target = e.Edits
	case len(e.Again) > 0:
		target = e.Again
	}
	author := s.chat.personIn(s.v, e.Peer)
	may := func(by identity.PeerID) bool {
		return by == e.Peer || s.link.Offers(capabilityKin) && s.chat.personIn(s.v, by) == author
	}
	err = s.chat.config.DB.Read(ctx, func(tx *store.Tx) error {
		found, err = deletionIn(tx, s.v, place(b, e.Number), target, e.Peer, may)
		if err == nil && found != nil && found.Peer != e.Peer {
			lists, err = s.listsOf(tx, found.Peer)
		}
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("look up why event %d of log %s has no words: %w", e.Number, b.log.ID, err)
	}
	return found, lists, nil
}

// deletionIn reads it: rather one by the machine itself than one by another that may.
func deletionIn(tx *store.Tx, v *conversation, at int64, target []byte, author identity.PeerID, may func(identity.PeerID) bool) (found *event.Event, err error) {
	rows, err := tx.Query(`SELECT d.header, d.salt, d.body, d.signature FROM chat_amendment a JOIN chat_event d ON d.place = a.place
		WHERE a.conversation = ?1 AND (a.target = ?2 OR a.target = (SELECT target FROM chat_amendment WHERE place = ?3)) AND d.kind = ?4 AND length(d.signature) > 0`,
		v.key, target, at, int64(event.KindDelete))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var raw, salt, body, signature []byte
		if err := rows.Scan(&raw, &salt, &body, &signature); err != nil {
			return nil, err
		}
		e, err := event.ReadStored(raw, salt, body)
		if err != nil {
			return nil, err
		}
		if may(e.Peer) && !e.Dropped() && (found == nil || e.Peer == author) {
			e.Signature = signature
			found = e
		}
	}
	return found, rows.Err()
}
