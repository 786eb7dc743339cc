package mail

import (
	"crypto/ed25519"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

// Parcel is sealed mail as it is kept and moved: from one machine to another, named by these and the number.
type Parcel struct {
	Depositor, Recipient identity.PeerID
	Number               uint64 // rising with each parcel of a depositor
	Key                  KeyID  // that it is sealed to
	Expiry               int64  // ms since 1970
	Sealed               []byte // at most 1 MiB; empty where earlier mail is only taken back
}

// info names a piece of mail: by it nobody can give one as another.
func (p *Parcel) info() []byte {
	b := append([]byte("lanyard mail\x00"), p.Depositor[:]...)
	b = append(b, p.Recipient[:]...)
	b = append(b, p.Key[:]...)
	b = binary.BigEndian.AppendUint64(b, p.Number)
	return binary.BigEndian.AppendUint64(b, uint64(p.Expiry))
}

// signs is what the depositor signs of a letter.
func (p *Parcel) signs(content []byte) []byte {
	sum := sha256.Sum256(content)
	return append(p.info(), sum[:]...)
}

// Seal signs a letter by the depositor and seals it into a parcel, whose other fields are set. to is the key that they name. What is sealed is too large only if
// more stands in the letter than [Room].
func (p *Parcel) Seal(by *identity.Identity, to *Key, l Letter) error {
	content, err := wire.Marshal(l)
	if err != nil {
		return err
	}
	plain, err := wire.Marshal(SignedLetter{Content: content, Signature: by.Sign(letterContext, p.signs(content))})
	if err != nil {
		return err
	}
	public, err := to.public()
	if err != nil {
		return err
	}
	if p.Sealed, err = hpke.Seal(public, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), p.info(), plain); err != nil {
		return fmt.Errorf("seal mail for %s: %w", p.Recipient.Short(), err)
	}
	return nil
}

// Open opens a parcel with the key that it names. Whose letter it is, only [Parcel.Verify] tells, by the depositor's key, which the letter's person lists may have to
// tell first.
func (p *Parcel) Open(key *OwnKey) (SignedLetter, Letter, error) {
	private, err := hpke.NewDHKEMPrivateKey(key.Private)
	if err != nil {
		return SignedLetter{}, Letter{}, err
	}
	plain, err := hpke.Open(private, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), p.info(), p.Sealed)
	if err != nil {
		return SignedLetter{}, Letter{}, fmt.Errorf("mail from %s was altered, or sealed for somebody else: %w", p.Depositor.Short(), err)
	}
	return readLetter(plain)
}

// Verify returns nil if the machine with this key signed the letter that was in the parcel, for this parcel.
func (p *Parcel) Verify(key ed25519.PublicKey, l SignedLetter) error {
	return identity.Verify(key, letterContext, p.signs(l.Content), l.Signature)
}

// Pieces cuts a parcel into frames for a link. about is who else has a part in it: the recipient for a carrier, the depositor for the recipient.
func (p *Parcel) Pieces(about identity.PeerID) []Piece {
	head := Piece{Peer: about, Number: p.Number, Key: p.Key[:], Expiry: p.Expiry, Size: uint64(len(p.Sealed))}
	if len(p.Sealed) == 0 {
		return []Piece{{Peer: about, Number: p.Number, Expiry: p.Expiry}}
	}
	var all []Piece
	for at := 0; at < len(p.Sealed); at += pieceSize {
		piece := head
		piece.Offset, piece.Piece = uint64(at), p.Sealed[at:min(at+pieceSize, len(p.Sealed))]
		all = append(all, piece)
	}
	return all
}
