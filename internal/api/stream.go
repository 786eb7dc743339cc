package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
)

// maxLine bounds one line of a stream.
const maxLine = 64 << 20

// Stream is an open answer of one JSON value a line. It belongs to one goroutine, but Close may be called from any.
type Stream[T any] struct {
	body  io.ReadCloser
	lines *bufio.Reader
	gone  *atomic.Bool // the agent ended the connection; nil: nobody notes that
	last  []byte       // the line with which the agent ends the stream of who is too slow; nil: there is none
	late  bool         // it came
}

func newStream[T any](body io.ReadCloser) *Stream[T] {
	return &Stream[T]{body: body, lines: bufio.NewReaderSize(body, 64<<10)}
}

// Next waits for the next line. io.EOF: the agent ended the stream; ErrBehind: because we were too slow.
func (s *Stream[T]) Next() (T, error) {
	var v T
	line, err := s.line()
	if err != nil {
		return v, err
	}
	if err := json.Unmarshal(line, &v); err != nil {
		return v, fmt.Errorf("read a line of the stream: %w", err)
	}
	return v, nil
}

// Raw waits for the next line and returns it as it came, with its newline, valid until the next call. It is for passing lines on.
func (s *Stream[T]) Raw() ([]byte, error) { return s.line() }

// Waiting reports whether another whole line has arrived already: a reader that gathers output flushes it when this is false.
func (s *Stream[T]) Waiting() bool {
	waiting, _ := s.lines.Peek(s.lines.Buffered()) // what is buffered can always be peeked at
	return bytes.IndexByte(waiting, '\n') >= 0
}

// Close ends the stream; a Next under way returns an error.
func (s *Stream[T]) Close() error { return s.body.Close() }

// line returns the next line, valid until the next call.
func (s *Stream[T]) line() ([]byte, error) {
	line, err := s.lines.ReadSlice('\n')
	if err == nil {
		s.late = s.last != nil && bytes.Equal(line, s.last)
		return line, nil
	}
	long := append([]byte(nil), line...)
	for errors.Is(err, bufio.ErrBufferFull) && len(long) <= maxLine {
		line, err = s.lines.ReadSlice('\n')
		long = append(long, line...)
	}
	switch {
	case err == nil:
		return long, nil
	case s.late:
		return nil, ErrBehind
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, errors.New("a line of the stream is too long")
	case s.gone != nil && s.gone.Load(), errors.Is(asNotRunning(err), ErrNotRunning):
		return nil, io.EOF // the agent ended without a last chunk, or was killed
	}
	return nil, err
}

// Events opens the stream of everything that happens. Its first event is of type "ready"; nothing after that is missed. A reader that
// falls far behind is dropped: its last event is of type "behind", and Next then returns ErrBehind.
func (c *Client) Events(ctx context.Context) (*Stream[Event], error) {
	body, err := c.request(ctx, "GET", "/events", "", nil)
	if err != nil {
		return nil, err
	}
	s := newStream[Event](body)
	s.last = []byte(`{"type":"` + EventBehind + "\"}\n")
	return s, nil
}

// Tray opens the stream that the tray program lives on: states, requests and notifications. Only the newest reader gets lines; an older
// one gets io.EOF.
func (c *Client) Tray(ctx context.Context) (*Stream[TrayLine], error) {
	body, err := c.request(ctx, "GET", "/tray", "", nil)
	if err != nil {
		return nil, err
	}
	return newStream[TrayLine](body), nil
}
