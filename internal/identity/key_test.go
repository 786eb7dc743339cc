package identity

import (
	"crypto/ed25519"
	"encoding/hex"
	"math/big"
	"testing"
)

// TestSmallOrderTable computes with the curve itself (RFC 8032, section 5.1) that the table holds points of order 8 or less, and that
// points outside of it are none.
func TestSmallOrderTable(t *testing.T) {
	for text := range smallOrder() {
		y := fromLittleEndian(t, text)
		if !vanishes(y) {
			t.Errorf("8 times the point %s is not the neutral element", text)
		}
		if validKey(mustHex(t, text)) {
			t.Errorf("%s is taken for a key", text)
		}
		signed := mustHex(t, text)
		signed[31] |= 0x80
		if validKey(signed) {
			t.Errorf("%s with the other sign is taken for a key", text)
		}
	}
	id, err := Generate()
	if err != nil {
		t.Fatal(err)
	}
	if vanishes(fromLittleEndian(t, hex.EncodeToString(id.Public()))) || !validKey(id.Public()) {
		t.Error("an ordinary key is taken for one of small order")
	}
	if validKey(id.Public()[:31]) || validKey(append(ed25519.PublicKey{}, make([]byte, 33)...)) {
		t.Error("a key of another length is taken")
	}
}

// vanishes reports whether 8 times a point with this y coordinate has y = 1. Only y is needed: with u = y^2, x^2 = (u-1)/(d*u+1), and
// doubling gives y' = (y^2 + x^2) / (1 - d*x^2*y^2).
func vanishes(y *big.Int) bool {
	p := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 255), big.NewInt(19))
	d := new(big.Int).Mul(big.NewInt(-121665), new(big.Int).ModInverse(big.NewInt(121666), p))
	one := big.NewInt(1)
	mod := func(n *big.Int) *big.Int { return n.Mod(n, p) }
	over := func(a, b *big.Int) *big.Int { return mod(new(big.Int).Mul(a, new(big.Int).ModInverse(mod(b), p))) }
	y = mod(new(big.Int).Set(y))
	for range 3 {
		u := mod(new(big.Int).Mul(y, y))
		x2 := over(new(big.Int).Sub(u, one), new(big.Int).Add(new(big.Int).Mul(d, u), one))
		product := mod(new(big.Int).Mul(d, new(big.Int).Mul(x2, u)))
		y = over(new(big.Int).Add(u, x2), new(big.Int).Sub(one, product))
	}
	return y.Cmp(one) == 0
}

func fromLittleEndian(t *testing.T, text string) *big.Int {
	b := mustHex(t, text)
	b[31] &= 0x7f
	for i := range 16 {
		b[i], b[31-i] = b[31-i], b[i]
	}
	return new(big.Int).SetBytes(b)
}

func mustHex(t *testing.T, text string) ed25519.PublicKey {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
