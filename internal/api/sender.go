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
	"sync"
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
		return tie(conn, r, gone), nil
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
	over chan struct{} // closed by end: nothing more can be read
	end  func()
}

func tie(conn net.Conn, body *io.PipeReader, gone *atomic.Bool) *tied {
	over := make(chan struct{})
	return &tied{conn, body, gone, over, sync.OnceFunc(func() { close(over) })}
}

// Read reads; at the connection's end the body ends too.
func (t *tied) Read(p []byte) (int, error) {
	n, err := t.Conn.Read(p)
	if err != nil {
		t.ended(err)
		t.end()
	}
	return n, err
}

// Write writes; at the connection's end the body ends too. net/http closes a connection on which a write failed, and what the agent had answered
// before it ended would be lost: so a failure is told once that is read.
func (t *tied) Write(p []byte) (int, error) {
	n, err := t.Conn.Write(p)
	if err != nil {
		t.ended(err)
		t.closeWrite()
		<-t.over
	}
	return n, err
}

// Close closes the connection; nobody waits for its end any more.
func (t *tied) Close() error {
	t.end()
	return t.Conn.Close()
}

// closeWrite lets an agent that runs in spite of a failed write see that no more comes: it answers what it got, and ends.
func (t *tied) closeWrite() {
	if half, ok := t.Conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite() // it fails on what is no connection any more, and such reads end by themselves
		return
	}
	t.end() // it can only be ended as a whole
}

func (t *tied) ended(err error) {
	if !errors.Is(err, net.ErrClosed) {
		t.gone.Store(true)
	}
	_ = t.body.CloseWithError(ErrNotRunning) // it never fails
}
