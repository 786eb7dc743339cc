package chat

import (
	"slices"
	"sync"

	"lanyard/chat/event"
	"lanyard/internal/identity"
)

// Tallies are kept of messages with many amendments only, and of few of those.
const (
	tallyFrom  = 64
	maxTallies = 8
)

// tally counts the amendments of one message as they come, in any order: fold for a set that grows, at a cost that does not grow with it. It knows neither
// re-issues nor deletions; where there are any all is worked out anew.
type tally struct {
	author identity.PersonID
	kind   event.Kind
	edits  int
	edit   amendment // the last one
	pin    amendment
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

// newTally counts all amendments of a message; nil if that is nothing for a tally.
func newTally(author identity.PersonID, kind event.Kind, all []amendment) *tally {
	if len(all) < tallyFrom || kind != event.KindText && kind != event.KindFile {
		return nil
	}
	t := &tally{author: author, kind: kind, votes: map[voter]*vote{}, emoji: map[string]*ballot{}}
	for i := range all {
		if !t.add(&all[i]) {
			return nil
		}
	}
	return t
}

// add counts one more; false for what only fold can judge.
func (t *tally) add(a *amendment) bool {
	if a.origin != a.at.ID || a.kind == event.KindDelete && a.by == t.author {
		return false
	}
	switch {
	case a.kind == event.KindEdit && a.by == t.author && t.kind == event.KindText:
		if t.edits++; t.edits == 1 || a.at.Compare(t.edit.at) > 0 {
			t.edit = *a
		}
	case a.kind == event.KindPin && (t.pin.kind == 0 || a.at.Compare(t.pin.at) > 0):
		t.pin = *a
	case a.kind == event.KindReaction:
		t.react(a)
	}
	return true
}

func (t *tally) react(a *amendment) {
	who := voter{a.by, a.emoji}
	v := t.votes[who]
	if v == nil {
		v = &vote{by: a.by, first: a.at, last: a.at}
		t.votes[who] = v
	}
	t.take(a.emoji, v)
	if a.at.Compare(v.first) < 0 {
		v.first = a.at
	}
	if a.at.Compare(v.last) >= 0 {
		v.last, v.on = a.at, a.on
	}
	t.put(a.emoji, v)
}

// take takes a vote off the list, if it is on it.
func (t *tally) take(emoji string, v *vote) {
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
func (t *tally) put(emoji string, v *vote) {
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

func (t *tally) place(b *ballot) int {
	at, _ := slices.BinarySearchFunc(t.order, b, func(a, b *ballot) int { return a.first().Compare(b.first()) })
	return at
}

func (t *tally) unlist(b *ballot) {
	if len(b.votes) > 0 {
		at := t.place(b)
		t.order = slices.Delete(t.order, at, at+1)
	}
}

func (t *tally) list(b *ballot) {
	if len(b.votes) > 0 {
		t.order = slices.Insert(t.order, t.place(b), b)
	}
}

// upshot is what fold makes of all that was counted.
func (t *tally) upshot() upshot {
	o := upshot{Pinned: t.pin.on, Edits: t.edits, More: t.on}
	if t.edits > 0 {
		o.Text, o.Mentions, o.Groups, o.Time = t.edit.text, t.edit.mentions, t.edit.groups, t.edit.time
	}
	for _, b := range t.order[:min(len(t.order), maxReactions)] {
		r := reactions{Emoji: b.emoji, Count: len(b.votes)}
		for _, v := range b.votes[:min(len(b.votes), maxReactors)] {
			r.By = append(r.By, v.by)
		}
		o.More -= len(b.votes)
		o.Emoji = append(o.Emoji, r)
	}
	return o
}

// tallies are those of a conversation. Whatever makes one wrong, a commit that failed or a body that was dropped, clears all.
type tallies struct {
	mu sync.Mutex
	of map[event.ID]*tally
}

func (t *tallies) get(origin event.ID) *tally {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.of[origin]
}

// put keeps a tally; nil drops what is kept.
func (t *tallies) put(origin event.ID, one *tally) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if one == nil {
		delete(t.of, origin)
		return
	}
	if t.of == nil || len(t.of) >= maxTallies {
		t.of = map[event.ID]*tally{}
	}
	t.of[origin] = one
}

func (t *tallies) clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.of = nil
}
