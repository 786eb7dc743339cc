package blob

import (
	"context"

	"lanyard/internal/pace"
)

// Limits are how many bytes of content may be sent and taken in a second; 0 = as many as there are.
type Limits struct {
	Up, Down int64
}

// paced are the limiters of one scope, or of all scopes of a kind.
type paced struct{ up, down pace.Limiter }

// AllShares is the scope of what lies in any shared folder, for Limit.
func AllShares() Scope { return Scope{Kind: ShareContent} }

// Limit bounds what is sent and taken of a scope, from the next frame on, also of what is on its way. Before that there is no limit.
func (e *Exchange) Limit(scope Scope, l Limits) {
	p := e.pacedAt(scope, true)
	p.up.Set(l.Up)
	p.down.Set(l.Down)
}

// pacedAt returns the limiters of a scope; without any made it returns nil, unless it is to make them.
func (e *Exchange) pacedAt(scope Scope, make bool) *paced {
	e.mu.Lock()
	defer e.mu.Unlock()
	p := e.paces[scope]
	if p == nil && make {
		p = &paced{}
		e.paces[scope] = p
	}
	return p
}

// pacedBy returns the limiters that hold for a scope.
func (e *Exchange) pacedBy(scope Scope) []*paced {
	var out []*paced
	for _, s := range []Scope{scope, {Kind: scope.Kind}} {
		if p := e.pacedAt(s, false); p != nil {
			out = append(out, p)
		}
	}
	return out
}

// beforeSending waits until a frame of a scope may be sent; afterTaking until the next one may be taken after one of n bytes.
func (e *Exchange) beforeSending(ctx context.Context, scope Scope, n int) error {
	for _, p := range e.pacedBy(scope) {
		if err := p.up.Wait(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

func (e *Exchange) afterTaking(ctx context.Context, scope Scope, n int) error {
	for _, p := range e.pacedBy(scope) {
		if err := p.down.Wait(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// atOnce bounds a number of bytes to what passes in a quarter of a second, so that neither side takes waiting for silence, and others have their turn.
func atOnce(n int, least int, rates ...int64) int {
	for _, r := range rates {
		if r > 0 {
			n = min(n, max(int(r/4), least))
		}
	}
	return n
}

// leastPiece and leastAsk bound what atOnce comes to.
const (
	leastPiece = 16 << 10
	leastAsk   = 256 << 10
)

// pieceSize is how many bytes go into a frame.
func (e *Exchange) pieceSize(scope Scope) int {
	n := payload
	for _, p := range e.pacedBy(scope) {
		n = atOnce(n, leastPiece, p.up.Rate())
	}
	return n
}

// askSize is for how many bytes one asks at once: who waits for the same peer has its turn after them.
func (e *Exchange) askSize(scope Scope) int {
	n := maxAsk
	for _, p := range e.pacedBy(scope) {
		n = atOnce(n, leastAsk, p.down.Rate())
	}
	return n
}
