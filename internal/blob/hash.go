package blob

import (
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/zeebo/blake3"
)

// Hash is the BLAKE3-256 hash of whole content (O'Connor et al., 2020). Its text form is hexadecimal, its CBOR form a string of 32 bytes.
type Hash [32]byte

// Sum returns the hash of b.
func Sum(b []byte) Hash { return blake3.Sum256(b) }

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
func (h *Hash) UnmarshalText(text []byte) error {
	*h = Hash{}
	if len(text) != hex.EncodedLen(len(h)) {
		return fmt.Errorf("%d characters where a hash has %d", len(text), hex.EncodedLen(len(h)))
	}
	if _, err := hex.Decode(h[:], text); err != nil {
		*h = Hash{}
		return err
	}
	return nil
}

// MarshalCBOR returns a byte string (major type 2, one byte of length).
func (h Hash) MarshalCBOR() ([]byte, error) { return append([]byte{0x58, byte(len(h))}, h[:]...), nil }

// UnmarshalCBOR takes exactly what MarshalCBOR makes.
func (h *Hash) UnmarshalCBOR(data []byte) error {
	if len(data) != len(h)+2 || data[0] != 0x58 || data[1] != byte(len(h)) {
		*h = Hash{}
		return errors.New("a hash must be a string of 32 bytes")
	}
	copy(h[:], data[2:])
	return nil
}
