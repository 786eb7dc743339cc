package amend

import (
	"slices"

	"lanyard/chat/event"
	"lanyard/internal/identity"
)

// tallyFrom is from how many amendments on a tally is worth keeping.
const tallyFrom = 64

// Tally counts the amendments of one message as they come, in any order: fold for a set that grows, at a cost that does not grow with it. It knows neither
// re-issues nor deletions nor what was refused; where there are any all is worked out anew.
type Tally struct {
	author identity.PersonID
	kind   event.Kind
	edits  int
	edit   Amendment // the last one
	pin    Amendment
	votes  map[voter]*vote
	emoji  map[string]*ballot
	order  []*ballot // those with votes, by the first of them
	on     int       // votes of all
}

type voter struct {
	by    identity.PersonID
	emoji string
}

// vote is somebody's reactions with one emoji: the last says whether it is on, the first where it is listed.
type vote struct {
	by          identity.PersonID
	first, last event.Position
	on          bool
}

// ballot is one emoji with who reacted with it, by who did so first.
type ballot struct {
	emoji string
	votes []*vote
}

func (b *ballot) first() event.Position { return b.votes[0].first }

// NewTally counts all amendments of a message; nil if that is nothing for a tally.
func NewTally(author identity.PersonID, kind event.Kind, all []Amendment) *Tally {
	if len(all) < tallyFrom || kind != event.KindText && kind != event.KindFile {
		return nil
	}
	t := &Tally{author: author, kind: kind, votes: map[voter]*vote{}, emoji: map[string]*ballot{}}
	for i := range all {
		if !t.Add(&all[i]) {
			return nil
		}
	}
	return t
}

// Of reports whether the tally counts what amends an event of that author and kind.
func (t *Tally) Of(author identity.PersonID, kind event.Kind) bool {
	return t.author == author && t.kind == kind
}

// Add counts one more; false for what only fold can judge.
func (t *Tally) Add(a *Amendment) bool {
	if a.Refused || a.Origin != a.At.ID || a.Kind == event.KindDelete && a.By == t.author {
		return false
	}
	switch {
	case a.Kind == event.KindEdit && a.By == t.author && t.kind == event.KindText:
		if t.edits++; t.edits == 1 || a.At.Compare(t.edit.At) > 0 {
			t.edit = *a
		}
	case a.Kind == event.KindPin && (t.pin.Kind == 0 || a.At.Compare(t.pin.At) > 0):
		t.pin = *a
	case a.Kind == event.KindReaction:
		t.react(a)
	}
	return true
}

func (t *Tally) react(a *Amendment) {
	who := voter{a.By, a.Emoji}
	v := t.votes[who]
	if v == nil {
		v = &vote{by: a.By, first: a.At, last: a.At}
		t.votes[who] = v
	}
	t.take(a.Emoji, v)
	if a.At.Compare(v.first) < 0 {
		v.first = a.At
	}
	if a.At.Compare(v.last) >= 0 {
		v.last, v.on = a.At, a.On
	}
	t.put(a.Emoji, v)
}

// take takes a vote off the list, if it is on it.
func (t *Tally) take(emoji string, v *vote) {
	if !v.on {
		return
	}
	b := t.emoji[emoji]
	t.unlist(b)
	b.votes = slices.DeleteFunc(b.votes, func(other *vote) bool { return other == v })
	t.list(b)
	t.on--
}

// put puts a vote on the list, if it is on.
func (t *Tally) put(emoji string, v *vote) {
	if !v.on {
		return
	}
	b := t.emoji[emoji]
	if b == nil {
		b = &ballot{emoji: emoji}
		t.emoji[emoji] = b
	}
	t.unlist(b)
	at, _ := slices.BinarySearchFunc(b.votes, v, func(a, b *vote) int { return a.first.Compare(b.first) })
	b.votes = slices.Insert(b.votes, at, v)
	t.list(b)
	t.on++
}

func (t *Tally) place(b *ballot) int {
	at, _ := slices.BinarySearchFunc(t.order, b, func(a, b *ballot) int { return a.first().Compare(b.first()) })
	return at
}

func (t *Tally) unlist(b *ballot) {
	if len(b.votes) > 0 {
		at := t.place(b)
		t.order = slices.Delete(t.order, at, at+1)
	}
}

func (t *Tally) list(b *ballot) {
	if len(b.votes) > 0 {
		t.order = slices.Insert(t.order, t.place(b), b)
	}
}

// Upshot is what fold makes of all that was counted.
func (t *Tally) Upshot() Upshot {
	o := Upshot{Pinned: t.pin.On, Edits: t.edits, More: t.on}
	if t.edits > 0 {
		o.Text, o.Mentions, o.Groups, o.Time = t.edit.Text, t.edit.Mentions, t.edit.Groups, t.edit.Time
	}
	for _, b := range t.order[:min(len(t.order), MaxReactions)] {
		r := Reactions{Emoji: b.emoji, Count: len(b.votes)}
		for _, v := range b.votes[:min(len(b.votes), maxReactors)] {
			r.By = append(r.By, v.by)
		}
		o.More -= len(b.votes)
		o.Emoji = append(o.Emoji, r)
	}
	return o
}
