package amend

import (
	"bytes"
	"slices"

	"lanyard/chat/event"
	"lanyard/internal/identity"
)

// MayFollow reports whether o may be what the amendments of a message by that author come to: those that are known come to want, and of the others only kind and
// author are, as their words are gone. Words are shown only of known ones; a reaction, a pin or a deletion may be one of those that are gone, and so may what was refused.
func (o *Upshot) MayFollow(author identity.PersonID, want *Upshot, gone []Amendment) bool {
	if o.equal(want) {
		return true
	}
	is := func(kind event.Kind) bool {
		return slices.ContainsFunc(gone, func(a Amendment) bool { return a.Kind == kind && (kind != event.KindDelete || a.By == author) })
	}
	a, b := *o, *want
	if a.Deleted || b.Deleted {
		return a.Deleted && is(event.KindDelete)
	}
	if is(event.KindDelete) {
		a.RefusedDeletion, b.RefusedDeletion = false, false
	}
	if slices.ContainsFunc(gone, func(g Amendment) bool { return g.Kind == event.KindEdit && g.By == author }) {
		a.RefusedEdits, b.RefusedEdits = 0, 0
	}
	if is(event.KindPin) {
		a.Pinned, b.Pinned = false, false
	}
	if is(event.KindReaction) {
		of := func(by identity.PersonID) bool {
			return slices.ContainsFunc(gone, func(a Amendment) bool { return a.Kind == event.KindReaction && a.By == by })
		}
		if !a.reactsBut(&b, of) || !b.reactsBut(&a, of) {
			return false
		}
		a.Emoji, b.Emoji, a.More, b.More = nil, nil, 0, 0
	}
	return a.equal(&b)
}

func (o *Upshot) equal(other *Upshot) bool {
	a, err := o.Encode()
	b, err2 := other.Encode()
	return err == nil && err2 == nil && bytes.Equal(a, b)
}

// reactsBut reports whether all who are listed with a reaction are so in the other as well, but for those whom of picks. Where one lists not all, nobody can tell.
func (o *Upshot) reactsBut(other *Upshot, of func(identity.PersonID) bool) bool {
	for _, r := range o.Emoji {
		at := slices.IndexFunc(other.Emoji, func(s Reactions) bool { return s.Emoji == r.Emoji })
		for _, by := range r.By {
			listed := at >= 0 && (slices.Contains(other.Emoji[at].By, by) || other.Emoji[at].Count > len(other.Emoji[at].By))
			if !listed && !of(by) && other.More == 0 {
				return false
			}
		}
	}
	return true
}
