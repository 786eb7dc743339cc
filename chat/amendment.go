package chat

import (
	"bytes"
	"errors"
	"fmt"
	"unicode"
	"unicode/utf8"

	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

// An amendment is an event that says something about another one: docs/protocol.md section 6, amendments. It is no message by itself.

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

// amends reports whether events of this kind say something about others.
func (k Kind) amends() bool { return k >= KindEdit && k <= KindPin }

// amendment is one that was decoded: what it names, and what it says of it.
type amendment struct {
	at     position
	place  int64
	origin EventID // of the amendment itself
	by     identity.PersonID
	time   int64 // ms, by the author's clock
	kind   Kind

	named    EventID
	text     string
	mentions []identity.PersonID
	groups   []string
	emoji    string
	on       bool
}

// decodeAmendment reads the body of an event that amends.
func decodeAmendment(kind Kind, body []byte) (amendment, error) {
	a := amendment{kind: kind}
	var named []byte
	var err error
	on := uint64(1)
	switch kind {
	case KindEdit:
		var b editBody
		err = wire.Unmarshal(body, &b)
		named, a.text, a.mentions, a.groups = b.Event, b.Text, b.Mentions, b.Groups
		if err == nil {
			err = errors.Join(checkWire(b.Text), checkMentions(b.Mentions), checkGroups(b.Groups))
		}
	case KindDelete:
		var b deleteBody
		err = wire.Unmarshal(body, &b)
		named = b.Event
	case KindReaction:
		var b reactionBody
		err = wire.Unmarshal(body, &b)
		named, a.emoji, on = b.Event, b.Emoji, b.On
		if err == nil {
			err = CheckEmoji(b.Emoji)
		}
	case KindPin:
		var b pinBody
		err = wire.Unmarshal(body, &b)
		named, on = b.Event, b.On
	default:
		err = errAmendment
	}
	if err == nil && (len(named) != len(EventID{}) || on > 1) {
		err = errAmendment
	}
	if err != nil {
		return amendment{}, err
	}
	a.named, a.on = EventID(named), on == 1
	return a, nil
}

// encode makes the body.
func (a *amendment) encode() ([]byte, error) {
	on := uint64(0)
	if a.on {
		on = 1
	}
	switch a.kind {
	case KindEdit:
		return wire.Marshal(editBody{Event: a.named[:], Text: a.text, Mentions: a.mentions, Groups: a.groups})
	case KindDelete:
		return wire.Marshal(deleteBody{Event: a.named[:]})
	case KindReaction:
		return wire.Marshal(reactionBody{Event: a.named[:], Emoji: a.emoji, On: on})
	case KindPin:
		return wire.Marshal(pinBody{Event: a.named[:], On: on})
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

// maxMentions is how many persons one text may mention.
const maxMentions = 32

func checkMentions(persons []identity.PersonID) error {
	if len(persons) > maxMentions {
		return fmt.Errorf("%w: it mentions %d persons, more than %d", ErrText, len(persons), maxMentions)
	}
	for i, p := range persons {
		for _, q := range persons[:i] {
			if bytes.Equal(p[:], q[:]) {
				return fmt.Errorf("%w: it mentions somebody twice", ErrText)
			}
		}
	}
	return nil
}
