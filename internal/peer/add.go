package peer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"lanyard/internal/identity"
	"lanyard/internal/name"
)

// ErrAddress is the cause of an AddError where what was typed is no address.
var ErrAddress = errors.New("not an address")

// AddError is what Add returns: one sentence for people, with what to do; Err is the cause.
type AddError struct {
	Sentence string
	Err      error
}

func (e *AddError) Error() string { return e.Sentence }
func (e *AddError) Unwrap() error { return e.Err }

// Add reaches a colleague at a typed address, HOST or HOST:PORT, where HOST may be a name; the port is DefaultPort unless given. It returns
// their row once a link is up (also one that was up before), or an *AddError. It takes at most 20 seconds and needs Run to be running.
func (r *Roster) Add(ctx context.Context, hostport string) (Peer, error) {
	address, err := parseAddress(hostport)
	if err != nil {
		return Peer{}, err
	}
	type answer struct {
		p   Peer
		err error
	}
	told := make(chan answer, 1)
	r.dialler.later(func(running context.Context) {
		dialling, stop := context.WithCancel(running)
		release := context.AfterFunc(ctx, stop)
		l, p, err := r.reach(dialling, running, address)
		if errors.Is(err, errCrossing) { // and what stayed has ended by now: who dials at the same moment may do so more than once
			l, p, err = r.reach(dialling, running, address)
		}
		release()
		stop()
		told <- answer{p, err}
		if l != nil {
			r.serve(running, l)
		}
	})
	select {
	case a := <-told:
		if a.err != nil {
			return Peer{}, addError(hostport, address, a.err)
		}
		return a.p, nil
	case <-ctx.Done():
		return Peer{}, addError(hostport, address, context.Cause(ctx))
	}
}

// reach dials, greets and attaches; the link is nil when another one stays.
func (r *Roster) reach(dialling, running context.Context, address string) (*Link, Peer, error) {
	s, err := r.connect(dialling, address)
	if err != nil {
		return nil, Peer{}, err
	}
	if p, ok := r.met(s.peer); ok && s.peer != r.self && r.hasLink(s.peer) {
		r.drop(s.conn.NetConn())
		return nil, p, nil
	}
	l, err := r.meet(running, s)
	if err != nil {
		if p, ok := r.met(s.peer); ok && s.peer != r.self && r.hasLink(s.peer) {
			return nil, p, nil
		}
		return nil, Peer{}, err
	}
	p, _ := r.met(s.peer)
	return l, p, nil
}

// parseAddress completes what was typed to HOST:PORT.
func parseAddress(typed string) (string, error) {
	bad := func() error {
		return &AddError{fmt.Sprintf("%q is not an address: write HOST or HOST:PORT, for example 192.168.1.20 or 192.168.1.20:%d", name.Quote(typed), DefaultPort), ErrAddress}
	}
	host, port := strings.TrimSpace(typed), strconv.Itoa(DefaultPort)
	if ip, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return net.JoinHostPort(ip.String(), port), nil
	}
	if strings.Contains(host, ":") {
		var err error
		if host, port, err = net.SplitHostPort(host); err != nil {
			return "", bad()
		}
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return "", bad()
	}
	if host == "" || len(host) > 253 || strings.ContainsFunc(host, notInHost) {
		return "", bad()
	}
	return net.JoinHostPort(host, port), nil
}

func notInHost(c rune) bool {
	return c <= ' ' || c == 0x7f || strings.ContainsRune("/\\?#@\"'<>[]", c)
}

// addError says what a failed dial means for the person who typed the address.
func addError(typed, address string, err error) error {
	host, port, _ := net.SplitHostPort(address) // of parseAddress's making
	host, whole := name.Quote(host), name.Quote(address)
	var dns *net.DNSError
	var timeout interface{ Timeout() bool }
	say := func(format string, args ...any) error { return &AddError{fmt.Sprintf(format, args...), err} }
	switch {
	case errors.Is(err, errSelf):
		return say("%s is this computer's own Lanyard: type the address of a colleague's computer", name.Quote(typed))
	case errors.Is(err, errBlocked):
		return say("The person at %s is blocked: unblock them first", whole)
	case errors.Is(err, errRefused):
		return say("Lanyard at %s answers but does not accept the connection (%s): ask the person there", whole, name.Quote(err.Error()))
	case errors.Is(err, errVersion):
		return say("Lanyard at %s is of another version: update the older of the two", whole)
	case errors.As(err, &dns):
		return say("No computer called %s was found: check the spelling, or type its IP address", host)
	case isOneOf(err, refused()):
		return say("%s is there, but nothing answers on port %s: is Lanyard running on it?", host, port)
	case isOneOf(err, unreachable()):
		return say("There is no way to %s from here: check the address and the network connection", host)
	case errors.Is(err, context.Canceled):
		return say("Reaching %s was given up before an answer came: try again", whole)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return say("No answer from %s: is the computer on, is Lanyard running there, and does its firewall let TCP port %s in?", whole, port)
	case errors.Is(err, errStranger):
		return say("Too many new people came from %s at once: try again in a minute", host)
	case errors.Is(err, identity.ErrHandshake), isForeign(err):
		return say("At %s another program answers, not Lanyard: check the port", whole)
	}
	return say("Lanyard at %s could not be reached (%s): try again", whole, name.Quote(err.Error()))
}

// isForeign tells errors of TLS and of hellos, which only come up when the other side speaks something else.
func isForeign(err error) bool {
	return errors.Is(err, errHandshake) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || isOneOf(err, reset())
}

func isOneOf(err error, numbers []syscall.Errno) bool {
	return slices.ContainsFunc(numbers, func(n syscall.Errno) bool { return errors.Is(err, n) })
}
