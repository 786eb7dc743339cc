package peer

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"lanyard/internal/name"
)

// Choice is how a person wants to be seen. The numbers are those of the wire.
type Choice uint8

// Choices. Offline is never chosen: it is what others see without a link, and of somebody invisible.
const (
	Offline   Choice = 0
	Available Choice = 1
	Away      Choice = 2
	Busy      Choice = 3
	Invisible Choice = 4
)

// String returns the word that the command line and the API use.
func (c Choice) String() string {
	switch c {
	case Available:
		return "available"
	case Away:
		return "away"
	case Busy:
		return "busy"
	case Invisible:
		return "invisible"
	}
	return "offline"
}

// ParseChoice reads the word for a choice, in any case. Offline cannot be chosen.
func ParseChoice(s string) (Choice, error) {
	for c := Available; c <= Invisible; c++ {
		if strings.EqualFold(s, c.String()) {
			return c, nil
		}
	}
	return Offline, fmt.Errorf("%q is no presence: choose available, away, busy or invisible", name.Quote(s))
}

// Presence is a choice and a line of text beside it ("back at 3").
type Presence struct {
	Choice Choice
	Text   string
}

// maxPresenceText is the limit of the text in bytes.
const maxPresenceText = 160

// ErrLongPresence is a text beside the presence that is longer than a name may be.
var ErrLongPresence = fmt.Errorf("the text beside the presence is too long: at most %d characters, fewer of large ones such as emoji", name.MaxDisplay)

// check refuses what our own person cannot choose.
func (p Presence) check() (Presence, error) {
	if p.Choice < Available || p.Choice > Invisible {
		return p, fmt.Errorf("presence %d cannot be chosen: choose available, away, busy or invisible", p.Choice)
	}
	p.Text = strings.TrimSpace(p.Text)
	if len(p.Text) > maxPresenceText || !utf8.ValidString(p.Text) {
		return p, ErrLongPresence
	}
	if _, err := name.Typed(p.Text); p.Text != "" && errors.Is(err, name.ErrLongName) {
		return p, ErrLongPresence
	}
	p.Text = presenceText(p.Text)
	return p, nil
}

// told is what somebody's hello or profile says, made harmless: unknown choices of newer versions count as available.
func told(choice uint64, text string) Presence {
	c := Choice(Available)
	if choice >= uint64(Available) && choice <= uint64(Invisible) {
		c = Choice(choice)
	}
	return Presence{Choice: c, Text: presenceText(text)}
}

// presenceText cleans a line of text by the rules of display names, which also bound it.
func presenceText(s string) string {
	if s = strings.ToValidUTF8(s, ""); len(s) > 4*maxPresenceText {
		return ""
	}
	clean, err := name.Display(s)
	if err != nil {
		return ""
	}
	return clean
}

// idling is what is told of a choice while nobody is at the desk: only who is available goes away by itself, because any other choice was meant.
func (p Presence) idling(idle bool) Presence {
	if idle && p.Choice == Available {
		p.Choice = Away
	}
	return p
}

// effective is what others are shown: the choice while a link is up, else offline; invisible people look as if they were not here.
func (p Presence) effective(linked bool) Presence {
	if !linked || p.Choice == Invisible {
		return Presence{}
	}
	return p
}
