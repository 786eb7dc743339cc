package control

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"lanyard/internal/api"
)

// whole is an agent with a name and nothing else.
type whole struct{ Agent }

func (whole) Snapshot(context.Context) (api.Snapshot, error) {
	return api.Snapshot{Status: api.Status{Me: api.Me{Name: "Anna"}}}, nil
}

// watcher is a desk that wants a conversation shown once and notes when the last window has gone.
type watcher struct {
	Desk
	wanted chan api.Focus
	left   chan struct{}
}

func (w watcher) TakeFocus() (api.Focus, bool) {
	select {
	case f := <-w.wanted:
		return f, true
	default:
		return api.Focus{}, false
	}
}

func (w watcher) Left() { w.left <- struct{}{} }

func window(t *testing.T, ctx context.Context, server *httptest.Server) *websocket.Conn {
	t.Helper()
	conn, _, err := websocket.Dial(ctx, server.URL+"/api/v1/live", &websocket.DialOptions{Subprotocols: []string{liveProtocol, "auth.x"}})
	if err != nil {
		t.Fatal(err)
	}
	if conn.Subprotocol() != liveProtocol {
		t.Errorf("answered subprotocol %q", conn.Subprotocol())
	}
	conn.SetReadLimit(1 << 20)
	return conn
}

func next(t *testing.T, ctx context.Context, conn *websocket.Conn) api.Event {
	t.Helper()
	_, line, err := conn.Read(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var e api.Event
	if err := json.Unmarshal(line, &e); err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	return e
}

func TestLiveBeginsWithTheSnapshotAndIsSuperseded(t *testing.T) {
	desk := watcher{wanted: make(chan api.Focus, 1), left: make(chan struct{}, 2)}
	c := New(Config{Agent: whole{}, Desk: desk})
	server := httptest.NewServer(c.Handler())
	defer server.Close()
	defer c.Hub().Close()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()

	first := window(t, ctx, server)
	defer first.CloseNow()
	if e := next(t, ctx, first); e.Type != api.EventSnapshot || !strings.Contains(string(e.Raw), `"name":"Anna"`) {
		t.Fatalf("got %s", e.Raw)
	}
	c.Hub().Publish(api.EventState, api.StateChange{ID: "x"})
	if e := next(t, ctx, first); e.Type != api.EventState {
		t.Errorf("got %s", e.Raw)
	}

	desk.wanted <- api.Focus{Conversation: "BEN"}
	second := window(t, ctx, server)
	defer second.CloseNow()
	if e := next(t, ctx, second); e.Type != api.EventSnapshot {
		t.Errorf("got %s", e.Raw)
	}
	if e := next(t, ctx, second); e.Type != api.EventFocus || !strings.Contains(string(e.Raw), "BEN") {
		t.Errorf("got %s", e.Raw)
	}
	if e := next(t, ctx, first); e.Type != api.EventSuperseded {
		t.Errorf("got %s", e.Raw)
	}
	if _, _, err := first.Read(ctx); websocket.CloseStatus(err) != websocket.StatusGoingAway {
		t.Errorf("the superseded window's connection: %v", err)
	}
	select {
	case <-desk.left:
		t.Error("the last window has gone, it is said, while one is open")
	default:
	}
	if err := second.Close(websocket.StatusNormalClosure, ""); err != nil {
		t.Fatal(err)
	}
	<-desk.left
}

func TestLiveThatIsNoWebSocket(t *testing.T) {
	c := New(Config{Agent: whole{}})
	w := httptest.NewRecorder()
	c.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/v1/live", nil))
	if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "/api/v1/events") {
		t.Errorf("%d: %s", w.Code, w.Body)
	}
}

func TestLiveEndsWhenTheWindowIsGoneWithoutAWord(t *testing.T) {
	desk := watcher{wanted: make(chan api.Focus), left: make(chan struct{}, 1)}
	c := New(Config{Agent: whole{}, Desk: desk})
	server := httptest.NewServer(c.Handler())
	defer server.Close()
	defer c.Hub().Close()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var raw net.Conn
	dial := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		var d net.Dialer
		conn, err := d.DialContext(ctx, network, address)
		raw = conn
		return conn, err
	}}
	conn, _, err := websocket.Dial(ctx, server.URL+"/api/v1/live", &websocket.DialOptions{HTTPClient: &http.Client{Transport: dial}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	next(t, ctx, conn)
	if err := raw.Close(); err != nil { // a browser that crashed
		t.Fatal(err)
	}
	<-desk.left
}
