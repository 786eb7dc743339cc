package peer

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"lanyard/internal/identity"
)

// connect dials one address and completes TLS.
func (r *Roster) connect(ctx context.Context, address string) (shaken, error) {
	ctx, cancel := context.WithTimeout(ctx, greetLimit)
	defer cancel()
	raw, err := r.config.Network.Dial(ctx, address)
	if err != nil {
		return shaken{}, err
	}
	counted := meter(raw)
	s, err := r.shake(ctx, tls.Client(counted, r.config.Identity.ClientTLS(identity.LinkProtocol)), true)
	if err != nil {
		r.drop(raw)
		return shaken{}, err
	}
	s.trust = func() { counted.trusted.Store(true) }
	return s, nil
}

// outcome is what one dial of a race came to.
type outcome struct {
	s   shaken
	err error
}

// race dials the addresses 250 ms apart, the next one at once when one fails, and returns the first connection to the peer wanted (to
// anybody, if that is zero). The others are closed. Where somebody else answers than was wanted, and nobody wanted does, that one is returned:
// an address is only a hint.
func (r *Roster) race(ctx context.Context, addresses []netip.AddrPort, wanted identity.PeerID) (shaken, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results := make(chan outcome, len(addresses))
	step := time.NewTimer(raceStep)
	defer step.Stop()
	var other *shaken
	err := errors.New("no address to dial")
	started, ended := 0, 0
	next := func() {
		if started == len(addresses) {
			return
		}
		at := addresses[started].String()
		started++
		r.tasks.Go(func() {
			s, err := r.connect(ctx, at)
			results <- outcome{s, err}
		})
		step.Reset(raceStep)
	}
	for next(); ended < len(addresses); {
		select {
		case <-step.C:
			next()
		case o := <-results:
			ended++
			switch {
			case o.err != nil:
				err = o.err
			case wanted == identity.PeerID{} || o.s.peer == wanted:
				r.dropLater(results, started-ended, other)
				return o.s, nil
			case other == nil:
				other = &o.s
			default:
				r.drop(o.s.conn.NetConn())
			}
			next()
		}
	}
	if other != nil && !r.hasLink(other.peer) {
		return *other, nil
	}
	r.dropLater(results, 0, other)
	return shaken{}, fmt.Errorf("dial %d addresses: %w", len(addresses), err)
}

// dropLater closes what lost a race.
func (r *Roster) dropLater(results <-chan outcome, n int, other *shaken) {
	if other != nil {
		r.drop(other.conn.NetConn())
	}
	if n == 0 {
		return
	}
	r.tasks.Go(func() {
		for range n {
			if o := <-results; o.err == nil {
				r.drop(o.s.conn.NetConn())
			}
		}
	})
}
