package vector

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
)

// LogID is the random part of a log's name. Its text form is hexadecimal, its CBOR form a string of 16 bytes.
type LogID [16]byte

// NewLogID returns a random one.
func NewLogID() LogID {
	var id LogID
	rand.Read(id[:]) // never fails: it ends the program if the system has no randomness
	return id
}

// String returns the text form.
func (id LogID) String() string { return hex.EncodeToString(id[:]) }

// MarshalText is String.
func (id LogID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText takes exactly 32 hexadecimal digits.
func (id *LogID) UnmarshalText(text []byte) error { return unhex(id[:], text) }

// MarshalCBOR returns a byte string (major type 2, length in the first byte).
func (id LogID) MarshalCBOR() ([]byte, error) {
	return append([]byte{0x40 | byte(len(id))}, id[:]...), nil
}

// UnmarshalCBOR takes exactly what MarshalCBOR makes.
func (id *LogID) UnmarshalCBOR(data []byte) error {
	if len(data) != len(id)+1 || data[0] != 0x40|byte(len(id)) {
		*id = LogID{}
		return errors.New("a log ID must be a string of 16 bytes")
	}
	copy(id[:], data[1:])
	return nil
}

func unhex(into, text []byte) error {
	clear(into)
	if hex.DecodedLen(len(text)) != len(into) || len(text)%2 != 0 {
		return fmt.Errorf("%d characters where %d hexadecimal digits are needed", len(text), hex.EncodedLen(len(into)))
	}
	if _, err := hex.Decode(into, text); err != nil {
		clear(into)
		return err
	}
	return nil
}
