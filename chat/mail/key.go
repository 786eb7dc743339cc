package mail

import (
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/sha256"
	"errors"
	"fmt"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

const (
	keyContext  = "mail key" // of the signatures of mail keys
	suiteX25519 = 1          // HPKE with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305
)

// KeyID names a mail key: the SHA-256 of its signed bytes.
type KeyID [sha256.Size]byte

// keyBody is what mail for one machine is sealed to.
type keyBody struct {
	Peer   identity.PeerID `cbor:"1,keyasint"`
	Number uint64          `cbor:"2,keyasint"` // rising with each key of a machine
	Suite  uint64          `cbor:"3,keyasint"`
	Public []byte          `cbor:"4,keyasint"`
	Made   int64           `cbor:"5,keyasint"` // ms since 1970
}

// SignedKey is a mail key as it is told: the bytes that were signed, and the signature.
type SignedKey struct {
	_         struct{} `cbor:",toarray"`
	Body      []byte
	Signature []byte
}

// Key is a mail key that was read. Its fields of one machine (Peer, Number, Suite, Public, Made) are what was signed.
type Key struct {
	keyBody
	ID     KeyID
	Signed SignedKey
}

// ReadKey decodes a key and checks its form. Whether its machine signed it is for [Key.Verify] to say.
func ReadKey(signed SignedKey) (Key, error) {
	if len(signed.Body) > maxKey || len(signed.Signature) != event.SignatureSize {
		return Key{}, errors.New("a mail key that is too long, or without a signature")
	}
	k := Key{ID: sha256.Sum256(signed.Body), Signed: signed}
	if err := wire.Unmarshal(signed.Body, &k.keyBody); err != nil {
		return Key{}, err
	}
	if k.Number == 0 || k.Number > maxNumber {
		return Key{}, fmt.Errorf("no mail key has the number %d", k.Number)
	}
	if k.Suite != suiteX25519 {
		return Key{}, fmt.Errorf("a mail key of suite %d, which this version does not have", k.Suite)
	}
	_, err := k.public()
	return k, err
}

func (k *Key) public() (hpke.PublicKey, error) {
	point, err := ecdh.X25519().NewPublicKey(k.Public)
	if err != nil {
		return nil, err
	}
	return hpke.NewDHKEMPublicKey(point)
}

// Verify returns nil if the machine with this public key signed it.
func (k *Key) Verify(key []byte) error {
	return identity.Verify(key, keyContext, k.Signed.Body, k.Signed.Signature)
}

// Newer reports whether a key that is told takes the place of the known one, nil if none is. What a machine tells itself counts whatever its number is: its profile
// may have been put back from a copy.
func (k *Key) Newer(known *Key, firstHand bool) bool {
	return known == nil || k.ID != known.ID && (firstHand || k.Number > known.Number)
}
