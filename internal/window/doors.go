package window

import (
	"container/list"
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
)

// maxConnections is what one browser needs many times over (six connections and one WebSocket a window).
const maxConnections = 64

// doors is a listener that holds at most so many connections. When one more comes, the oldest that never showed a token or bearer gives way: a program that
// opens connections and lets them hang cannot keep the window out.
type doors struct {
	net.Listener
	max int

	mu   sync.Mutex
	open *list.List // of *door, oldest first
}

type door struct {
	net.Conn
	trusted atomic.Bool
	leave   func()
}

func newDoors(ln net.Listener, max int) *doors {
	return &doors{Listener: ln, max: max, open: list.New()}
}

// Accept waits for the next connection that finds a place.
func (d *doors) Accept() (net.Conn, error) {
	for {
		c, err := d.Listener.Accept()
		if err != nil {
			return nil, err
		}
		stranger, room := d.room()
		if stranger != nil {
			stranger.Close()
		}
		if room {
			return d.enter(c), nil
		}
		c.Close()
	}
}

// room says whether one more may enter, and which stranger has to leave for it.
func (d *doors) room() (stranger *door, room bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open.Len() < d.max {
		return nil, true
	}
	for e := d.open.Front(); e != nil; e = e.Next() {
		if o := e.Value.(*door); !o.trusted.Load() {
			return o, true
		}
	}
	return nil, false
}

func (d *doors) enter(c net.Conn) net.Conn {
	o := &door{Conn: c}
	d.mu.Lock()
	defer d.mu.Unlock()
	place := d.open.PushBack(o)
	o.leave = sync.OnceFunc(func() {
		d.mu.Lock()
		d.open.Remove(place)
		d.mu.Unlock()
	})
	return o
}

// Close closes the connection and frees its place.
func (o *door) Close() error {
	o.leave()
	return o.Conn.Close()
}

type doorKey struct{}

// remember lets a request find its connection (http.Server.ConnContext).
func (d *doors) remember(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, doorKey{}, c)
}

// trust marks the connection of a request that showed a good token or bearer.
func trust(r *http.Request) {
	if o, ok := r.Context().Value(doorKey{}).(*door); ok {
		o.trusted.Store(true)
	}
}

// closeAll closes every connection, those that became WebSockets too, of which the HTTP server no longer knows.
func (d *doors) closeAll() {
	d.mu.Lock()
	var rest []*door
	for e := d.open.Front(); e != nil; e = e.Next() {
		rest = append(rest, e.Value.(*door))
	}
	d.mu.Unlock()
	for _, o := range rest {
		o.Close()
	}
}
