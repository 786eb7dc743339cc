package api

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/url"
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
	own := newClient(c.socket, func(conn net.Conn) net.Conn { return &tied{conn, r} })
	body, err := own.request(ctx, "POST", path, "application/x-ndjson", r)
	if err != nil {
		w.CloseWithError(err)
		own.Close()
		return nil, err
	}
	s := &Sender{Stream: newStream[Sent](body), own: own, pipe: w, out: bufio.NewWriterSize(w, 32<<10)}
	s.json = json.NewEncoder(s.out)
	s.json.SetEscapeHTML(false)
	return s, nil
}

// Send queues one message. It leaves at the next Flush, or earlier when much is queued.
func (s *Sender) Send(text string) error {
	if err := s.json.Encode(TextRequest{Text: text}); err != nil {
		return fmt.Errorf("send a line: %w", asNotRunning(err))
	}
	return nil
}

// Flush sends what is queued.
func (s *Sender) Flush() error {
	if err := s.out.Flush(); err != nil {
		return fmt.Errorf("send a line: %w", asNotRunning(err))
	}
	return nil
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
// gone; ours has none until somebody writes it, who waits for that news.
type tied struct {
	net.Conn
	body *io.PipeReader
}

// Read reads; at the connection's end the body ends too.
func (t *tied) Read(p []byte) (int, error) {
	n, err := t.Conn.Read(p)
	if err != nil {
		_ = t.body.CloseWithError(ErrNotRunning) // it never fails
	}
	return n, err
}
