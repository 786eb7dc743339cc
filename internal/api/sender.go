package api

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"sync/atomic"
)

// Sender sends many messages to one conversation over one request, in order. One goroutine calls Send, Flush and CloseSend, another may
// call Next at the same time: it should, because the agent stops reading when nobody takes its answers.
type Sender struct {
	*Stream[Sent]
	own  *Client // of this request alone
	pipe *io.PipeWriter
	out  *bufio.Writer
	json *json.Encoder
}

// SendLines opens a Sender to the conversation. The answers are a Sent with Line and ID per message, in order, once it is durable, and,
// when wait is "carried", "delivered" or "read", one more per recipient once it got that far, in any order. The stream ends when CloseSend was called
// and everything waited for has come.
func (c *Client) SendLines(ctx context.Context, to, wait string) (*Sender, error) {
	path := at("conversations", to, "stream")
	if wait != "" {
		path += "?" + url.Values{"wait": {wait}}.Encode()
	}
	r, w := io.Pipe()
	gone := &atomic.Bool{}
	own := newClient(func(ctx context.Context) (net.Conn, error) {
		conn, err := c.dial(ctx)
		if err != nil {
			return nil, err
		}
		return &tied{conn, r, gone}, nil
	})
	body, err := own.request(ctx, "POST", path, "application/x-ndjson", r)
	if err != nil {
		w.CloseWithError(err)
		own.Close()
		if gone.Load() && ctx.Err() == nil {
			return nil, ErrNotRunning
		}
		return nil, err
	}
	answers := newStream[Sent](body)
	answers.gone = gone
	s := &Sender{Stream: answers, own: own, pipe: w, out: bufio.NewWriterSize(w, 32<<10)}
	s.json = json.NewEncoder(s.out)
	s.json.SetEscapeHTML(false)
	return s, nil
}

// Send queues one message. It leaves at the next Flush, or earlier when much is queued.
func (s *Sender) Send(text string) error {
	return s.told(s.json.Encode(TextRequest{Text: text}))
}

// Flush sends what is queued.
func (s *Sender) Flush() error {
	return s.told(s.out.Flush())
}

// told is what a line that could not be sent is told as.
func (s *Sender) told(err error) error {
	switch {
	case err == nil:
		return nil
	case s.gone.Load():
		err = ErrNotRunning
	}
	return fmt.Errorf("send a line: %w", asNotRunning(err))
}

// CloseSend sends what is queued and tells the agent that no more comes.
func (s *Sender) CloseSend() error {
	if err := s.Flush(); err != nil {
		return err
	}
	return s.pipe.Close()
}

// Close ends both directions at once.
func (s *Sender) Close() error {
	s.pipe.CloseWithError(context.Canceled)
	defer s.own.Close()
	return s.Stream.Close()
}

// tied is a connection whose end ends the body that is being sent on it. net/http reads a body to its end before it tells that the connection is
// gone; ours has none until somebody writes it, who waits for that news. What net/http makes of the end depends on what it was doing, so gone says that the
// agent ended the connection, and not we.
type tied struct {
	net.Conn
	body *io.PipeReader
	gone *atomic.Bool
}

// Read reads; at the connection's end the body ends too.
func (t *tied) Read(p []byte) (int, error) {
	n, err := t.Conn.Read(p)
	t.ended(err)
	return n, err
}

// Write writes; at the connection's end the body ends too.
func (t *tied) Write(p []byte) (int, error) {
	n, err := t.Conn.Write(p)
	t.ended(err)
	return n, err
}

func (t *tied) ended(err error) {
	if err == nil {
		return
	}
	if !errors.Is(err, net.ErrClosed) {
		t.gone.Store(true)
	}
	_ = t.body.CloseWithError(ErrNotRunning) // it never fails
}
