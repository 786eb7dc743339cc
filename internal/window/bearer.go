package window

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

const nonceSize = 16

// NewSecret makes the 32 bytes that sign bearers. Keep them with the profile, readable by its owner only.
func NewSecret() []byte {
	b := make([]byte, 32)
	rand.Read(b) // never fails: crypto/rand ends the program rather
	return b
}

// bearers makes and checks the proof that a page was opened by this person: base64url of a random nonce and its HMAC-SHA-256 under the secret.
// There is no table of sessions to lose in a restart.
type bearers struct{ secret []byte }

func (b bearers) issue() string {
	nonce := make([]byte, nonceSize)
	rand.Read(nonce) // never fails: crypto/rand ends the program rather
	return base64.RawURLEncoding.EncodeToString(b.sign(nonce))
}

// valid compares in constant time. An empty secret makes every bearer invalid.
func (b bearers) valid(text string) bool {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) != nonceSize+sha256.Size || len(b.secret) == 0 {
		return false
	}
	return hmac.Equal(raw, b.sign(raw[:nonceSize:nonceSize]))
}

func (b bearers) sign(nonce []byte) []byte {
	mac := hmac.New(sha256.New, b.secret)
	mac.Write([]byte("lanyard window bearer\x00"))
	mac.Write(nonce)
	return mac.Sum(nonce)
}
