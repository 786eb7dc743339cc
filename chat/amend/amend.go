// Package amend says what edits, deletions, reactions and pins do to a message. An amendment is an event that says something about another one and is no message by
// itself; docs/protocol.md, section 6, amendments, is the format.
//
// # Use
//
//	a, err := amend.Read(e.Kind, e.Body)              // what the body of one says; who keeps it fills in where it stands and by whom it is
//	u := amend.Fold(author, event.KindText, all)      // what all that name a message come to
//	earlier := amend.Versions(author, all)            // the wordings after the first
//
//	t := amend.NewTally(author, event.KindText, all)  // the same for a set that grows
//	if t.Add(&another) { u = t.Upshot() } else { u = amend.Fold(...) }
//
// # Promises
//
// Order: [Fold] is a function of the set: the order in which amendments come makes no difference, so that everybody who has the same ones sees the same. Of an
// amendment and what re-issues it (docs/protocol.md, restored profiles) one counts.
//
// Rights: only the author of a message edits and deletes it; whatever else claims to counts nothing. A deletion beats all. What was refused does nothing, and is only counted.
//
// Bounds: everything counts, but an [Upshot] lists at most 24 emoji and 16 persons for each. What [Read] gives keeps the rules for texts, mentions and emoji.
//
// A [Tally] adds one at a cost that does not grow with their number. It belongs to one goroutine; all else is values and pure functions. Nothing blocks.
//
// # Left out
//
// Where amendments are kept, which message an ID stands for, and dropping what was deleted: that is package chat's.
package amend

import (
	"errors"
	"unicode"
	"unicode/utf8"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

// Bodies of amendments by kind.
type editBody struct {
	Event    []byte              `cbor:"1,keyasint"`
	Text     string              `cbor:"2,keyasint"`
	Mentions []identity.PersonID `cbor:"3,keyasint,omitempty"`
	Groups   []string            `cbor:"4,keyasint,omitempty"`
}

type deleteBody struct {
	Event []byte `cbor:"1,keyasint"`
}

type reactionBody struct {
	Event []byte `cbor:"1,keyasint"`
	Emoji string `cbor:"2,keyasint"`
	On    uint64 `cbor:"3,keyasint"`
}

type pinBody struct {
	Event []byte `cbor:"1,keyasint"`
	On    uint64 `cbor:"2,keyasint"`
}

// maxEmoji is the longest emoji of a reaction in bytes: families and flags are sequences of a dozen characters.
const maxEmoji = 64

var errAmendment = errors.New("an amendment that names no event or says nothing known")

// Amendment is one that was decoded: what it names, and what it says of it.
type Amendment struct {
	At     event.Position
	Place  int64    // for who keeps it: where it is kept
	Origin event.ID // of the amendment itself: what it re-issues, or its own ID
	By     identity.PersonID
	Time   int64 // ms since 1970, by the author's clock
	Kind   event.Kind

	Refused bool // it lies behind the cut of its author's removal: its author alone is told of it

	Named    event.ID // the message, by its origin
	Text     string   // of an edit, as all up to groups
	Mentions []identity.PersonID
	Groups   []string
	Emoji    string // of a reaction
	On       bool   // of a reaction or pin: false takes it off
}

// Read decodes and checks the body of an event that amends. At, Place, Origin, By, Time and Refused are left for the caller to fill in.
func Read(kind event.Kind, body []byte) (Amendment, error) {
	a := Amendment{Kind: kind}
	var named []byte
	var err error
	on := uint64(1)
	switch kind {
	case event.KindEdit:
		var b editBody
		err = wire.Unmarshal(body, &b)
		named, a.Text, a.Mentions, a.Groups = b.Event, b.Text, b.Mentions, b.Groups
		if err == nil {
			err = errors.Join(event.CheckWire(b.Text), event.CheckMentions(b.Mentions), event.CheckGroups(b.Groups))
		}
	case event.KindDelete:
		var b deleteBody
		err = wire.Unmarshal(body, &b)
		named = b.Event
	case event.KindReaction:
		var b reactionBody
		err = wire.Unmarshal(body, &b)
		named, a.Emoji, on = b.Event, b.Emoji, b.On
		if err == nil {
			err = CheckEmoji(b.Emoji)
		}
	case event.KindPin:
		var b pinBody
		err = wire.Unmarshal(body, &b)
		named, on = b.Event, b.On
	default:
		err = errAmendment
	}
	if err == nil && (len(named) != len(event.ID{}) || on > 1) {
		err = errAmendment
	}
	if err != nil {
		return Amendment{}, err
	}
	a.Named, a.On = event.ID(named), on == 1
	return a, nil
}

// Encode makes the body; it checks nothing but the kind.
func (a *Amendment) Encode() ([]byte, error) {
	on := uint64(0)
	if a.On {
		on = 1
	}
	switch a.Kind {
	case event.KindEdit:
		return wire.Marshal(editBody{Event: a.Named[:], Text: a.Text, Mentions: a.Mentions, Groups: a.Groups})
	case event.KindDelete:
		return wire.Marshal(deleteBody{Event: a.Named[:]})
	case event.KindReaction:
		return wire.Marshal(reactionBody{Event: a.Named[:], Emoji: a.Emoji, On: on})
	case event.KindPin:
		return wire.Marshal(pinBody{Event: a.Named[:], On: on})
	}
	return nil, errAmendment
}

// CheckEmoji returns nil for what React takes: 1 to 64 bytes of UTF-8 that neither break lines nor turn the text around them.
func CheckEmoji(emoji string) error {
	if emoji == "" || len(emoji) > maxEmoji || !utf8.ValidString(emoji) {
		return ErrEmoji
	}
	for _, r := range emoji {
		if unicode.IsSpace(r) || unicode.IsControl(r) || r == 0x2028 || r == 0x2029 || turns(r) {
			return ErrEmoji
		}
	}
	return nil
}

// turns tells the characters that change the direction of the text around them (Unicode Bidi_Control).
func turns(r rune) bool {
	return r == 0x061C || r == 0x200E || r == 0x200F || 0x202A <= r && r <= 0x202E || 0x2066 <= r && r <= 0x2069
}

// ErrEmoji is for people: what was given for a reaction is none.
var ErrEmoji = errors.New("this is no emoji, or more than one: choose one of at most 64 bytes, without blanks")
