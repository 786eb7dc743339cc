package peer

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"strings"

	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/wire"
)

// version is what we speak.
const version = 1

// Limits of what a hello may hold, in bytes.
const (
	maxLabel        = 63
	maxCapability   = 32
	maxCapabilities = 64 // how many

	capabilityLists = "lists" // it tells its person's lists from number 1 on
)

// nonce is what admits a bulk connection to a link.
type nonce [16]byte

// profile is what may change while a link lives: fields 3 to 9, 12 and 13 of a hello, and the whole body of a profile frame.
type profile struct {
	Name     string                     `cbor:"3,keyasint,omitempty"`
	Machine  string                     `cbor:"4,keyasint,omitempty"`
	Label    string                     `cbor:"5,keyasint,omitempty"`
	Port     uint16                     `cbor:"6,keyasint,omitempty"`
	List     *identity.SignedPersonList `cbor:"7,keyasint,omitempty"`
	Presence uint64                     `cbor:"8,keyasint,omitempty"`
	Text     string                     `cbor:"9,keyasint,omitempty"`
	Copied   bool                       `cbor:"12,keyasint,omitempty"` // another agent with the receiver's key was turned away

	Discretion uint64 `cbor:"13,keyasint,omitempty"` // bits: 1 typing, 2 when they were last here
}

// hello is the first frame each way.
type hello struct {
	Version  uint64 `cbor:"1,keyasint"`
	Instance uint64 `cbor:"2,keyasint"`
	profile
	Nonce        []byte   `cbor:"10,keyasint"`
	Capabilities []string `cbor:"11,keyasint,omitempty"`
}

// greeting is a hello that was checked: who is there and what they say about themselves.
type greeting struct {
	instance uint64
	nonce    nonce
	card     card
	offered  []string // capabilities
}

// card is a checked profile.
type card struct {
	list       identity.PersonList
	signed     identity.SignedPersonList   // of list
	chain      []identity.SignedPersonList // that were asked for to believe it
	name       string                      // clean, never empty
	machine    string                      // clean, may be empty
	label      string
	port       uint16
	presence   Presence
	discretion Discretion
	copied     bool // they turned away another agent with our key
}

// errVersion says that a peer does not speak our version.
var errVersion = errors.New("it speaks another version of the protocol")

// lists returns the newest person list that we know of a person, and the signed form of it.
type lists func(identity.PersonID) (identity.PersonList, identity.SignedPersonList, bool)

// readHello decodes and checks the hello of the peer whose key TLS showed.
func readHello(body []byte, key ed25519.PublicKey, known lists) (greeting, error) {
	var h hello
	if err := wire.Unmarshal(body, &h); err != nil {
		return greeting{}, fmt.Errorf("decode hello: %w", err)
	}
	if h.Version < version {
		return greeting{}, errVersion
	}
	if len(h.Nonce) != len(nonce{}) {
		return greeting{}, fmt.Errorf("nonce of %d bytes in a hello", len(h.Nonce))
	}
	if len(h.Capabilities) > maxCapabilities {
		return greeting{}, fmt.Errorf("%d capabilities in a hello", len(h.Capabilities))
	}
	for _, c := range h.Capabilities {
		if len(c) > maxCapability {
			return greeting{}, fmt.Errorf("capability of %d bytes in a hello", len(c))
		}
	}
	c, err := h.profile.check(key, known)
	if err != nil {
		return greeting{}, err
	}
	return greeting{instance: h.Instance, nonce: nonce(h.Nonce), card: c, offered: h.Capabilities}, nil
}

// readProfile decodes and checks a profile frame.
func readProfile(body []byte, key ed25519.PublicKey, known lists) (card, error) {
	var p profile
	if err := wire.Unmarshal(body, &p); err != nil {
		return card{}, fmt.Errorf("decode profile: %w", err)
	}
	return p.check(key, known)
}

