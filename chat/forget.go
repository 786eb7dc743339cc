package chat

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/identity"
	"lanyard/internal/store"
)

// memory is whether our person forgot a room: a value of chat_room.forgotten.
type memory struct{ is atomic.Int64 }

const (
	neverForgotten = 0
	forgotten      = 1 // it is shown nowhere, and what was said in it goes
	onceForgotten  = 2 // they are a member again
)

// forgetStep is how many events lose their words in one transaction.
const forgetStep = 500

// gone reports whether a conversation is a room that our person forgot. It is not while they are a member, whatever else became of it.
func (c *Chat) gone(v *conversation) bool {
	return v.room != nil && v.room.memory.is.Load() == forgotten && !v.room.members().Has(c.config.Identity.Person())
}

// ForgetRoom takes a room off the list that our person is no member of any more, with all that was said in it; received files stay in their folder. The room
// comes back with the change by which they are a member again, and not before. What is theirs alone (drafts, stars, reminders, settings) goes with one
// transaction, and so does what the caller adds with also, which may be nil; after it the room is shown nowhere. An error says that nothing was changed. The words
// go after that by themselves, also when they are interrupted, or a full disk holds them up.
func (c *Chat) ForgetRoom(ctx context.Context, id event.ConversationID, also func(*store.Tx) error) error {
	v, err := c.lookup(ctx, id)
	switch {
	case err != nil:
		return err
	case v.room == nil:
		return ErrNoRoom
	case v.room.members().Has(c.config.Identity.Person()):
		return ErrStillIn
	}
	if err := c.ledger.settled(ctx); err != nil { // what came is to go as well
		return err
	}
	if _, err := c.MarkRead(ctx, id, event.ID{}); err != nil {
		return err
	}
	if err := c.config.DB.Write(ctx, func(tx *store.Tx) error { return c.disown(tx, v, also) }); err != nil {
		return fmt.Errorf("forget what is %s: %w", v.in(), err)
	}
	c.news.change(Change{Forgotten: id})
	c.news.change(Change{LaterChanged: true})
	c.alarm.stir()
	c.files.giveUpAll(v)
	if err := c.keeping.forget(ctx, v); err != nil { // it is forgotten nevertheless
		ring(c.keeping.wake)
	}
	return nil
}

// disown deletes what is our person's alone of a room, and notes that it is forgotten.
func (c *Chat) disown(tx *store.Tx, v *conversation, also func(*store.Tx) error) error {
	if also != nil {
		if err := also(tx); err != nil {
			return err
		}
	}
	if v.room.members().Has(c.config.Identity.Person()) {
		return ErrStillIn // invited again a moment ago
	}
	for _, query := range []string{`DELETE FROM chat_mine WHERE conversation = ?`, `DELETE FROM chat_keep WHERE conversation = ?`, `DELETE FROM chat_later WHERE conversation = ?`, `DELETE FROM chat_gap WHERE conversation = (SELECT key FROM chat_conversation WHERE id = ?)`, `DELETE FROM chat_unmeant WHERE conversation = (SELECT key FROM chat_conversation WHERE id = ?)`} {
		if _, err := tx.Exec(query, v.id[:]); err != nil {
			return err
		}
	}
	if err := unstar(tx, v); err != nil {
		return err
	}
	for _, t := range c.files.all() {
		if t.in != v {
			continue
		}
		if _, err := tx.Exec(`DELETE FROM chat_answer WHERE offer = ?`, t.id[:]); err != nil {
			return err
		}
	}
	tx.AfterCommit(func() {
		v.room.memory.is.Store(forgotten)
		v.room.lacked.forget()
		v.mu.Lock()
		defer v.mu.Unlock()
		v.mine = Mine{}
	})
	_, err := tx.Exec(`UPDATE chat_room SET forgotten = ?, heard = 0 WHERE conversation = ?`, forgotten, v.key)
	return err
}

