package chat

import (
	"cmp"
	"slices"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

// Limits of what is shown of a message's amendments. Everything is kept; this bounds what one message costs to show.
const (
	maxReactions = 24  // emoji listed
	maxReactors  = 16  // persons listed for an emoji
	maxVersions  = 100 // versions listed
)

// upshot is what all amendments of a message come to: a pure function of their set (see fold). It is stored beside the message it is of, made anew
// whenever an amendment or the message itself comes.
type upshot struct {
	Deleted  bool                `cbor:"1,keyasint,omitempty"`
	Edits    int                 `cbor:"2,keyasint,omitempty"` // how often it was edited
	Text     string              `cbor:"3,keyasint,omitempty"` // that of the last edit
	Mentions []identity.PersonID `cbor:"4,keyasint,omitempty"`
	Time     int64               `cbor:"5,keyasint,omitempty"` // of the last edit, or of the deletion; ms
	Pinned   bool                `cbor:"6,keyasint,omitempty"`
	Emoji    []reactions         `cbor:"7,keyasint,omitempty"` // in the order in which they came first
	More     int                 `cbor:"8,keyasint,omitempty"` // reactions beyond those
	Groups   []string            `cbor:"9,keyasint,omitempty"` // that the last edit mentions
}

// reactions is one emoji and who reacted with it.
type reactions struct {
	_     struct{} `cbor:",toarray"`
	Emoji string
	Count int
	By    []identity.PersonID // the first of them
}

func (o *upshot) empty() bool {
	return !o.Deleted && o.Edits == 0 && !o.Pinned && len(o.Emoji) == 0
}

func (o *upshot) encode() ([]byte, error) { return wire.Marshal(o) }

func decodeUpshot(body []byte) (upshot, error) {
	var o upshot
	if len(body) == 0 {
		return o, nil // nothing amends it
	}
	err := wire.Unmarshal(body, &o)
	return o, err
}

// counted sorts amendments into conversation order, with one for each origin: the original, or where that is not here the first re-issue.
func counted(all []amendment) []amendment {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b amendment) int {
		return cmp.Or(slices.Compare(a.origin[:], b.origin[:]), originalFirst(a, b), a.at.Compare(b.at))
	})
	all = slices.CompactFunc(all, func(a, b amendment) bool { return a.origin == b.origin })
	slices.SortFunc(all, func(a, b amendment) int { return a.at.Compare(b.at) })
	return all
}

func originalFirst(a, b amendment) int {
	original := func(a amendment) int {
		if a.at.ID == a.origin {
			return 0
		}
		return 1
	}
	return original(a) - original(b)
}

// fold works out what amendments do to an event of that author and kind. The order of all does not matter.
func fold(author identity.PersonID, kind event.Kind, all []amendment) upshot {
	var o upshot
	if kind != event.KindText && kind != event.KindFile {
		return o
	}
	all = counted(all)
	for i := range all {
		a := &all[i]
		switch {
		case a.kind == event.KindDelete && a.by == author && !o.Deleted: // the first one tells when
			return upshot{Deleted: true, Time: a.time}
		case a.kind == event.KindEdit && a.by == author && kind == event.KindText:
			o.Edits++
			o.Text, o.Mentions, o.Groups, o.Time = a.text, a.mentions, a.groups, a.time
		case a.kind == event.KindPin:
			o.Pinned = a.on
		}
	}
	o.Emoji, o.More = react(all)
	return o
}

// react counts the reactions that are on.
func react(all []amendment) (listed []reactions, more int) {
	type one struct {
		by    identity.PersonID
		emoji string
	}
	on := map[one]bool{}
	for i := range all {
		if all[i].kind == event.KindReaction {
			on[one{all[i].by, all[i].emoji}] = all[i].on
		}
	}
	at := map[string]int{}
	for i := range all { // again in order, so that what came first is listed first
		a := &all[i]
		who := one{a.by, a.emoji}
		if a.kind != event.KindReaction || !on[who] {
			continue
		}
		delete(on, who)
		n, known := at[a.emoji]
		switch {
		case !known && len(listed) == maxReactions:
			more++
			continue
		case !known:
			n = len(listed)
			at[a.emoji] = n
			listed = append(listed, reactions{Emoji: a.emoji})
		}
		listed[n].Count++
		if len(listed[n].By) < maxReactors {
			listed[n].By = append(listed[n].By, a.by)
		}
	}
	return listed, more
}

// versionsOf returns what the author wrote, oldest first, after the text that it began with.
func versionsOf(author identity.PersonID, all []amendment) []amendment {
	edits := slices.DeleteFunc(counted(all), func(a amendment) bool { return a.kind != event.KindEdit || a.by != author })
	return edits[max(0, len(edits)-maxVersions+1):]
}