// check validates a profile that came over a link with this key. The person list must hold the key.
func (p profile) check(key ed25519.PublicKey, known lists) (card, error) {
	peer := identity.PeerIDOf(key)
	if len(p.Label) > maxLabel || strings.Trim(p.Label, labelLetters) != "" {
		return card{}, fmt.Errorf("label of %d bytes that is none", len(p.Label))
	}
	if p.List == nil {
		return card{}, fmt.Errorf("no person list of %s", peer.Short())
	}
	list, signed, err := openList(*p.List, known)
	if err != nil {
		return card{}, err
	}
	if !list.Has(peer) {
		return card{}, fmt.Errorf("the person list does not hold the key of %s", peer.Short())
	}
	return card{
		list: list, signed: signed, name: displayName(p.Name, peer), machine: machineName(p.Machine),
		label: p.Label, port: p.Port, presence: told(p.Presence, p.Text), discretion: discretionOf(p.Discretion), copied: p.Copied,
	}, nil
}

// openList verifies a list against the newest one known of that person. Of an older one the known one is returned: the other side will
// hear of it some day.
func openList(signed identity.SignedPersonList, known lists) (identity.PersonList, identity.SignedPersonList, error) {
	var claimed identity.PersonList
	if err := wire.Unmarshal(signed.Body, &claimed); err != nil {
		return identity.PersonList{}, signed, fmt.Errorf("decode person list: %w", err)
	}
	previous, before, ok := known(claimed.Person)
	if !ok {
		list, err := signed.Open(nil)
		return list, signed, err
	}
	list, err := signed.Open(&previous)
	if errors.Is(err, identity.ErrOldList) {
		return previous, before, nil
	}
	return list, signed, err
}

const labelLetters = "abcdefghijklmnopqrstuvwxyz0123456789-"

// displayName cleans what somebody calls himself; what leaves nothing to read becomes the first group of the ID.
func displayName(s string, peer identity.PeerID) string {
	if clean, err := name.Display(s); err == nil && !name.Reserved(clean) {
		return clean
	}
	return peer.String()[:7]
}

// machineName cleans the name of a computer, which tells namesakes apart; it may be empty.
func machineName(s string) string {
	clean, err := name.Display(s)
	if err != nil {
		return ""
	}
	return clean
}

// Bodies of the link's other frames.
type (
	pingBody struct {
		Nonce uint64 `cbor:"1,keyasint"`
		Next  uint64 `cbor:"2,keyasint"`           // milliseconds until the next ping, 0 = this one promises none
		Time  uint64 `cbor:"3,keyasint,omitempty"` // by the sender's clock, milliseconds since 1970
	}
	pongBody struct {
		Nonce uint64 `cbor:"1,keyasint"`
		Time  uint64 `cbor:"2,keyasint,omitempty"` // as in a ping
	}
	closeBody struct {
		Reason CloseReason `cbor:"1,keyasint"`
		Text   string      `cbor:"2,keyasint,omitempty"`
	}
	bulkPleaseBody struct {
		Nonce []byte `cbor:"1,keyasint"` // of the sender's hello
	}
	bulkHelloBody struct {
		Instance  uint64 `cbor:"1,keyasint"`
		Nonce     []byte `cbor:"2,keyasint"`
		Requester uint64 `cbor:"3,keyasint,omitempty"`
	}
	gossipBody struct {
		Peers []gossipPeer `cbor:"1,keyasint"`
	}
	gossipPeer struct {
		_         struct{} `cbor:",toarray"`
		Peer      []byte
		Addresses [][]byte
	}
)

// CloseReason says why a side ended a link; the numbers are those of the wire.
type CloseReason uint64

// Reasons of a close frame.
const (
	CloseNone       CloseReason = 0 // the connection broke, nobody said why
	CloseSuperseded CloseReason = 1
	CloseCopied     CloseReason = 2
	CloseStopping   CloseReason = 3
	CloseBlocked    CloseReason = 4
	CloseVersion    CloseReason = 5
	CloseBreach     CloseReason = 6
)

func (c CloseReason) String() string {
	words := [...]string{"connection lost", "superseded", "copied profile", "stopping", "blocked", "version not spoken", "protocol breach"}
	if c < CloseReason(len(words)) {
		return words[c]
	}
	return fmt.Sprintf("reason %d", uint64(c))
}
