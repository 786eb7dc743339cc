package identity

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
)

// The text form of an ID: base32 (RFC 4648, no padding) makes 52 characters of 32 bytes; after every 13 follows a check character;
// the 56 are written in groups of 7.
const (
	idAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	idChecked  = 13
	idGroup    = 7
	idLength   = 56
	idShortest = 8
	idTyped    = 256 // longest text looked at: what a person pastes, with spaces and line ends
)

// ErrID is wrapped by every error of ParsePeerID and ParsePersonID.
var ErrID = errors.New("not an ID of a peer or person: copy it again")

func idText(id [sha256.Size]byte) string {
	plain := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(id[:])
	checked := make([]byte, 0, idLength)
	for ; len(plain) > 0; plain = plain[idChecked:] {
		checked = append(checked, plain[:idChecked]...)
		checked = append(checked, checkCharacter(plain[:idChecked]))
	}
	var text strings.Builder
	for i := 0; i < idLength; i += idGroup {
		if i > 0 {
			text.WriteByte('-')
		}
		text.Write(checked[i : i+idGroup])
	}
	return text.String()
}

func idShort(id [sha256.Size]byte) string {
	return base32.StdEncoding.EncodeToString(id[:5])[:idShortest]
}

func parseID(text string) (id [sha256.Size]byte, err error) {
	if len(text) > idTyped {
		return id, fmt.Errorf("%w (%d characters)", ErrID, len(text))
	}
	checked := strings.Map(dropSeparators, strings.ToUpper(text))
	if len(checked) != idLength {
		return id, fmt.Errorf("%w (it has %d characters where %d are needed)", ErrID, len(checked), idLength)
	}
	var plain strings.Builder
	for i := 0; i < idLength; i += idChecked + 1 {
		part := checked[i : i+idChecked]
		if strings.Trim(part, idAlphabet) != "" {
			return id, fmt.Errorf("%w (it has only letters and the digits 2 to 7)", ErrID)
		}
		if checkCharacter(part) != checked[i+idChecked] {
			return id, fmt.Errorf("%w (a character is wrong among the first %d)", ErrID, i+idChecked+1)
		}
		plain.WriteString(part)
	}
	if _, err := base32.StdEncoding.WithPadding(base32.NoPadding).Decode(id[:], []byte(plain.String())); err != nil {
		return [sha256.Size]byte{}, fmt.Errorf("%w (%v)", ErrID, err)
	}
	// The last character carries one bit of the ID and four that must be zero: otherwise one ID had 16 texts.
	if !strings.HasPrefix(plain.String(), base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(id[:])) {
		return [sha256.Size]byte{}, fmt.Errorf("%w (its last character is wrong)", ErrID)
	}
	return id, nil
}

func dropSeparators(r rune) rune {
	switch r {
	case '-', ' ', '\t', '\r', '\n':
		return -1
	}
	return r
}

// checkCharacter is the Luhn algorithm modulo 32 with factors that run 1, 2, 1, 2 ... from the left, as in Syncthing's device IDs. It
// catches every single wrong character and nearly every swap of two neighbours. Part holds characters of idAlphabet only.
func checkCharacter(part string) byte {
	const n = len(idAlphabet)
	sum, factor := 0, 1
	for i := range len(part) {
		addend := factor * strings.IndexByte(idAlphabet, part[i])
		sum += addend/n + addend%n
		factor = 3 - factor
	}
	return idAlphabet[(n-sum%n)%n]
}

// idCBOR writes a CBOR byte string of 32 bytes: major type 2, one byte of length.
func idCBOR(id [sha256.Size]byte) []byte {
	return append([]byte{0x58, sha256.Size}, id[:]...)
}

// idFromCBOR is strict where the library is lenient: it would fill up or cut a string of another length.
func idFromCBOR(data []byte) (id [sha256.Size]byte, err error) {
	if len(data) != sha256.Size+2 || data[0] != 0x58 || data[1] != sha256.Size {
		return id, errors.New("an ID must be a string of 32 bytes")
	}
	copy(id[:], data[2:])
	return id, nil
}
