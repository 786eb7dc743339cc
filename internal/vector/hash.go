package vector

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
)

// Hash is a SHA-256 chain hash: of an event's header in a conversation, of a record and its predecessor's hash in a share. Its text form is
// hexadecimal, its CBOR form a string of 32 bytes.
type Hash [sha256.Size]byte

// ParseHash reads the text form: exactly 64 hexadecimal digits.
func ParseHash(text string) (Hash, error) {
	var h Hash
	err := h.UnmarshalText([]byte(text))
	return h, err
}

// String returns the text form.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText is String.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText is ParseHash.
func (h *Hash) UnmarshalText(text []byte) error { return unhex(h[:], text) }

// MarshalCBOR returns a byte string (major type 2, one byte of length).
func (h Hash) MarshalCBOR() ([]byte, error) {
	return append([]byte{0x58, byte(len(h))}, h[:]...), nil
}

// UnmarshalCBOR takes exactly what MarshalCBOR makes.
func (h *Hash) UnmarshalCBOR(data []byte) error {
	if len(data) != len(h)+2 || data[0] != 0x58 || data[1] != byte(len(h)) {
		*h = Hash{}
		return errors.New("a hash must be a string of 32 bytes")
	}
	copy(h[:], data[2:])
	return nil
}