// unstar takes the stars off all messages of a conversation.
func unstar(tx *store.Tx, v *conversation) error {
	ids, err := stars(tx, -1)
	if err != nil {
		return err
	}
	for _, id := range ids {
		var here bool
		if err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM chat_event WHERE `+ofOrigin+`)`, originOf(v, id)...).Scan(&here); err != nil {
			return err
		}
		if !here {
			continue
		}
		if _, err := tx.Exec(`DELETE FROM chat_star WHERE event = ?`, id[:]); err != nil {
			return err
		}
	}
	return nil
}

// giveUpAll ends what is being received or offered in a conversation. What came of it in part is thrown away; what was received stays where it is.
func (f *files) giveUpAll(v *conversation) {
	for _, t := range f.all() {
		if t.in == v {
			f.takenBack(t.id)
		}
	}
}

// forgetAll goes on with what an end of the program interrupted, and with what came since.
func (k *keeping) forgetAll(ctx context.Context) error {
	for _, v := range k.chat.all() {
		if !k.chat.gone(v) {
			continue
		}
		if err := k.forget(ctx, v); err != nil {
			return err
		}
	}
	return nil
}

// forget drops what was said in a forgotten room, in steps that hold up nobody.
func (k *keeping) forget(ctx context.Context, v *conversation) error {
	var all []old
	holders, err := k.chat.holders(ctx, v)
	if err == nil {
		err = k.chat.config.DB.Read(ctx, func(tx *store.Tx) (err error) {
			all, err = k.chat.wordsOf(tx, v, holders)
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("look for what was said %s: %w", v.in(), err)
	}
	for len(all) > 0 && k.chat.gone(v) {
		step := all[:min(len(all), forgetStep)]
		if err := k.drop(ctx, step); err != nil {
			return err
		}
		all = all[len(step):]
	}
	return k.chat.recount(ctx, v)
}

// holders is what machines of each person have.
type holders map[identity.PersonID][]holding

// holding is what one machine has of the logs of a room, but for what it lacks.
type holding struct {
	has   cover
	lacks lacking
}

func (h holders) have(who identity.PersonID, b *branch, number uint64) bool {
	return slices.ContainsFunc(h[who], func(one holding) bool { return one.has.covers(b, number) && !one.lacks.has(b, number) })
}

// holders is how far others have the logs of a room: by their signed states, and by what those said who are linked, as who is no member is sent no states.
func (c *Chat) holders(ctx context.Context, v *conversation) (holders, error) {
	all := holders{}
	signed, err := v.delivered()
	if err != nil {
		return nil, err
	}
	for _, s := range signed {
		m, err := c.match(ctx, v, s.Here())
		if err != nil {
			return nil, err
		}
		lacks, err := c.lackedOf(ctx, v, &s, m.has, cover{})
		if err != nil {
			return nil, err
		}
		who := c.config.Roster.PersonOf(s.Peer)
		all[who] = append(all[who], holding{m.has, lacks})
	}
	for _, s := range c.sessionsOf(v) {
		s.mu.Lock()
		theirs, lacks := s.theirs, s.relay.lacks
		s.mu.Unlock()
		if lacks {
			continue // their state tells what they have
		}
		m, err := c.match(ctx, v, theirs)
		if err != nil {
			return nil, err
		}
		all[s.link.Person()] = append(all[s.link.Person()], holding{has: m.has})
	}
	return all, nil
}

// delivered is what other machines signed that they have.
func (v *conversation) delivered() (all []frame.State, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for machine, m := range v.machines {
		if len(m.signed.Body) == 0 {
			continue
		}
		s, err := frame.ReadState(m.signed.Body)
		if err != nil {
			return nil, fmt.Errorf("the state of machine %s %s: %w: %w", machine.Short(), v.in(), store.ErrCorrupt, err)
		}
		all = append(all, s)
	}
	return all, nil
}

// isWithAll reports whether all members have an event of ours: who is none may forget it, too, and is not told who else left since. Where nobody is a member
// it is enough that anybody has it.
func (v *conversation) isWithAll(holders holders, b *branch, number uint64) bool {
	members := v.room.members().Members()
	if len(members) == 0 {
		members = slices.Collect(maps.Keys(holders))
		return slices.ContainsFunc(members, func(who identity.PersonID) bool { return holders.have(who, b, number) })
	}
	return !slices.ContainsFunc(members, func(who identity.PersonID) bool { return !holders.have(who, b, number) })
}

// wordsOf are the events of a forgotten room whose words can go: all but changes and deletions, and what of ours counts and not all members have yet as far as is known. That the room is
// forgotten is asked with them: what came with the change by which our person is a member again is not among them, however little ago that was.
func (c *Chat) wordsOf(tx *store.Tx, v *conversation, holders holders) (all []old, err error) {
	branches := v.branchKeys()
	rows, err := tx.Query(`SELECT place, kind, hidden, header FROM chat_event WHERE conversation = ? AND kind NOT BETWEEN ? AND ? AND kind <> ? AND length(salt) > 0
		AND EXISTS (SELECT 1 FROM chat_room WHERE conversation = ? AND forgotten = ?) ORDER BY place`,
		v.key, int64(event.KindInvite), int64(event.LastChange), int64(event.KindDelete), v.key, forgotten)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var raw sql.RawBytes
		o := old{in: v}
		if err := rows.Scan(&o.place, &o.kind, &o.hidden, &raw); err != nil {
			return nil, err
		}
		o.id = sha256.Sum256(raw)
		if b := branches[placeBranch(o.place)]; b != nil && (b.log.Peer != c.self() || o.hidden == behindCut || o.hidden == refused || v.isWithAll(holders, b, placeNumber(o.place))) {
			all = append(all, o)
		}
	}
	return all, rows.Err()
}

// untilForgotten returns the first of these events of a branch that others may get from here: in a room that our person ever forgot not what lost its
// words, else they may have it without words for good, although others have them. Who notes what they lack gets all, member or not, and has others give it. What was deleted is bare for everybody, and so is for the other side what is not
// meant for them where the history is closed. The log that we write now was begun when our person was a member again: of that nothing was forgotten.
func (s *session) untilForgotten(tx *store.Tx, b *branch, events []*event.Event, read *readers) ([]*event.Event, error) {
	v, who := s.v, s.link.Person()
	if v.room == nil || v.room.memory.is.Load() == neverForgotten || s.takesBare() {
		return events, nil
	}
	v.mu.Lock()
	ours := b == v.pen.branch
	v.mu.Unlock()
	if ours {
		return events, nil
	}
	for i, e := range events {
		if !e.Dropped() || e.Kind.ChangesMembers() || read.in.Closed == 1 && !read.areFor(who, e) || s.chat.neverHad(read, e) {
			continue // or it is for release to tell
		}
		if bare, err := isBare(tx, v, place(b, e.Number), e); err != nil || !bare {
			return events[:i], err
		}
	}
	return events, nil
}

// about is the conversation that a change is told of, the zero ID for none.
func (ch *Change) about() event.ConversationID {
	switch {
	case ch.Message != nil:
		return ch.Message.Conversation
	case ch.Amended != nil:
		return ch.Amended.Conversation
	case ch.Reminder != nil:
		return ch.Reminder.Conversation
	case ch.Unsent != nil:
		return ch.Unsent.In
	case ch.Room != nil:
		return ch.Room.Room
	case ch.States != nil:
		return ch.States.Conversation
	case ch.File != nil:
		return ch.File.Conversation
	case ch.Conversation != nil:
		return ch.Conversation.ID
	}
	return event.ConversationID{}
}

// tells reports whether a change is told: of a room that is shown nowhere none is.
func (c *Chat) tells(ch *Change) bool {
	v := c.known(ch.about())
	return v == nil || !c.hides(v)
}
