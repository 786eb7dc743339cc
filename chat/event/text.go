package event

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/wire"
)

// Text is the body of an event of KindText.
type Text struct {
	Text     string              `cbor:"1,keyasint"`
	ReplyTo  []byte              `cbor:"2,keyasint,omitempty"` // ID of an event of the same conversation
	Mentions []identity.PersonID `cbor:"3,keyasint,omitempty"`
	From     string              `cbor:"4,keyasint,omitempty"` // the person whose words these are
	Hook     string              `cbor:"5,keyasint,omitempty"` // the webhook through which a program posted it
	Groups   []string            `cbor:"6,keyasint,omitempty"` // of the room, by name
}

// MaxText is the longest text in bytes.
const MaxText = 32 << 10

// Limits of what one text mentions.
const (
	maxMentions = 32 // persons
	maxCalled   = 8  // groups that one text mentions
)

// onlyText begins the body of a text without anything beside it: a CBOR map of one pair.
const onlyText = 0xa1

// Errors that callers tell apart with errors.Is. The texts are for people.
var (
	ErrUnknown = errors.New("there is no such message: look up its ID again")
	ErrEmpty   = errors.New("there is nothing to send: write a text first")
	ErrText    = errors.New("this is no text that can be shown: send it as a file instead")
)

// TooLongError says that a text is longer than MaxText bytes.
type TooLongError struct {
	Size  int
	ToAll bool // it is an announcement, and no file goes to everybody
}

func (e *TooLongError) Error() string {
	if e.ToAll {
		return fmt.Sprintf("this text has %d bytes and an announcement holds %d: put it where all can read it, and announce where that is", e.Size, MaxText)
	}
	return fmt.Sprintf("this text has %d bytes and a message holds %d: send it as a file instead", e.Size, MaxText)
}

// Beside returns what stands beside the text of a body, without what it replies to.
func (b Text) Beside() Text {
	b.Text, b.ReplyTo = "", nil
	return b
}

// CheckText returns nil for what Send takes: valid UTF-8 without NUL, not only what shows nothing, at most MaxText bytes.
func CheckText(text string) error {
	if err := CheckWire(text); err != nil {
		return err
	}
	if name.Blank(text) {
		return ErrEmpty
	}
	return nil
}

// CheckWire returns nil for what a text may be in an event. Blanks alone are shown when they come, as earlier versions sent them.
func CheckWire(text string) error {
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

// ReadText decodes and checks a body of KindText. Names in it are cleaned: they are safe to show.
func ReadText(body []byte) (Text, error) {
	var b Text
	if err := wire.Unmarshal(body, &b); err != nil {
		return Text{}, err
	}
	if err := b.Check(); err != nil {
		return Text{}, err
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

// Check returns nil for a text that can be written.
func (b *Text) Check() error {
	if err := CheckWire(b.Text); err != nil {
		return err
	}
	if len(b.ReplyTo) != 0 && len(b.ReplyTo) != len(ID{}) {
		return errors.New("a reply that names no event")
	}
	if len(b.From) > name.MaxDisplayBytes {
		return errors.New("a forwarded text from somebody with too long a name")
	}
	if len(b.Hook) > name.MaxDisplayBytes {
		return errors.New("a text through a webhook with too long a name")
	}
	return errors.Join(CheckMentions(b.Mentions), CheckGroups(b.Groups))
}

// CheckMentions returns nil for at most 32 persons, each named once; else [ErrText].
func CheckMentions(persons []identity.PersonID) error {
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

// CheckGroups returns nil for at most 8 names of groups, clean and each named once; else [ErrText].
func CheckGroups(all []string) error {
	if len(all) > maxCalled {
		return fmt.Errorf("%w: it mentions %d groups, more than %d", ErrText, len(all), maxCalled)
	}
	seen := map[string]bool{}
	for _, called := range all {
		if !name.IsDisplay(called) || seen[name.Fold(called)] {
			return fmt.Errorf("%w: it mentions a group twice, or by no name", ErrText)
		}
		seen[name.Fold(called)] = true
	}
	return nil
}

// Mentioned returns whom a text mentions, persons and groups. What cannot be read mentions nobody.
func Mentioned(kind Kind, body []byte) (persons []identity.PersonID, groups []string) {
	if kind != KindText || len(body) == 0 || body[0] == onlyText {
		return nil, nil
	}
	b, err := ReadText(body)
	if err != nil {
		return nil, nil
	}
	return b.Mentions, b.Groups
}

// RepliesTo returns what a text replies to. What cannot be read replies to nothing.
func RepliesTo(kind Kind, body []byte) (ID, bool) {
	if kind != KindText || len(body) == 0 || body[0] == onlyText {
		return ID{}, false
	}
	b, err := ReadText(body)
	if err != nil || len(b.ReplyTo) == 0 {
		return ID{}, false
	}
	return ID(b.ReplyTo), true
}

// Replies reports whether the event is a text that replies to another message.
func (e *Event) Replies() bool {
	_, is := RepliesTo(e.Kind, e.Body)
	return is
}
