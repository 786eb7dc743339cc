package chat

import (
	"errors"
	"unicode"
	"unicode/utf8"

	"lanyard/chat/event"
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

// amendment is one that was decoded: what it names, and what it says of it.
type amendment struct {
	at     event.Position
	place  int64
	origin event.ID // of the amendment itself
	by     identity.PersonID
	time   int64 // ms, by the author's clock
	kind   event.Kind

	named    event.ID
	text     string
	mentions []identity.PersonID
	groups   []string
	emoji    string
	on       bool
}

// decodeAmendment reads the body of an event that amends.
func decodeAmendment(kind event.Kind, body []byte) (amendment, error) {
	a := amendment{kind: kind}
	var named []byte
	var err error
	on := uint64(1)
	switch kind {
	case event.KindEdit:
		var b editBody
		err = wire.Unmarshal(body, &b)
		named, a.text, a.mentions, a.groups = b.Event, b.Text, b.Mentions, b.Groups
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
		named, a.emoji, on = b.Event, b.Emoji, b.On
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
		return amendment{}, err
	}
	a.named, a.on = event.ID(named), on == 1
	return a, nil
}

// encode makes the body.
func (a *amendment) encode() ([]byte, error) {
	on := uint64(0)
	if a.on {
		on = 1
	}
	switch a.kind {
	case event.KindEdit:
		return wire.Marshal(editBody{Event: a.named[:], Text: a.text, Mentions: a.mentions, Groups: a.groups})
	case event.KindDelete:
		return wire.Marshal(deleteBody{Event: a.named[:]})
	case event.KindReaction:
		return wire.Marshal(reactionBody{Event: a.named[:], Emoji: a.emoji, On: on})
	case event.KindPin:
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
