package identity

import (
	"crypto/ed25519"
	"encoding/hex"
)

// validKey refuses keys of the wrong length and those that lie in the subgroup of order 8, under which signatures can be made up
// without a private key: everybody would be the machine of that name.
func validKey(key ed25519.PublicKey) bool {
	if len(key) != ed25519.PublicKeySize {
		return false
	}
	masked := [ed25519.PublicKeySize]byte(key)
	masked[31] &= 0x7f // the sign of x
	_, small := smallOrder()[hex.EncodeToString(masked[:])]
	return !small
}

// smallOrder lists the y coordinates of the eight points of small order on edwards25519 (RFC 8032, section 5.1), little endian, with
// the encodings that are not reduced modulo p = 2^255 - 19.
func smallOrder() map[string]struct{} {
	return map[string]struct{}{
		"0000000000000000000000000000000000000000000000000000000000000000": {}, // 0, order 4
		"0100000000000000000000000000000000000000000000000000000000000000": {}, // 1, the neutral element
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05": {}, // order 8
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a": {}, // order 8, its negative
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f": {}, // p - 1, order 2
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f": {}, // p, that is 0
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f": {}, // p + 1, that is 1
	}
}
