package api

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
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
			case <-time.After(2 * time.Minute):
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

// broken is a connection that fails at a certain write, or at a certain read after so many bytes of it, with an error of the system. One that failed to write
// can still be read.
type broken struct {
	net.Conn
	write, read int // which fails; 0: none
	bytes       int // given by the read that fails
	err         error

	mu     sync.Mutex
	reads  int
	writes int
}

func (b *broken) Write(p []byte) (int, error) {
	b.mu.Lock()
	b.writes++
	fails := b.write > 0 && b.writes >= b.write
	b.mu.Unlock()
	if fails {
		return 0, &net.OpError{Op: "write", Net: "unix", Err: b.err}
	}
	return b.Conn.Write(p)
}

func (b *broken) Read(p []byte) (int, error) {
	b.mu.Lock()
	b.reads++
	n := b.reads
	b.mu.Unlock()
	switch {
	case b.read == 0 || n < b.read:
		return b.Conn.Read(p)
	case n == b.read && b.bytes > 0:
		got, err := b.Conn.Read(p)
		return min(b.bytes, got), err
	case b.err == io.EOF:
		return 0, io.EOF
	}
	return 0, &net.OpError{Op: "read", Net: "unix", Err: b.err}
}

func (b *broken) CloseWrite() error { return b.Conn.(*net.UnixConn).CloseWrite() }

// TestSenderWhoseConnectionBreaks: wherever a connection breaks off, who sends is told that the agent is not running, and nothing of sockets.
func TestSenderWhoseConnectionBreaks(t *testing.T) {
	for _, err := range []error{syscall.EPIPE, syscall.ECONNRESET, io.EOF} {
		for at := 1; at <= 6; at++ {
			breaksOff(t, fmt.Sprintf("write %d: %v", at, err), &broken{write: at, err: err})
			for _, bytes := range []int{0, 1, 20, 60} {
				breaksOff(t, fmt.Sprintf("read %d after %d bytes: %v", at, bytes, err), &broken{read: at, bytes: bytes, err: err})
			}
		}
	}
}

func breaksOff(t *testing.T, name string, fault *broken) {
	t.Run(name, func(t *testing.T) {
		socket := filepath.Join(t.TempDir(), "s")
		l, err := net.Listen("unix", socket)
		if err != nil {
			t.Fatal(err)
		}
		server := &http.Server{Handler: http.HandlerFunc(answerLines)}
		defer server.Close()
		go server.Serve(l)
		c := New(socket)
		dial := c.dial
		c.dial = func(ctx context.Context) (net.Conn, error) {
			conn, err := dial(ctx)
			fault.Conn = conn
			return fault, err
		}
		s, err := c.SendLines(t.Context(), "Ben", "")
		if err != nil {
			if !errors.Is(err, ErrNotRunning) {
				t.Errorf("it cannot be opened: %v", err)
			}
			return
		}
		defer s.Close()
		fed := make(chan error, 1)
		go func() {
			for {
				if err := errors.Join(s.Send("one more"), s.Flush()); err != nil {
					fed <- err
					return
				}
			}
		}()
		for err == nil {
			_, err = s.Next()
		}
		if err != io.EOF {
			t.Errorf("the answers end with %v", err)
		}
		if err := <-fed; !errors.Is(err, ErrNotRunning) {
			t.Errorf("the lines end with %v", err)
		}
	})
}

// answerLines answers every line with one, as the agent does.
func answerLines(w http.ResponseWriter, r *http.Request) {
	rc := http.NewResponseController(w)
	if rc.EnableFullDuplex() != nil || rc.Flush() != nil {
		return
	}
	lines := bufio.NewScanner(r.Body)
	for n := 1; lines.Scan(); n++ {
		if _, err := fmt.Fprintf(w, "{\"line\":%d,\"id\":\"aa\",\"text\":\"one more\",\"to\":1}\n", n); err != nil || rc.Flush() != nil {
			return
		}
	}
}

// TestSenderReadsWhatWasAnswered: an agent that ends with lines unread had told of others that they are stored. Whoever finds out by a line that cannot be
// sent can still read that.
func TestSenderReadsWhatWasAnswered(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go answerOneAndDie(l)
	s, err := New(socket).SendLines(t.Context(), "Ben", "")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for err == nil {
		err = errors.Join(s.Send("one more"), s.Flush())
	}
	if !errors.Is(err, ErrNotRunning) {
		t.Errorf("the lines end with %v", err)
	}
	if sent, err := s.Next(); err != nil || sent.ID != "aa" {
		t.Errorf("the answer is %+v, %v", sent, err)
	}
	if sent, err := s.Next(); err != io.EOF {
		t.Errorf("behind it comes %+v, %v", sent, err)
	}
}

// answerOneAndDie takes one request and the beginning of what is sent by it, answers one line, and closes the connection.
func answerOneAndDie(l net.Listener) {
	c, err := l.Accept()
	if err != nil {
		return
	}
	defer c.Close()
	lines := bufio.NewReader(c)
	for line := ""; line != "\r\n"; {
		if line, err = lines.ReadString('\n'); err != nil {
			return
		}
	}
	_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n") // the client reads it
	for line := ""; !strings.Contains(line, "one more"); {
		if line, err = lines.ReadString('\n'); err != nil {
			return
		}
	}
	answer := `{"line":1,"id":"aa","text":"one more","to":1}` + "\n"
	_, _ = fmt.Fprintf(c, "%x\r\n%s\r\n", len(answer), answer)
}
