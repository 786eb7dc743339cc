package identity

import "crypto/sha256"

// PersonID names a person: the PeerID of the first machine on their signed list. It stays when machines join or leave. Its forms are
// those of a PeerID.
type PersonID [sha256.Size]byte

// ParsePersonID reads the text form. Hyphens, spaces and case do not matter; a wrong character is caught by the check characters.
func ParsePersonID(text string) (PersonID, error) {
	id, err := parseID(text)
	return PersonID(id), err
}

// String returns the text form: 56 characters in eight groups of 7.
func (id PersonID) String() string { return idText(id) }

// Short returns the first 8 characters of the text form without hyphens: for logs, and the shortest prefix that people may type.
func (id PersonID) Short() string { return idShort(id) }

// MarshalText is String.
func (id PersonID) MarshalText() ([]byte, error) { return []byte(idText(id)), nil }

// UnmarshalText is ParsePersonID.
func (id *PersonID) UnmarshalText(text []byte) (err error) {
	*id, err = ParsePersonID(string(text))
	return err
}

// MarshalCBOR returns a byte string of 32 bytes.
func (id PersonID) MarshalCBOR() ([]byte, error) { return idCBOR(id), nil }

// UnmarshalCBOR takes exactly what MarshalCBOR makes.
func (id *PersonID) UnmarshalCBOR(data []byte) error {
	bytes, err := idFromCBOR(data)
	*id = PersonID(bytes)
	return err
}
