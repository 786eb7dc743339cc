package discovery

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"

	"github.com/grandcat/zeroconf"
)

const goodbyeTime = time.Second

// post is our presence on one interface: a responder that announces a label, and a passive browse. It is never changed, only replaced.
type post struct {
	on        Interface
	responder *zeroconf.Server // nil while there is no port to announce
	ear       *browse
	flaw      error // something went wrong that costs packets and nothing else
}

// newPost listens and, unless the port is 0, announces. What it starts ends with ctx and close.
func newPost(ctx context.Context, on Interface, label string, port int, found chan<- find) (*post, error) {
	p := &post{on: on}
	if err := p.listen(ctx, found); err != nil {
		return nil, err
	}
	if port == 0 || !announces(on) {
		return p, nil
	}
	responder, err := announce(on, label, port)
	if err != nil {
		p.ear.over()
		<-p.ear.done
		return nil, err
	}
	p.responder, p.flaw = responder, mute(responder)
	return p, nil
}

// listen starts the passive browse, or starts it again.
func (p *post) listen(ctx context.Context, found chan<- find) error {
	r, err := newResolver(p.on)
	if err != nil {
		return err
	}
	ear, err := startBrowse(ctx, r, p.on, found)
	if err != nil {
		return err
	}
	p.ear = ear
	return nil
}

// announce starts the responder. Instance and host bear the label, so that the machine's name stays off the air.
func announce(on Interface, label string, port int) (*zeroconf.Server, error) {
	host := label + "." + domain + "."
	s, err := zeroconf.RegisterProxy(label, service, domain, port, host, on.announced(), []string{text}, systems(on))
	if err != nil {
		return nil, fmt.Errorf("announce on %s: %w", on.Name, err)
	}
	four, _, err := responderSockets(s)
	if err == nil && four == nil {
		err = errors.New("no IPv4 socket")
	}
	if err == nil {
		err = bind(four, on)
	}
	if err != nil {
		s.Shutdown()
		return nil, fmt.Errorf("announce on %s: %w", on.Name, err)
	}
	return s, nil
}

// close ends the browse and says goodbye. The library's shutdown waits for its readers, which a broken interface may hold up: after a
// second they are left to end by themselves.
func (p *post) close() {
	p.ear.over()
	<-p.ear.done
	if p.responder == nil {
		return
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		p.responder.Shutdown()
	}()
	limit := time.NewTimer(goodbyeTime)
	defer limit.Stop()
	select {
	case <-gone:
	case <-limit.C:
	}
}

// hindrance turns the error of a post into a problem for people.
func hindrance(on Interface, err error) Problem {
	const windowsInUse, windowsDenied = syscall.Errno(10048), syscall.Errno(10013)
	if errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, windowsInUse) || errors.Is(err, windowsDenied) {
		return portHeld(on.Name)
	}
	return noMulticast(on.Name)
}

func systems(on Interface) []net.Interface { return []net.Interface{on.system()} }
