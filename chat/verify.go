package chat

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/vector"
)

// maxAlterations is how many alterations of one conversation are listed; further ones are counted.
const maxAlterations = 100

// Verification is what verifying one conversation found.
type Verification struct {
	Conversation event.ConversationID
	With         identity.PersonID
	Logs         int
	Events       int
	Dropped      int  // events without words, which the chain allows
	Gone         Gone // the same by why they have none
	Signatures   int  // that are right
	Refused      int  // messages of ours behind a cut, which only we are shown
	Unverified   int  // events of authors whose keys are not known here any more
	Alterations  []Alteration
	More         int // alterations beyond those listed
}

// Alteration is one place where a conversation is not what its authors signed.
type Alteration struct {
	Author identity.PersonID // of the log, or of the statement, that it was found in
	Peer   identity.PeerID   // the machine
	Log    vector.LogID      // zero for a statement
	Number uint64            // of the event; 0 for the log as a whole
	Time   time.Time         // of the event by its author's clock; zero if that cannot be told
	What   string            // one clause for people
}

// Verify walks every log of a conversation: the chain of hashes, the bodies, what the database says beside them, and the authors'
// signatures. What is shown, which follows from the events, it works out anew from them: what counts, what is hidden, deleted, edited, reacted to and pinned. Then it compares where the logs end with what each machine signed about them, ours included, so that an end that was cut off is found.
// It reads while messages come and go, and looks at what was stored when it began.
//
// What it cannot find: a profile that was put back as a whole, our own signed state with it, before anybody else heard of what is missing.
func (c *Chat) Verify(ctx context.Context, id event.ConversationID) (Verification, error) {
	v, err := c.lookup(ctx, id)
	if err != nil {
		return Verification{}, err
	}
	x := &verifier{chat: c, v: v, out: Verification{Conversation: v.id, With: v.with}, tips: map[*branch]uint64{}, branches: map[int64]*branch{}, cut: map[vector.Log]bool{}}
	if err := x.run(ctx); err != nil {
		return Verification{}, fmt.Errorf("verify what is %s: %w", v.in(), err)
	}
	if len(x.out.Alterations) == 0 {
		c.intact(v)
	}
	return x.out, nil
}

// Everything returns all conversations, sorted by ID, those included in which nothing is shown any more.
func (c *Chat) Everything(ctx context.Context) ([]event.ConversationID, error) {
	if err := c.loaded(ctx); err != nil {
		return nil, err
	}
	var all []event.ConversationID
	for _, v := range c.all() {
		gone := c.hides(v)
		v.mu.Lock()
		if v.stored && !gone {
			all = append(all, v.id)
		}
		v.mu.Unlock()
	}
	slices.SortFunc(all, func(a, b event.ConversationID) int { return slices.Compare(a[:], b[:]) })
	return all, nil
}

// verifier is one walk.
type verifier struct {
	chat  *Chat
	v     *conversation
	out   Verification
	views []view
	tips  map[*branch]uint64  // where each branch ends in the database
	cut   map[vector.Log]bool // logs that lost their end: somebody signed to have more

	witnessed []witnessed // what somebody signed to have, and is not here

	branches map[int64]*branch // all of views, by their keys
	days     int               // for how many the conversation is kept; 0 is for ever
	waits    bool              // what came before this version knew amendments is not taken in yet
}

func (x *verifier) run(ctx context.Context) error {
	var states []storedState
	err := x.chat.config.DB.Read(ctx, func(tx *store.Tx) (err error) {
		if states, err = statesToVerify(tx, x.v); err == nil {
			err = x.settings(tx)
		}
		return err
	})
	if err != nil {
		return err
	}
	x.views = x.v.allViews() // after the states: all that they name is in them
	slices.SortFunc(x.views, func(a, b view) int { return int(a.key - b.key) })
	logs := map[vector.Log]bool{}
	for _, w := range x.views {
		x.branches[w.key] = w.branch
	}
	for _, w := range x.views {
		logs[w.log] = true
		if err := x.branch(ctx, w); err != nil {
			return err
		}
	}
	x.out.Logs = len(logs)
	if x.v.direct() && event.DirectID(x.chat.config.Identity.Person(), x.v.with) != x.v.id {
		x.found(vector.Log{Peer: x.chat.self()}, 0, 0, "the database says that this conversation is with somebody else than it is")
	}
	if err := x.states(ctx, states); err != nil {
		return err
	}
	return x.noted(ctx)
}

