package chat

import (
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

const (
	mailKeyContext = "mail key"          // of the signatures of mail keys
	suiteX25519    = 1                   // HPKE with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305
	maxMailKey     = 512                 // bytes of a key as it is signed
	mailKeyUse     = 7 * 24 * time.Hour  // before a machine makes a new key
	mailKeyKeep    = 45 * 24 * time.Hour // a private key, after it was replaced; longer than mailLife
	mailLife       = 30 * 24 * time.Hour // of mail at a carrier
	maxMailNumber  = uint64(1)<<62 - 1   // of keys and mail: they have to fit into the database
)

// mailKeyID names a mail key: the SHA-256 of its signed bytes.
type mailKeyID [sha256.Size]byte

// mailKeyBody is what mail for one machine is sealed to.
type mailKeyBody struct {
	Peer   identity.PeerID `cbor:"1,keyasint"`
	Number uint64          `cbor:"2,keyasint"`
	Suite  uint64          `cbor:"3,keyasint"`
	Public []byte          `cbor:"4,keyasint"`
	Made   int64           `cbor:"5,keyasint"` // ms since 1970
}

// signedKey is a mail key as it is told: the bytes that were signed, and the signature.
type signedKey struct {
	_         struct{} `cbor:",toarray"`
	Body      []byte
	Signature []byte
}

// mailKey is a mail key that was read.
type mailKey struct {
	mailKeyBody
	id     mailKeyID
	signed signedKey
}

// readMailKey decodes a key and checks its form. Whether its machine signed it is for verify to say.
func readMailKey(signed signedKey) (mailKey, error) {
	if len(signed.Body) > maxMailKey || len(signed.Signature) != event.SignatureSize {
		return mailKey{}, errors.New("a mail key that is too long, or without a signature")
	}
	k := mailKey{id: sha256.Sum256(signed.Body), signed: signed}
	if err := wire.Unmarshal(signed.Body, &k.mailKeyBody); err != nil {
		return mailKey{}, err
	}
	if k.Number == 0 || k.Number > maxMailNumber {
		return mailKey{}, fmt.Errorf("no mail key has the number %d", k.Number)
	}
	if k.Suite != suiteX25519 {
		return mailKey{}, fmt.Errorf("a mail key of suite %d, which this version does not have", k.Suite)
	}
	_, err := k.public()
	return k, err
}

func (k *mailKey) public() (hpke.PublicKey, error) {
	point, err := ecdh.X25519().NewPublicKey(k.Public)
	if err != nil {
		return nil, err
	}
	return hpke.NewDHKEMPublicKey(point)
}

// verify reports whether the machine with this key signed it.
func (k *mailKey) verify(key []byte) error {
	return identity.Verify(key, mailKeyContext, k.signed.Body, k.signed.Signature)
}

// newer reports whether a key that is told takes the place of the known one. What a machine tells itself counts whatever its number is: its profile
// may have been put back from a copy.
func (k *mailKey) newer(known *mailKey, firstHand bool) bool {
	return known == nil || k.id != known.id && (firstHand || k.Number > known.Number)
}

// ownMailKey is one of our machine's keys, with what opens mail.
type ownMailKey struct {
	mailKey
	private  *ecdh.PrivateKey
	replaced time.Time // zero for the newest
}

// makeMailKey makes our next key.
func makeMailKey(id *identity.Identity, last uint64, now time.Time) (ownMailKey, error) {
	private, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return ownMailKey{}, err
	}
	body, err := wire.Marshal(mailKeyBody{Peer: id.PeerID(), Number: max(uint64(max(now.UnixMilli(), 1)), last+1), Suite: suiteX25519,
		Public: private.PublicKey().Bytes(), Made: now.UnixMilli()})
	if err != nil {
		return ownMailKey{}, err
	}
	k, err := readMailKey(signedKey{Body: body, Signature: id.Sign(mailKeyContext, body)})
	return ownMailKey{mailKey: k, private: private}, err
}

// keyRing is our own keys, the newest last.
type keyRing []ownMailKey

func (r keyRing) newest() *ownMailKey {
	if len(r) == 0 {
		return nil
	}
	return &r[len(r)-1]
}

func (r keyRing) find(id mailKeyID) *ownMailKey {
	for i := range r {
		if r[i].id == id {
			return &r[i]
		}
	}
	return nil
}

// due reports whether it is time for a new key. A clock that was put back does not make one.
func (r keyRing) due(now time.Time) bool {
	newest := r.newest()
	return newest == nil || now.Sub(time.UnixMilli(newest.Made)) >= mailKeyUse
}

// turn puts a new key in the place of the newest one and returns those that are dropped for good.
func (r keyRing) turn(next ownMailKey, now time.Time) (kept, gone keyRing) {
	for _, k := range r {
		if k.replaced.IsZero() {
			k.replaced = now
		}
		if now.Sub(k.replaced) >= mailKeyKeep {
			gone = append(gone, k)
		} else {
			kept = append(kept, k)
		}
	}
	return append(kept, next), gone
}
