package hook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"syscall"
	"time"
)

const (
	maxURL     = 2 << 10
	hookHeader = "X-Lanyard-Hook" // the ID of the hook that posts
)

var errElsewhere = errors.New("a hook posts to this computer only")

// poster posts messages to addresses of this machine: no proxy, no redirect, and the address is looked at when it is dialled, whatever a name led to.
type poster struct{ client *http.Client }

func newPoster() poster {
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: onlyHere}
	return poster{&http.Client{
		Transport: &http.Transport{
			Proxy:                  nil, // one of the environment is for the web
			DialContext:            dialer.DialContext,
			DisableKeepAlives:      true,
			DisableCompression:     true,
			MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// onlyHere refuses every address but this machine's own.
func onlyHere(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || !to.Addr().Unmap().IsLoopback() {
		return errElsewhere
	}
	return nil
}

// post posts a message; anything but an answer of 200 to 299 is an error. The error is one line for people.
func (p poster) post(ctx context.Context, o *Outgoing, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, o.URL, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("the address cannot be read: %w", err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "lanyard")
	r.Header.Set(hookHeader, o.ID)
	answer, err := p.client.Do(r)
	var wrapped *url.Error
	switch {
	case err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fmt.Errorf("the address %w", context.Cause(ctx))
	case errors.As(err, &wrapped):
		return fmt.Errorf("the address cannot be reached: %w", wrapped.Err)
	case err != nil:
		return err
	}
	defer answer.Body.Close()
	switch answer.StatusCode / 100 {
	case 2:
		return nil
	case 3:
		return fmt.Errorf("the address answered %s, and a hook follows to no other: give it that one", answer.Status)
	default:
		said := &beginning{}
		_, _ = io.Copy(said, io.LimitReader(answer.Body, maxOutput)) // what can be read of it only helps
		return fmt.Errorf("the address answered %s%s", answer.Status, said)
	}
}

// checkURL refuses what is not on this machine by its looks.
func checkURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || len(text) > maxURL:
		return usage("this is no address such as http://127.0.0.1:8080/path")
	case u.Scheme != "http" || u.Host == "" || u.User != nil || u.Fragment != "":
		return usage("a hook's address looks like http://127.0.0.1:8080/path")
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return usage("there is no port %s: ports go from 1 to 65535", port)
		}
	}
	if u.Hostname() == "localhost" {
		return nil
	}
	if host, err := netip.ParseAddr(u.Hostname()); err != nil || !host.Unmap().IsLoopback() {
		return usage("a hook posts to this computer only: 127.0.0.1, [::1] or localhost. For another computer, use a command")
	}
	return nil
}
