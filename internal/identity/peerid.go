package identity

import (
	"crypto/ed25519"
	"crypto/sha256"
)

// PeerID names one running agent's key: the SHA-256 of its public key in SubjectPublicKeyInfo form. It prints as base32 in groups with
// check characters, e.g. "MFZWI3D-BONSGYC-...".
//
// In CBOR it is a string of 32 bytes, in JSON its text form.
type PeerID [sha256.Size]byte

// spkiPrefix is what stands before the 32 bytes of an Ed25519 key in its SubjectPublicKeyInfo (RFC 8410, section 4): the encoding has
// no variable part, so that hashing it cannot fail.
const spkiPrefix = "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00"

// PeerIDOf returns the ID of the machine that has this public key.
func PeerIDOf(public ed25519.PublicKey) PeerID {
	return sha256.Sum256(append([]byte(spkiPrefix), public...))
}

// ParsePeerID reads the text form. Hyphens, spaces and case do not matter; a wrong character is caught by the check characters.
func ParsePeerID(text string) (PeerID, error) {
	id, err := parseID(text)
	return PeerID(id), err
}

// String returns the text form: 56 characters in eight groups of 7.
func (id PeerID) String() string { return idText(id) }

// Short returns the first 8 characters of the text form without hyphens: for logs, and the shortest prefix that people may type.
func (id PeerID) Short() string { return idShort(id) }

// MarshalText is String.
func (id PeerID) MarshalText() ([]byte, error) { return []byte(idText(id)), nil }

// UnmarshalText is ParsePeerID.
func (id *PeerID) UnmarshalText(text []byte) (err error) {
	*id, err = ParsePeerID(string(text))
	return err
}

// MarshalCBOR returns a byte string of 32 bytes.
func (id PeerID) MarshalCBOR() ([]byte, error) { return idCBOR(id), nil }

// UnmarshalCBOR takes exactly what MarshalCBOR makes.
func (id *PeerID) UnmarshalCBOR(data []byte) error {
	bytes, err := idFromCBOR(data)
	*id = PeerID(bytes)
	return err
}
