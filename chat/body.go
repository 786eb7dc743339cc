package chat

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/wire"
)

// Bodies of events by kind; docs/protocol.md section 6.
type textBody struct {
	Text     string              `cbor:"1,keyasint"`
	ReplyTo  []byte              `cbor:"2,keyasint,omitempty"` // ID of an event of the same conversation
	Mentions []identity.PersonID `cbor:"3,keyasint,omitempty"`
	From     string              `cbor:"4,keyasint,omitempty"` // the person whose words these are
	Hook     string              `cbor:"5,keyasint,omitempty"` // the webhook through which a program posted it
	Groups   []string            `cbor:"6,keyasint,omitempty"` // of the room, by name
}

// beside returns what stands beside the text of a body, without what it replies to.
func (b textBody) beside() textBody {
	b.Text, b.ReplyTo = "", nil
	return b
}

type fileBody struct {
	Name     string `cbor:"1,keyasint"`
	Size     uint64 `cbor:"2,keyasint"`
	Hash     []byte `cbor:"3,keyasint"` // BLAKE3 of the content, of the manifest for a folder
	Folder   uint64 `cbor:"4,keyasint"`
	Files    uint64 `cbor:"5,keyasint"`
	Manifest uint64 `cbor:"6,keyasint,omitempty"` // bytes of the manifest
	Small    []byte `cbor:"7,keyasint,omitempty"` // of a picture: JPEG, opaque to who receives it
	Width    uint64 `cbor:"8,keyasint,omitempty"` // of the whole picture, upright, in pixels
	Height   uint64 `cbor:"9,keyasint,omitempty"`
	LeftOut  uint64 `cbor:"10,keyasint,omitempty"` // of a folder: links, special files and other disks in it that are not sent
}

type answerBody struct {
	Offer  []byte `cbor:"1,keyasint"`
	Answer Answer `cbor:"2,keyasint"`
}

// Limits of what is offered.
const (
	maxOfferFiles = 100_000
	maxManifest   = 32 << 20
)

// CheckText returns nil for what Send takes: valid UTF-8 without NUL, not only what shows nothing, at most MaxText bytes.
func CheckText(text string) error {
	if err := checkWire(text); err != nil {
		return err
	}
	if name.Blank(text) {
		return ErrEmpty
	}
	return nil
}

// checkWire returns nil for what a text may be in an event. Blanks alone are shown when they come, as earlier versions sent them.
func checkWire(text string) error {
	switch {
	case text == "":
		return ErrEmpty
	case len(text) > MaxText:
		return &TooLongError{Size: len(text)}
	case !utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0:
		return ErrText
	}
	return nil
}

func decodeText(body []byte) (textBody, error) {
	var b textBody
	if err := wire.Unmarshal(body, &b); err != nil {
		return textBody{}, err
	}
	if err := b.check(); err != nil {
		return textBody{}, err
	}
	b.From, b.Hook = shownName(b.From), shownName(b.Hook)
	return b, nil
}

// shownName cleans a name that an event gives. Where nothing in it can be shown, it is told all the same that there is one.
func shownName(s string) string {
	if s == "" {
		return ""
	}
	clean, err := name.Display(s)
	if err != nil {
		return "?"
	}
	return clean
}

func (b *textBody) check() error {
	if err := checkWire(b.Text); err != nil {
		return err
	}
	if len(b.ReplyTo) != 0 && len(b.ReplyTo) != len(EventID{}) {
		return errors.New("a reply that names no event")
	}
	if len(b.From) > name.MaxDisplayBytes {
		return errors.New("a forwarded text from somebody with too long a name")
	}
	if len(b.Hook) > name.MaxDisplayBytes {
		return errors.New("a text through a webhook with too long a name")
	}
	return errors.Join(checkMentions(b.Mentions), checkGroups(b.Groups))
}

func decodeOffer(body []byte) (fileBody, error) {
	var b fileBody
	if err := wire.Unmarshal(body, &b); err != nil {
		return fileBody{}, err
	}
	if err := b.check(); err != nil {
		return fileBody{}, err
	}
	return b, nil
}

func (b *fileBody) check() error {
	if err := name.CheckElement(b.Name); err != nil {
		return fmt.Errorf("an offer's name: %w", err)
	}
	switch {
	case b.Size > math.MaxInt64 || len(b.Hash) != 32 || b.Folder > 1:
		return errors.New("an offer with a size, hash or kind that cannot be")
	case b.LeftOut > math.MaxInt32:
		return errors.New("an offer that leaves out more than can be")
	case b.Folder == 0 && (b.Files > 1 || b.Manifest != 0):
		return errors.New("an offer of a file that is a folder")
	case b.Folder == 1 && (b.Files > maxOfferFiles || b.Manifest == 0 || b.Manifest > maxManifest):
		return errors.New("an offer of a folder with too many files")
	}
	return nil
}

func decodeAnswer(body []byte) (FileAnswer, error) {
	var b answerBody
	if err := wire.Unmarshal(body, &b); err != nil {
		return FileAnswer{}, err
	}
	if len(b.Offer) != len(EventID{}) || b.Answer < Accepted || b.Answer > Withdrawn {
		return FileAnswer{}, errors.New("an answer that names no offer or says nothing known")
	}
	return FileAnswer{Offer: EventID(b.Offer), Answer: b.Answer}, nil
}

// fill decodes a body into the message that people see. What cannot be shown is opaque: it stays a part of the log all the same.
func (m *Message) fill(body []byte) {
	var err error
	switch m.Kind {
	case KindText:
		var b textBody
		if b, err = decodeText(body); err == nil {
			m.Text, m.Mentions, m.Groups, m.From, m.Hook = b.Text, b.Mentions, b.Groups, b.From, b.Hook
			if len(b.ReplyTo) > 0 {
				m.Reply = &Quote{ID: EventID(b.ReplyTo)}
			}
		}
	case KindFile:
		var b fileBody
		if b, err = decodeOffer(body); err == nil {
			offer := b.offer()
			m.File = &offer
		}
	case KindAnswer:
		var a FileAnswer
		if a, err = decodeAnswer(body); err == nil {
			m.Answer = &a
		}
	default:
		m.Opaque = true
	}
	if err != nil {
		m.Opaque, m.Text = true, ""
	}
}

// counts reports whether a message of somebody else makes the conversation unread.
func (k Kind) counts() bool { return k != KindAnswer && k.speaks() }

// speaks reports whether events of this kind are messages, and not about others or about who is a member.
func (k Kind) speaks() bool { return !k.amends() && !k.changesMembers() }
