package amend

import (
	"cmp"
	"slices"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

// Limits of what is shown of a message's amendments. Everything is kept; this bounds what one message costs to show.
const (
	MaxReactions = 24  // emoji listed
	maxReactors  = 16  // persons listed for an emoji
	maxVersions  = 100 // versions listed
)

// Upshot is what all amendments of a message come to: a pure function of their set (see fold). It is stored beside the message it is of, made anew
// whenever an amendment or the message itself comes.
type Upshot struct {
	Deleted  bool                `cbor:"1,keyasint,omitempty"`
	Edits    int                 `cbor:"2,keyasint,omitempty"` // how often it was edited
	Text     string              `cbor:"3,keyasint,omitempty"` // that of the last edit
	Mentions []identity.PersonID `cbor:"4,keyasint,omitempty"`
	Time     int64               `cbor:"5,keyasint,omitempty"` // of the last edit, or of the deletion; ms
	Pinned   bool                `cbor:"6,keyasint,omitempty"`
	Emoji    []Reactions         `cbor:"7,keyasint,omitempty"` // in the order in which they came first
	More     int                 `cbor:"8,keyasint,omitempty"` // reactions beyond those
	Groups   []string            `cbor:"9,keyasint,omitempty"` // that the last edit mentions

	RefusedEdits    int  `cbor:"10,keyasint,omitempty"` // of the author's own that were refused
	RefusedDeletion bool `cbor:"11,keyasint,omitempty"` // the author deleted it, and that was refused
}

// Reactions is one emoji and who reacted with it.
type Reactions struct {
	_     struct{} `cbor:",toarray"`
	Emoji string
	Count int
	By    []identity.PersonID // the first of them
}

// Empty reports whether nothing amends the message.
func (o *Upshot) Empty() bool {
	return !o.Deleted && o.Edits == 0 && !o.Pinned && len(o.Emoji) == 0 && o.RefusedEdits == 0 && !o.RefusedDeletion
}

// Encode makes the form in which it is stored; [ReadUpshot] reads it.
func (o *Upshot) Encode() ([]byte, error) { return wire.Marshal(o) }

// ReadUpshot reads what [Upshot.Encode] made. Of no bytes it is the empty one.
func ReadUpshot(body []byte) (Upshot, error) {
	var o Upshot
	if len(body) == 0 {
		return o, nil // nothing amends it
	}
	err := wire.Unmarshal(body, &o)
	return o, err
}

// counted sorts amendments into conversation order, with one for each origin: one that was not refused, and rather the original, or where that is not here the first re-issue.
func counted(all []Amendment) []Amendment {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b Amendment) int {
		return cmp.Or(slices.Compare(a.Origin[:], b.Origin[:]), refusedLast(a, b), originalFirst(a, b), a.At.Compare(b.At))
	})
	all = slices.CompactFunc(all, func(a, b Amendment) bool { return a.Origin == b.Origin })
	slices.SortFunc(all, func(a, b Amendment) int { return a.At.Compare(b.At) })
	return all
}

func refusedLast(a, b Amendment) int {
	switch {
	case a.Refused == b.Refused:
		return 0
	case a.Refused:
		return 1
	}
	return -1
}

func originalFirst(a, b Amendment) int {
	original := func(a Amendment) int {
		if a.At.ID == a.Origin {
			return 0
		}
		return 1
	}
	return original(a) - original(b)
}

// Fold works out what amendments do to an event of that author and kind. The order of all does not matter.
func Fold(author identity.PersonID, kind event.Kind, all []Amendment) Upshot {
	var o Upshot
	if kind != event.KindText && kind != event.KindFile {
		return o
	}
	all = counted(all)
	for i := range all {
		a := &all[i]
		switch {
		case a.Refused:
			o.refuse(a, author, kind)
		case a.Kind == event.KindDelete && a.By == author && !o.Deleted: // the first one tells when
			return Upshot{Deleted: true, Time: a.Time}
		case a.Kind == event.KindEdit && a.By == author && kind == event.KindText:
			o.Edits++
			o.Text, o.Mentions, o.Groups, o.Time = a.Text, a.Mentions, a.Groups, a.Time
		case a.Kind == event.KindPin:
			o.Pinned = a.On
		}
	}
	o.Emoji, o.More = react(all)
	return o
}

// refuse counts an amendment that does nothing.
func (o *Upshot) refuse(a *Amendment, author identity.PersonID, kind event.Kind) {
	switch {
	case a.By != author:
	case a.Kind == event.KindDelete:
		o.RefusedDeletion = true
	case a.Kind == event.KindEdit && kind == event.KindText:
		o.RefusedEdits++
	}
}

// react counts the reactions that are on.
func react(all []Amendment) (listed []Reactions, more int) {
	type one struct {
		by    identity.PersonID
		emoji string
	}
	on := map[one]bool{}
	for i := range all {
		if all[i].Kind == event.KindReaction && !all[i].Refused {
			on[one{all[i].By, all[i].Emoji}] = all[i].On
		}
	}
	at := map[string]int{}
	for i := range all { // again in order, so that what came first is listed first
		a := &all[i]
		who := one{a.By, a.Emoji}
		if a.Kind != event.KindReaction || a.Refused || !on[who] {
			continue
		}
		delete(on, who)
		n, known := at[a.Emoji]
		switch {
		case !known && len(listed) == MaxReactions:
			more++
			continue
		case !known:
			n = len(listed)
			at[a.Emoji] = n
			listed = append(listed, Reactions{Emoji: a.Emoji})
		}
		listed[n].Count++
		if len(listed[n].By) < maxReactors {
			listed[n].By = append(listed[n].By, a.By)
		}
	}
	return listed, more
}

// Versions returns what the author wrote, oldest first, after the text that it began with; also what was refused.
func Versions(author identity.PersonID, all []Amendment) []Amendment {
	edits := slices.DeleteFunc(counted(all), func(a Amendment) bool { return a.Kind != event.KindEdit || a.By != author })
	return edits[max(0, len(edits)-maxVersions+1):]
}

// Deletion returns by which of these an author deleted a message: the first, if there is one.
func Deletion(author identity.PersonID, all []Amendment) (Amendment, bool) {
	for _, a := range counted(all) {
		if a.Kind == event.KindDelete && a.By == author && !a.Refused {
			return a, true
		}
	}
	return Amendment{}, false
}
