package chat

import (
	"crypto/hpke"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

// mailContext is what signatures of letters are made for.
const mailContext = "mail"

// Limits of a letter, whose size maxSealed bounds.
const (
	maxLetterFrames = 1024
	letterRoom      = maxSealed - 16<<10 // for events; the rest is what stands beside them, and what sealing adds
)

// letter is what mail holds before it is sealed.
type letter struct {
	List   identity.SignedPersonList `cbor:"1,keyasint"`
	Name   string                    `cbor:"2,keyasint"`
	Key    signedKey                 `cbor:"3,keyasint"` // the depositor's own, for the way back
	Events [][]byte                  `cbor:"4,keyasint,omitempty"`
	States []frame.SignedState       `cbor:"5,keyasint,omitempty"`

	Earlier []identity.SignedPersonList `cbor:"6,keyasint,omitempty"` // before List, from number 1 on
}

// signedLetter is a letter with its depositor's signature.
type signedLetter struct {
	Content   []byte `cbor:"1,keyasint"`
	Signature []byte `cbor:"2,keyasint"`
}

// info names a piece of mail: by it nobody can give one as another.
func (p *parcel) info() []byte {
	b := append([]byte("lanyard mail\x00"), p.depositor[:]...)
	b = append(b, p.recipient[:]...)
	b = append(b, p.key[:]...)
	b = binary.BigEndian.AppendUint64(b, p.number)
	return binary.BigEndian.AppendUint64(b, uint64(p.expiry))
}

// signs is what the depositor signs of a letter.
func (p *parcel) signs(content []byte) []byte {
	sum := sha256.Sum256(content)
	return append(p.info(), sum[:]...)
}

// seal fills a parcel, whose other fields are set.
func (p *parcel) seal(by *identity.Identity, to *mailKey, l letter) error {
	content, err := wire.Marshal(l)
	if err != nil {
		return err
	}
	plain, err := wire.Marshal(signedLetter{Content: content, Signature: by.Sign(mailContext, p.signs(content))})
	if err != nil {
		return err
	}
	public, err := to.public()
	if err != nil {
		return err
	}
	if p.sealed, err = hpke.Seal(public, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), p.info(), plain); err != nil {
		return fmt.Errorf("seal mail for %s: %w", p.recipient.Short(), err)
	}
	return nil
}

// open opens a parcel. The letter's signature is verified by its depositor's key, which its person list may have to tell first.
func (p *parcel) open(key *ownMailKey) (signedLetter, letter, error) {
	private, err := hpke.NewDHKEMPrivateKey(key.private)
	if err != nil {
		return signedLetter{}, letter{}, err
	}
	plain, err := hpke.Open(private, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), p.info(), p.sealed)
	if err != nil {
		return signedLetter{}, letter{}, fmt.Errorf("mail from %s was altered, or sealed for somebody else: %w", p.depositor.Short(), err)
	}
	return readLetter(plain)
}

// readLetter decodes what was sealed.
func readLetter(plain []byte) (signedLetter, letter, error) {
	var s signedLetter
	if err := wire.Unmarshal(plain, &s); err != nil {
		return signedLetter{}, letter{}, err
	}
	var l letter
	if err := wire.Unmarshal(s.Content, &l); err != nil {
		return signedLetter{}, letter{}, err
	}
	if len(s.Signature) != event.SignatureSize || len(l.Events) > maxLetterFrames || len(l.States) > frame.MaxStates {
		return signedLetter{}, letter{}, errors.New("a letter without a signature, or with too much in it")
	}
	return s, l, nil
}
