package chat

import (
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"

	"lanyard/chat/event"
	"lanyard/internal/store"
)

// What somebody changes after they were removed, and before they learn of it, does nothing: neither the message nor the room is what they made of it, also before their own eyes. They took it
// for done, so they are told.

// refusals are what lies behind a cut and is our person's.
type refusals struct {
	messages int // that they are shown
	changes  RefusedChanges
}

// RefusedChanges counts what our person did beside writing that was refused. What they did with one message several times counts once.
type RefusedChanges struct {
	Edits, Deletions, Reactions, Pins int // of messages that count
	Names, Groups, Members            int // of the room
}

// Total is how many there are.
func (r RefusedChanges) Total() int {
	return r.Edits + r.Deletions + r.Reactions + r.Pins + r.Names + r.Groups + r.Members
}

// of is the count for a kind of event; nil for one that nobody is told of.
func (r *RefusedChanges) of(kind event.Kind) *int {
	switch kind {
	case event.KindEdit:
		return &r.Edits
	case event.KindDelete:
		return &r.Deletions
	case event.KindReaction:
		return &r.Reactions
	case event.KindPin:
		return &r.Pins
	case event.KindRename:
		return &r.Names
	case event.KindGroup:
		return &r.Groups
	case event.KindInvite, event.KindRemove, event.KindEntrust:
		return &r.Members
	}
	return nil
}

// beyond is what is more than before.
func (r RefusedChanges) beyond(before RefusedChanges) RefusedChanges {
	return RefusedChanges{
		Edits: max(0, r.Edits-before.Edits), Deletions: max(0, r.Deletions-before.Deletions), Reactions: max(0, r.Reactions-before.Reactions), Pins: max(0, r.Pins-before.Pins),
		Names: max(0, r.Names-before.Names), Groups: max(0, r.Groups-before.Groups), Members: max(0, r.Members-before.Members),
	}
}

// changeBehind is a change of ours behind a cut.
type changeBehind struct {
	kind   event.Kind
	origin event.ID
	target []byte // of an amendment
}

// changesBehind reads those of one branch that counts up to a number.
func changesBehind(tx *store.Tx, b *branch, counts uint64) (all []changeBehind, err error) {
	rows, err := tx.Query(`SELECT e.kind, e.header, e.again, a.target FROM chat_event e LEFT JOIN chat_amendment a ON a.place = e.place
		WHERE e.place BETWEEN ? AND ? AND e.hidden = ? AND e.kind BETWEEN ? AND ?`,
		place(b, max(counts, b.fork)+1), place(b, event.MaxNumber), behindCut, int64(event.KindEdit), int64(event.LastChange))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var o changeBehind
		var raw sql.RawBytes
		var again []byte
		if err := rows.Scan(&o.kind, &raw, &again, &o.target); err != nil {
			return nil, err
		}
		if o.origin = sha256.Sum256(raw); len(again) == len(o.origin) {
			o.origin = event.ID(again)
		}
		all = append(all, o)
	}
	return all, rows.Err()
}

// refusedChanges counts what was refused of branches of ours. What was said again and counts was not, and what is about a message that was refused itself is seen in that.
func (f *folder) refusedChanges(tx *store.Tx, cuts map[*branch]*event.Point) (total RefusedChanges, err error) {
	type about struct {
		kind   event.Kind
		target event.ID
	}
	counted := map[about]bool{}
	for b, cut := range cuts {
		if cut == nil || !f.chat.isOurs(b) {
			continue
		}
		all, err := changesBehind(tx, b, cut.Number)
		if err != nil {
			return total, fmt.Errorf("count changes that were refused: %w", err)
		}
		for _, o := range all {
			one := about{o.kind, o.origin}
			if o.kind.Amends() && len(o.target) == len(one.target) {
				one.target = event.ID(o.target)
			}
			if n := total.of(o.kind); n != nil && !counted[one] {
				is, err := f.isRefused(tx, &o)
				if err != nil {
					return total, err
				}
				if counted[one] = is; is {
					*n++
				}
			}
		}
	}
	return total, nil
}

// isRefused reports whether a change behind a cut would do something that it does not.
func (f *folder) isRefused(tx *store.Tx, o *changeBehind) (bool, error) {
	if again, err := f.counts(tx, o.origin); again || err != nil {
		return false, err
	}
	if !o.kind.Amends() {
		return true, nil
	}
	if len(o.target) != len(event.ID{}) {
		return false, nil // it says nothing
	}
	return f.counts(tx, event.ID(o.target))
}
