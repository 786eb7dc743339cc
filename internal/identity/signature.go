package identity

import (
	"crypto/ed25519"
	"errors"
)

// ErrSignature says that a signature is not by that key over that message in that context.
var ErrSignature = errors.New("the signature does not fit")

// Sign signs a message (Ed25519, RFC 8032). The context says what kind of thing is signed, so that a signature got for one purpose is
// worth nothing for another; it must not hold a zero byte.
func (id *Identity) Sign(context string, message []byte) []byte {
	return ed25519.Sign(id.key, signed(context, message))
}

// Verify returns nil if the signature is right and ErrSignature otherwise, also for keys and signatures of a wrong length.
func Verify(public ed25519.PublicKey, context string, message, signature []byte) error {
	if len(public) != ed25519.PublicKeySize || !ed25519.Verify(public, signed(context, message), signature) {
		return ErrSignature
	}
	return nil
}

func signed(context string, message []byte) []byte {
	prefixed := make([]byte, 0, len("lanyard ")+len(context)+1+len(message))
	prefixed = append(prefixed, "lanyard "...)
	prefixed = append(prefixed, context...)
	prefixed = append(prefixed, 0)
	return append(prefixed, message...)
}
