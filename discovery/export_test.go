package discovery

import (
	"context"
	"errors"
	"time"

	"github.com/grandcat/zeroconf"
)

// Repair makes a post, ends its browse as the library does after 15 minutes of silence, looks again, then looks as after a sleep, and
// reports what is wrong.
func Repair(ctx context.Context, cfg Config) error {
	ctx, cancel := context.WithCancel(ctx)
	l := newLoop(ctx, New(cfg))
	defer l.close()
	defer cancel()
	now := time.Now()
	l.look(now)
	if len(l.networks.posts) != 1 {
		return errors.New("there is no post")
	}
	label, ear := l.networks.label, l.networks.posts[0].ear
	ear.over()
	<-ear.done
	l.look(now.Add(lookEvery))
	switch {
	case len(l.networks.posts) != 1 || l.networks.posts[0].ear == ear || l.networks.posts[0].ear.ended():
		return errors.New("nobody listens")
	case l.networks.label != label:
		return errors.New("the label changed")
	}
	l.look(now.Add(lookEvery + time.Hour))
	if len(l.networks.posts) != 1 || l.networks.label == label {
		return errors.New("after sleep, nothing began anew")
	}
	return nil
}

// Admit exports admit.
func Admit(label string, port int, four, six []byte, on Interface, ourPort int) (Sighting, bool) {
	e := zeroconf.NewServiceEntry(label, service, domain)
	e.Port = port
	for len(four) >= 4 {
		e.AddrIPv4, four = append(e.AddrIPv4, four[:4]), four[4:]
	}
	for len(six) > 0 {
		n := min(len(six), 16)
		e.AddrIPv6, six = append(e.AddrIPv6, six[:n]), six[n:]
	}
	return admit(e, on, ourPort)
}
