package api

import (
	"bufio"
	"errors"
	"net"
	"path/filepath"
	"testing"
	"time"
)

// TestSenderOfKilledAgent: an agent that is killed after it took the request, before or after it answered, ends the sending with one error. Nobody
// waits for ever: neither who opens the stream nor who feeds it.
func TestSenderOfKilledAgent(t *testing.T) {
	for _, c := range []struct{ name, answer string }{
		{"before the answer", ""},
		{"after the answer's head", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			socket := filepath.Join(t.TempDir(), "s")
			l, err := net.Listen("unix", socket)
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			go serveAndDie(l, c.answer)
			done := make(chan error, 1)
			go func() { done <- sendForEver(t, socket) }()
			select {
			case err := <-done:
				if !errors.Is(err, ErrNotRunning) {
					t.Errorf("it ended with %v", err)
				}
			case <-time.After(30 * time.Second):
				t.Fatal("it waits for ever")
			}
		})
	}
}

// serveAndDie takes one request, answers, and closes the connection.
func serveAndDie(l net.Listener, answer string) {
	c, err := l.Accept()
	if err != nil {
		return
	}
	defer c.Close()
	lines := bufio.NewReader(c)
	for {
		if line, err := lines.ReadString('\n'); err != nil || line == "\r\n" {
			break
		}
	}
	_, _ = c.Write([]byte(answer)) // the client reads it
}

// sendForEver sends until it is told that it cannot.
func sendForEver(t *testing.T, socket string) error {
	s, err := New(socket).SendLines(t.Context(), "Ben", "")
	if err != nil {
		return err
	}
	defer s.Close()
	for {
		if err := errors.Join(s.Send("one more"), s.Flush()); err != nil {
			return err
		}
	}
}
