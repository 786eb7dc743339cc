package chat

import (
	"bytes"
	"crypto/sha256"

	"lanyard/internal/identity"
)

// Direct returns the ID of the conversation of two persons, the same whoever asks.
func Direct(a, b identity.PersonID) ID {
	if bytes.Compare(a[:], b[:]) > 0 {
		a, b = b, a
	}
	h := sha256.New()
	h.Write([]byte("lanyard direct\x00"))
	h.Write(a[:])
	h.Write(b[:])
	return ID(h.Sum(nil))
}
