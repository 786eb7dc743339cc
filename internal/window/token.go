package window

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"sync"
	"time"
)

const (
	tokenLife  = 30 * time.Second // a browser that starts cold needs two of them
	maxPending = 16               // more than any person opens at once; the oldest gives way
)

// tokens are the one-time tokens that were handed out and not used yet, by hash: looking one up takes the same time however much of it was guessed right.
type tokens struct {
	mu      sync.Mutex
	pending []token
}

type token struct {
	hash [sha256.Size]byte
	ends time.Time
}

// issue makes a token of 256 random bits.
func (t *tokens) issue(now time.Time) string {
	text := randomText()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.dropEndedLocked(now)
	if len(t.pending) == maxPending {
		t.pending = t.pending[1:]
	}
	t.pending = append(t.pending, token{sha256.Sum256([]byte(text)), now.Add(tokenLife)})
	return text
}

// spend says whether the token was good, and makes it worthless. Of two that spend it at once one wins.
func (t *tokens) spend(text string, now time.Time) bool {
	hash := sha256.Sum256([]byte(text))
	t.mu.Lock()
	defer t.mu.Unlock()
	t.dropEndedLocked(now)
	for i, p := range t.pending {
		if p.hash == hash {
			t.pending = append(t.pending[:i], t.pending[i+1:]...)
			return true
		}
	}
	return false
}

func (t *tokens) dropEndedLocked(now time.Time) {
	for len(t.pending) > 0 && !now.Before(t.pending[0].ends) {
		t.pending = t.pending[1:]
	}
}

func randomText() string {
	b := make([]byte, 32)
	rand.Read(b) // never fails: crypto/rand ends the program rather
	return base64.RawURLEncoding.EncodeToString(b)
}
