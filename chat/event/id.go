package event

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"lanyard/internal/identity"
)

// ConversationID names a conversation. In text it is hex.
type ConversationID [32]byte

// String returns the text form.
func (id ConversationID) String() string { return hex.EncodeToString(id[:]) }

// ID names an event: the SHA-256 of its header. In text it is hex.
type ID [32]byte

// String returns the text form.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// ParseID reads the text form: 64 hexadecimal digits. An error is [ErrUnknown].
func ParseID(text string) (ID, error) {
	var id ID
	if err := parseHex(id[:], text); err != nil {
		return ID{}, fmt.Errorf("%w: %s", ErrUnknown, err)
	}
	return id, nil
}

// ParseConversationID reads the text form of a conversation's ID. An error is [ErrUnknown].
func ParseConversationID(text string) (ConversationID, error) {
	var id ConversationID
	if err := parseHex(id[:], text); err != nil {
		return ConversationID{}, fmt.Errorf("%w: %s", ErrUnknown, err)
	}
	return id, nil
}

func parseHex(to []byte, text string) error {
	if len(text) != hex.EncodedLen(len(to)) {
		return fmt.Errorf("an ID has %d characters, this has %d", hex.EncodedLen(len(to)), len(text))
	}
	_, err := hex.Decode(to, []byte(text))
	return err
}

// DirectID returns the ID of the conversation of two persons, the same whoever asks.
func DirectID(a, b identity.PersonID) ConversationID {
	if bytes.Compare(a[:], b[:]) > 0 {
		a, b = b, a
	}
	h := sha256.New()
	h.Write([]byte("lanyard direct\x00"))
	h.Write(a[:])
	h.Write(b[:])
	return ConversationID(h.Sum(nil))
}

// OfficeID is the ID of the conversation that has everybody in it.
func OfficeID() ConversationID { return sha256.Sum256([]byte("lanyard office\x00")) }

// Name is what events are looked up by in the database; the whole ID is compared afterwards.
func Name(id ID) int64 { return int64(binary.BigEndian.Uint64(id[:8])) }
