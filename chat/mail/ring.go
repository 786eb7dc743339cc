package mail

import (
	"crypto/ecdh"
	"crypto/rand"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

// How long keys are used and kept.
const (
	keyUse  = 7 * 24 * time.Hour  // before a machine makes a new key
	keyKeep = 45 * 24 * time.Hour // a private key, after it was replaced; longer than Life
)

// OwnKey is a key of this machine, with what opens mail.
type OwnKey struct {
	Key
	Private  *ecdh.PrivateKey
	Replaced time.Time // zero for the newest
}

// MakeKey makes the next key of a machine, whose last one had this number; 0 if there was none.
func MakeKey(id *identity.Identity, last uint64, now time.Time) (OwnKey, error) {
	private, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return OwnKey{}, err
	}
	body, err := wire.Marshal(keyBody{Peer: id.PeerID(), Number: max(uint64(max(now.UnixMilli(), 1)), last+1), Suite: suiteX25519,
		Public: private.PublicKey().Bytes(), Made: now.UnixMilli()})
	if err != nil {
		return OwnKey{}, err
	}
	k, err := ReadKey(SignedKey{Body: body, Signature: id.Sign(keyContext, body)})
	return OwnKey{Key: k, Private: private}, err
}

// Ring is the keys of this machine, the newest last.
type Ring []OwnKey

// Newest is the key that others are told; nil before there is one.
func (r Ring) Newest() *OwnKey {
	if len(r) == 0 {
		return nil
	}
	return &r[len(r)-1]
}

// Find returns the key with this ID, nil if it is gone.
func (r Ring) Find(id KeyID) *OwnKey {
	for i := range r {
		if r[i].ID == id {
			return &r[i]
		}
	}
	return nil
}

// Due reports whether it is time for a new key. A clock that was put back does not make one.
func (r Ring) Due(now time.Time) bool {
	newest := r.Newest()
	return newest == nil || now.Sub(time.UnixMilli(newest.Made)) >= keyUse
}

// Turn puts a new key in the place of the newest one. It returns the ring as it is then and those keys that are to be dropped for good; r stays as it is.
func (r Ring) Turn(next OwnKey, now time.Time) (kept, gone Ring) {
	for _, k := range r {
		if k.Replaced.IsZero() {
			k.Replaced = now
		}
		if now.Sub(k.Replaced) >= keyKeep {
			gone = append(gone, k)
		} else {
			kept = append(kept, k)
		}
	}
	return append(kept, next), gone
}
