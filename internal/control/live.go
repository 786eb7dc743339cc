package control

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"

	"lanyard/internal/api"
)

// liveProtocol is the WebSocket subprotocol of the window. The gate has already used up the other one offered, "auth.<bearer>".
const liveProtocol = "lanyard.v1"

// liveWrite is how long a window may take for one message before it counts as gone: a suspended tab keeps its socket open.
const liveWrite = 30 * time.Second

// live answers GET /live: a WebSocket that carries the snapshot, then every event. A newer window supersedes the older ones.
func (c *Control) live(w http.ResponseWriter, r *http.Request) error {
	if r.Header.Get("Upgrade") == "" {
		return usage("this is the window's WebSocket; use GET /api/v1/events")
	}
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{liveProtocol}, CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		return nil // Accept has answered
	}
	defer conn.CloseNow()
	conn.SetReadLimit(1024)            // a window has nothing to say here
	ctx := conn.CloseRead(r.Context()) // ends when the window leaves
	s := c.hub.Subscribe()             // before the snapshot, so that nothing falls between
	defer s.Close()
	superseded := c.windows.enter(s)
	defer func() {
		if c.windows.leave(s) == 0 {
			c.parts.Desk.Left()
		}
	}()
	if c.liveUntil(ctx, conn, s, superseded) {
		_ = conn.Close(websocket.StatusGoingAway, "") // the window learns from the close alone what it needs to
	}
	return nil
}

// liveUntil feeds a window until it leaves or must go; it reports whether the connection still works.
func (c *Control) liveUntil(ctx context.Context, conn *websocket.Conn, s *Subscription, superseded <-chan struct{}) bool {
	snapshot, err := c.parts.Agent.Snapshot(ctx)
	if err != nil || liveSend(ctx, conn, encode(api.EventSnapshot, snapshot)) != nil {
		return false
	}
	if what, wanted := c.parts.Desk.TakeFocus(); wanted && liveSend(ctx, conn, encode(api.EventFocus, what)) != nil {
		return false
	}
	for {
		select {
		case <-ctx.Done():
			return false
		case <-superseded:
			return liveSend(ctx, conn, encode(api.EventSuperseded, nil)) == nil
		case <-s.Wake():
			events, ok := s.Take()
			for _, e := range events {
				if liveSend(ctx, conn, e.Line()) != nil {
					return false
				}
			}
			if !ok {
				return true
			}
		}
	}
}

func liveSend(ctx context.Context, conn *websocket.Conn, line []byte) error {
	ctx, cancel := context.WithTimeout(ctx, liveWrite)
	defer cancel()
	return conn.Write(ctx, websocket.MessageText, line)
}

// windows knows the open windows, each by its subscription.
type windows struct {
	mu   sync.Mutex
	open map[*Subscription]chan struct{}
}

// enter adds a window and supersedes all others. The channel closes when this one is superseded.
func (ws *windows) enter(s *Subscription) <-chan struct{} {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	for _, superseded := range ws.open {
		close(superseded)
	}
	superseded := make(chan struct{})
	ws.open = map[*Subscription]chan struct{}{s: superseded}
	return superseded
}

// leave takes a window away and returns how many are left.
func (ws *windows) leave(s *Subscription) int {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	delete(ws.open, s)
	return len(ws.open)
}
