package share

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
)

// ID names a share everywhere: 16 random bytes, in text 32 hexadecimal digits.
type ID [16]byte

// newID returns a fresh ID.
func newID() ID {
	var id ID
	rand.Read(id[:]) // never fails: crypto/rand ends the program instead
	return id
}

func (id ID) String() string { return hex.EncodeToString(id[:]) }

// MarshalText makes the ID its text form in JSON.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText is ParseID.
func (id *ID) UnmarshalText(text []byte) error {
	parsed, err := ParseID(string(text))
	if err == nil {
		*id = parsed
	}
	return err
}

// ParseID reads 32 hexadecimal digits.
func ParseID(s string) (ID, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(ID{}) {
		return ID{}, fmt.Errorf("%q is no share ID: it has 32 digits and letters a to f", s)
	}
	return ID(b), nil
}

// MarshalCBOR makes the ID a byte string.
func (id ID) MarshalCBOR() ([]byte, error) { return append([]byte{0x50}, id[:]...), nil }

// UnmarshalCBOR takes a byte string of exactly 16 bytes.
func (id *ID) UnmarshalCBOR(b []byte) error {
	if len(b) != 17 || b[0] != 0x50 {
		return fmt.Errorf("a share ID of %d bytes", len(b))
	}
	copy(id[:], b[1:])
	return nil
}
