// Package card is what people tell of themselves: role, room, telephone and a picture.
//
// # Use
//
//	cards := card.New(card.Config{Roster: roster, DB: db, Told: told})  // before the roster runs; DB holds Part
//	err := cards.Load(ctx)
//	err = cards.Set(ctx, own)                                            // ours; everybody who is here hears of it
//	c, err := cards.Of(ctx, person)                                      // the zero Card if they tell nothing
//
// The formats are in docs/protocol.md, section 6, cards.
//
// # Promises
//
// A card comes only over a link of its own person and is checked before it is stored: texts are clean, the picture is a small JPEG of which only the header
// was read. What is stored is there after a restart. Set returns when ours is durable; others' are stored before Told hears of them. Told is called from
// the goroutine of the link and must not block. All methods may be called from any goroutine.
//
// # Left out
//
// Names and presence (package peer), and making the picture small (package media): our own caller has done it.
package card

import (
	"crypto/sha256"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"lanyard/internal/media"
	"lanyard/internal/name"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

//go:embed schema.sql
var schema string

// Part returns the table of cards.
func Part() store.Part { return store.Part{Name: "card", Migrations: []string{schema}} }

// Card is what a person tells. Empty fields are not told.
type Card struct {
	Role    string `cbor:"1,keyasint,omitempty"`
	Room    string `cbor:"2,keyasint,omitempty"`
	Phone   string `cbor:"3,keyasint,omitempty"`
	Picture []byte `cbor:"4,keyasint,omitempty"` // a JPEG
}

// Hash names the bytes of a card; zero: none.
type Hash [sha256.Size]byte

func (c Card) empty() bool {
	return c.Role == "" && c.Room == "" && c.Phone == "" && len(c.Picture) == 0
}

// ErrPicture says that a picture is not the small JPEG that a card can hold.
var ErrPicture = errors.New("the picture of a card must be a small JPEG")

// FieldError says in one sentence what is wrong with a text that our own person gave.
type FieldError struct{ text string }

func (e *FieldError) Error() string { return e.text }

// phoneLetters are what a telephone number is written with.
const phoneLetters = "0123456789+-()/.#*, "

// Typed checks a card that our own person gives, and cleans its texts. The error is a *FieldError or ErrPicture.
func (c Card) Typed() (Card, error) {
	for _, f := range []struct {
		called string
		text   *string
	}{{"role", &c.Role}, {"room", &c.Room}, {"telephone number", &c.Phone}} {
		clean, err := typed(f.called, *f.text)
		if err != nil {
			return Card{}, err
		}
		*f.text = clean
	}
	if strings.Trim(c.Phone, phoneLetters) != "" {
		return Card{}, &FieldError{"a telephone number has digits and + - ( ) / . # * only: type it anew"}
	}
	return c, c.checkPicture()
}

func typed(called, text string) (string, error) {
	if strings.TrimSpace(text) == "" {
		return "", nil
	}
	if !utf8.ValidString(text) || strings.ContainsFunc(text, lies) {
		return "", &FieldError{fmt.Sprintf("the %s holds characters that cannot be seen or turn the direction of the text: type it anew", called)}
	}
	clean, err := name.Typed(text)
	switch {
	case errors.Is(err, name.ErrLongName):
		return "", &FieldError{fmt.Sprintf("a %s has at most %d characters: choose a shorter one", called, name.MaxDisplay)}
	case err != nil:
		return "", &FieldError{fmt.Sprintf("a %s needs at least one letter or digit", called)}
	}
	return clean, nil
}

// lies reports characters that no honest text needs: control characters and those that turn the direction of what follows.
func lies(r rune) bool {
	return unicode.IsControl(r) || slices.Contains([]rune("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"), r)
}

func (c Card) checkPicture() error {
	if len(c.Picture) == 0 {
		return nil
	}
	width, height, err := media.CheckThumbnail(c.Picture)
	if err != nil || width > media.PortraitSide || height > media.PortraitSide {
		return ErrPicture
	}
	return nil
}

// encode returns a card's bytes.
func (c Card) encode() ([]byte, error) {
	if c.empty() {
		return nil, nil
	}
	return wire.Marshal(c)
}

// decode reads a card that somebody told. What breaks a rule is no card.
func decode(body []byte) (Card, error) {
	var c Card
	if err := wire.Unmarshal(body, &c); err != nil {
		return Card{}, fmt.Errorf("decode card: %w", err)
	}
	clean, err := c.Typed()
	if err != nil {
		return Card{}, err
	}
	if c.empty() || clean.Role != c.Role || clean.Room != c.Room || clean.Phone != c.Phone {
		return Card{}, errors.New("a card with texts that are not clean")
	}
	return c, nil
}

// hashOf names a card's bytes.
func hashOf(body []byte) Hash {
	if len(body) == 0 {
		return Hash{}
	}
	return sha256.Sum256(body)
}
