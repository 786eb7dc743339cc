package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
)

const (
	base = "http://lanyard/api/v1" // the host is a name only: every connection goes to the socket

	// maxPath is the longest request that a server takes for sure.
	maxPath = 32 << 10

	// maxAnswer bounds what the client takes from one answer that is not a stream.
	maxAnswer = 256 << 20
)

// Client is the way to one running agent.
type Client struct {
	http *http.Client
	dial dialler
}

// dialler reaches an agent.
type dialler func(context.Context) (net.Conn, error)

// New returns a client for the control socket at that path. It does not dial yet.
func New(socket string) *Client {
	var d net.Dialer
	return newClient(func(ctx context.Context) (net.Conn, error) { return d.DialContext(ctx, "unix", socket) })
}

func newClient(dial dialler) *Client {
	return &Client{dial: dial, http: &http.Client{Transport: &http.Transport{
		DialContext:        func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) },
		DisableCompression: true,
		Proxy:              nil, // a proxy set in the environment is for the web, not for this socket
	}}}
}

// Open returns a client for the agent of a profile. It reads where the agent is but does not dial: an agent that was killed shows at the
// first call, as ErrNotRunning too.
func Open(profile string) (*Client, error) {
	socket, err := SocketOf(profile)
	if err != nil {
		return nil, err
	}
	return New(socket), nil
}

// Close drops idle connections. Calls under way go on.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Do makes a request of the caller's own over the socket; the host in its URL does not matter. It serves endpoints that this version of the
// client does not know.
func (c *Client) Do(r *http.Request) (*http.Response, error) { return c.http.Do(r) }

// call makes one request with body as JSON (nil: none) and decodes the answer into out (nil: thrown away).
func (c *Client) call(ctx context.Context, method, path string, body, out any) error {
	var payload io.Reader
	kind := ""
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return fmt.Errorf("%s %s: %w", method, path, err)
		}
		payload, kind = bytes.NewReader(b), "application/json"
	}
	answer, err := c.request(ctx, method, path, kind, payload)
	if err != nil {
		return err
	}
	defer answer.Close()
	if out == nil {
		_, err = io.Copy(io.Discard, io.LimitReader(answer, maxAnswer))
	} else {
		err = json.NewDecoder(io.LimitReader(answer, maxAnswer)).Decode(out)
	}
	if err != nil {
		return fmt.Errorf("read the answer to %s %s: %w", method, path, asNotRunning(err))
	}
	return nil
}

// request makes one request and returns the body of a good answer.
func (c *Client) request(ctx context.Context, method, path, kind string, body io.Reader) (io.ReadCloser, error) {
	if len(path) > maxPath {
		return nil, &Error{Code: CodeUsage, Text: "what is named or looked for is longer than any name, ID or search can be: shorten it"}
	}
	r, err := http.NewRequestWithContext(ctx, method, base+path, body)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	answer, err := c.http.Do(r)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err // the URL is made up and would only confuse
		}
		return nil, asNotRunning(err)
	}
	if answer.StatusCode/100 == 2 {
		return answer.Body, nil
	}
	defer answer.Body.Close()
	var told ErrorBody
	if err := json.NewDecoder(io.LimitReader(answer.Body, 1<<20)).Decode(&told); err != nil || told.Error == nil {
		return nil, fmt.Errorf("%s %s: the agent answered %q", method, path, answer.Status)
	}
	if told.Error.Code == CodeNotFound && strings.HasPrefix(told.Error.Text, "there is no "+method+" ") { // an endpoint that it does not have
		return nil, &Error{Code: CodeNotFound, Text: "the Lanyard that runs is another version than this command: end it by lanyard stop, and start it again"}
	}
	return nil, told.Error
}

// asNotRunning recognises a socket that nobody serves, or that was closed under our hands.
func asNotRunning(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ECONNRESET),
		errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.ErrClosedPipe),
		errors.Is(err, net.ErrClosed): // by net/http, after a write that failed
		return ErrNotRunning
	}
	return err
}

// at joins a path of several elements, each escaped.
func at(elements ...string) string {
	var b strings.Builder
	for _, e := range elements {
		b.WriteByte('/')
		b.WriteString(url.PathEscape(e))
	}
	return b.String()
}