// settings reads what the walk goes by that is our person's alone.
func (x *verifier) settings(tx *store.Tx) error {
	days, err := keptDays(tx)
	if err != nil {
		return err
	}
	x.days = kept(days, x.v)
	return tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM chat_unread_amendment)`).Scan(&x.waits)
}

// noted compares where branches end with how far they were indexed and read, which is noted here and not signed: of announcements nobody signs how far they have them.
func (x *verifier) noted(ctx context.Context) error {
	for _, w := range x.views {
		if x.cut[w.log] {
			continue
		}
		var noted, tip int64
		err := x.chat.config.DB.Read(ctx, func(tx *store.Tx) error {
			return tx.QueryRow(`SELECT coalesce(max(number), 0), (SELECT coalesce(max(place), 0) FROM chat_event WHERE place BETWEEN ?2 AND ?3) FROM
				(SELECT number FROM chat_indexed WHERE branch = ?1 UNION ALL SELECT number FROM chat_read WHERE branch = ?1)`,
				w.key, place(w.branch, 0), place(w.branch, event.MaxNumber)).Scan(&noted, &tip)
		})
		if err != nil {
			return err
		}
		if end := max(placeNumber(tip), w.fork); uint64(noted) > end {
			x.found(w.log, end+1, 0, "%s missing at the end: %s here", theseAre(end+1, uint64(noted)), itWas(end+1, uint64(noted)))
		}
	}
	return nil
}

// found notes an alteration.
func (x *verifier) found(log vector.Log, number uint64, when int64, format string, args ...any) {
	if len(x.out.Alterations) == maxAlterations {
		x.out.More++
		return
	}
	a := Alteration{Author: x.chat.config.Roster.PersonOf(log.Peer), Peer: log.Peer, Log: log.ID, Number: number, What: fmt.Sprintf(format, args...)}
	if when != 0 {
		a.Time = time.UnixMilli(when)
	}
	x.out.Alterations = append(x.out.Alterations, a)
}

func (x *verifier) key(peer identity.PeerID) (ed25519.PublicKey, bool) {
	if peer == x.chat.self() {
		return x.chat.config.Identity.Public(), true
	}
	key, known := x.chat.config.Roster.PublicKey(peer)
	if !known && x.v.room != nil {
		return x.v.room.key(peer)
	}
	if !known && x.v.office != nil {
		if a := x.v.author(peer); a != nil {
			return a.key, a.key != nil
		}
	}
	return key, known
}

// storedState is a state as it is in the database, with what the database says about it.
type storedState struct {
	frame.SignedState
	peer    []byte
	counter int64
}

func statesToVerify(tx *store.Tx, v *conversation) (states []storedState, err error) {
	rows, err := tx.Query(`SELECT peer, counter, body, signature FROM chat_state WHERE conversation = ?`, v.key)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var s storedState
		if err := rows.Scan(&s.peer, &s.counter, &s.Body, &s.Signature); err != nil {
			return nil, err
		}
		states = append(states, s)
	}
	return states, rows.Err()
}

// states compares what machines signed with what is here.
func (x *verifier) states(ctx context.Context, states []storedState) error {
	own := false
	for _, signed := range states {
		s, err := frame.ReadState(signed.Body)
		log := vector.Log{Peer: s.Peer}
		if err != nil || string(signed.peer) != string(s.Peer[:]) || int64(s.Counter) != signed.counter || event.ConversationID(s.Conversation) != x.v.id {
			if len(signed.peer) == len(log.Peer) {
				log.Peer = identity.PeerID(signed.peer)
			}
			x.found(log, 0, 0, "the signed statement of what this computer has was altered")
			continue
		}
		key, known := x.key(s.Peer)
		if !known {
			continue
		}
		if identity.Verify(key, frame.StateContext, signed.Body, signed.Signature) != nil {
			x.found(log, 0, 0, "the statement of what this computer has is not signed by it")
			continue
		}
		own = own || s.Peer == x.chat.self()
		if err := x.covers(ctx, s); err != nil {
			return err
		}
	}
	x.tellWitnessed()
	if !own && x.v.office == nil && slices.ContainsFunc(x.views, func(w view) bool { return w.log.Peer != x.chat.self() }) {
		x.found(vector.Log{Peer: x.chat.self()}, 0, 0, "our own signed statement of what we have is missing")
	}
	return nil
}

// mayLack reports whether another machine may have of a log what we do not: more of one that is not ours; of a room that we are no member of, and of a log that is
// over by a removal or leaving, another history, too.
func (x *verifier) mayLack(signer identity.PeerID, log vector.Log, more bool) bool {
	if signer == x.chat.self() || log.Peer == x.chat.self() {
		return false
	}
	over := slices.ContainsFunc(x.views, func(w view) bool { return w.log == log && w.over })
	return more || x.v.room != nil && (over || !x.v.room.members().Has(x.chat.config.Identity.Person()))
}

// covers looks for all that a state says its machine had. Of logs that are not ours another machine may have more than we do.
func (x *verifier) covers(ctx context.Context, s frame.State) error {
	all := s.Here()
	for _, log := range all.Logs() {
		for _, mark := range all[log] {
			end, here, err := x.has(ctx, log, mark)
			if err != nil {
				return err
			}
			switch {
			case here, x.mayLack(s.Peer, log, mark.Number > end):
			case mark.Number > end:
				x.cut[log] = true
				x.witness(witnessed{log, end + 1, mark.Number, []identity.PeerID{s.Peer}})
			default:
				x.witness(witnessed{log, 0, mark.Number, []identity.PeerID{s.Peer}})
			}
		}
	}
	return nil
}

// nameless is a machine in a sentence without its name, which only the caller knows.
func (c *Chat) nameless(peer identity.PeerID) string {
	if peer == c.self() {
		return "this computer"
	}
	return "computer " + peer.Short()
}

// has reports whether a mark is here, and where the log ends.
func (x *verifier) has(ctx context.Context, log vector.Log, mark vector.Mark) (end uint64, here bool, err error) {
	for _, w := range x.views {
		if w.log != log {
			continue
		}
		end = max(end, x.tips[w.branch])
		if mark.Number > x.tips[w.branch] || mark.Number <= w.fork {
			continue
		}
		err := x.chat.config.DB.Read(ctx, func(tx *store.Tx) error {
			ids, err := idsFrom(tx, w.branch, mark.Number, mark.Number)
			here = here || len(ids) == 1 && ids[0] == event.ID(mark.Hash)
			return err
		})
		if err != nil {
			return 0, false, err
		}
	}
	return end, here, nil
}

// tip reads where a branch ends.
func (x *verifier) tip(ctx context.Context, b *branch) (uint64, error) {
	var at sql.NullInt64
	err := x.chat.config.DB.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(`SELECT max(place) FROM chat_event WHERE place BETWEEN ? AND ?`, place(b, 0), place(b, event.MaxNumber)).Scan(&at)
	})
	return placeNumber(at.Int64), err
}
