package window

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

func (s *stand) dial(t *testing.T, bearer string) (*websocket.Conn, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), hang)
	defer cancel()
	c, _, err := websocket.Dial(ctx, "ws://"+s.authority+livePath, &websocket.DialOptions{
		HTTPHeader:   http.Header{"Origin": {"http://" + s.authority}},
		Subprotocols: []string{liveProtocol, authProtocol + bearer},
	})
	return c, err
}

func TestLiveChannelAnswersPlainProtocolAndEndsWithTheServer(t *testing.T) {
	s := newStand(t)
	bearer, _ := s.session(t, s.Token())
	if c, err := s.dial(t, "wrong"); err == nil {
		c.CloseNow()
		t.Fatal("a wrong bearer opened the live channel")
	}
	c, err := s.dial(t, bearer)
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseNow()
	if c.Subprotocol() != liveProtocol {
		t.Errorf("the bearer was answered: %q", c.Subprotocol())
	}
	if _, b, err := c.Read(context.Background()); err != nil || !strings.Contains(string(b), "snapshot") {
		t.Fatalf("%s %v", b, err)
	}
	s.cancel()
	ctx, cancel := context.WithTimeout(context.Background(), hang)
	defer cancel()
	if _, _, err := c.Read(ctx); err == nil || ctx.Err() != nil {
		t.Fatalf("the live channel outlived the server: %v", err)
	}
}

// TestHangingConnectionsDoNotLockTheWindowOut opens more connections than may be, none of which says anything whole.
func TestHangingConnectionsDoNotLockTheWindowOut(t *testing.T) {
	s := newStand(t)
	bearer, _ := s.session(t, s.Token())
	live, err := s.dial(t, bearer)
	if err != nil {
		t.Fatal(err)
	}
	defer live.CloseNow()
	var hanging []net.Conn
	defer func() {
		for _, c := range hanging {
			c.Close()
		}
	}()
	for i := range 4 * maxConnections {
		c, err := net.Dial("tcp", s.authority)
		if err != nil {
			t.Fatal(err)
		}
		hanging = append(hanging, c)
		if i%2 == 0 {
			io.WriteString(c, "GET / HTTP/1.1\r\nHost: ")
		}
	}
	if status, _ := s.raw(t, s.request("GET", "/api/v1/snapshot", bearer, nil)); status != 200 {
		t.Errorf("the window's request among hanging connections: %d", status)
	}
	if _, b, err := live.Read(context.Background()); err != nil {
		t.Errorf("the live channel was evicted: %s %v", b, err)
	}
}

func TestUploadStreams(t *testing.T) {
	s := newStand(t)
	bearer, _ := s.session(t, s.Token())
	first := make(chan struct{})
	s.api = func(w http.ResponseWriter, r *http.Request) {
		b := make([]byte, 5)
		io.ReadFull(r.Body, b)
		close(first)
		rest, err := io.ReadAll(r.Body)
		if err != nil || string(b)+string(rest) != "hello world" {
			w.WriteHeader(500)
		}
	}
	reader, writer := io.Pipe()
	r, err := http.NewRequest("PUT", "http://"+s.authority+"/api/v1/uploads/1/a%20b.txt", reader)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", "http://"+s.authority)
	r.Header.Set("Authorization", "Bearer "+bearer)
	go func() {
		io.WriteString(writer, "hello")
		<-first // the API has the beginning before the end is sent
		io.WriteString(writer, " world")
		writer.Close()
	}()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != 200 {
		t.Errorf("status %d", answer.StatusCode)
	}
}

func TestPanicOfTheAPIIsAnswered(t *testing.T) {
	s := newStand(t)
	bearer, _ := s.session(t, s.Token())
	s.api = func(http.ResponseWriter, *http.Request) { panic("boom") }
	if status, body := s.raw(t, s.request("GET", "/api/v1/snapshot", bearer, nil)); status != 500 || strings.Contains(body, "boom") {
		t.Errorf("%d %s", status, body)
	}
}

func TestListenTakesAnotherPortWhenTaken(t *testing.T) {
	first, err := Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	second, err := Listen(first.Addr().(*net.TCPAddr).Port)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if !second.Addr().(*net.TCPAddr).IP.IsLoopback() || second.Addr().String() == first.Addr().String() {
		t.Errorf("%v beside %v", second.Addr(), first.Addr())
	}
}
