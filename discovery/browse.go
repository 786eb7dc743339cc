package discovery

import (
	"context"
	"fmt"
	"time"

	"github.com/grandcat/zeroconf"
)

const (
	browseQuota = 4096                 // labels after which a browse is replaced: the library keeps each for ever
	browseBurst = 1000                 // labels taken at any speed, then
	browsePace  = 5 * time.Millisecond // one in this time; the kernel drops the rest
)

// browse is one question to a network and the ear for answers and announcements. It ends when its context does, by itself (the library
// gives up after 15 minutes in which it did not even hear us), or after browseQuota labels.
type browse struct {
	over context.CancelFunc
	done chan struct{} // closed when the library will send nothing more
}

// find is what a browse delivers.
type find struct {
	on    Interface
	entry *zeroconf.ServiceEntry
}

// newResolver opens a socket to hear one interface by.
func newResolver(on Interface) (*zeroconf.Resolver, error) {
	r, err := zeroconf.NewResolver(zeroconf.SelectIPTraffic(zeroconf.IPv4), zeroconf.SelectIfaces(systems(on)))
	if err != nil {
		return nil, fmt.Errorf("browse on %s: %w", on.Name, err)
	}
	c, err := browserSocket(r)
	if err != nil {
		return nil, err
	}
	if err := bind(c, on); err != nil {
		c.Close()
		return nil, err
	}
	return r, nil
}

// startBrowse asks by a fresh resolver and delivers what is heard to found until ctx ends.
func startBrowse(ctx context.Context, r *zeroconf.Resolver, on Interface, found chan<- find) (*browse, error) {
	ctx, cancel := context.WithCancel(ctx)
	entries := make(chan *zeroconf.ServiceEntry)
	b := &browse{over: cancel, done: make(chan struct{})}
	go func() {
		defer close(b.done)
		defer cancel()
		deliver(ctx, cancel, on, entries, found)
	}()
	if err := r.Browse(ctx, service, domain+".", entries); err != nil {
		cancel()
		<-b.done
		return nil, fmt.Errorf("browse on %s: %w", on.Name, err)
	}
	return b, nil
}

// deliver takes every entry until the library closes the channel, as it leaks otherwise; after the end of ctx they go nowhere.
func deliver(ctx context.Context, over context.CancelFunc, on Interface, entries <-chan *zeroconf.ServiceEntry, found chan<- find) {
	n := 0
	for e := range entries {
		if n++; n > browseQuota {
			over()
		}
		if n > browseBurst {
			pause(ctx, browsePace)
		}
		// The library keeps e for as long as it browses, but looks at its key only: give back the memory a hostile packet can fill.
		copied := *e
		e.Text, e.AddrIPv4, e.AddrIPv6 = nil, nil, nil
		if ctx.Err() != nil {
			continue // else some would be let through, without a pause
		}
		select {
		case found <- find{on, &copied}:
		case <-ctx.Done():
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// ended reports whether the browse is over.
func (b *browse) ended() bool {
	select {
	case <-b.done:
		return true
	default:
		return false
	}
}
