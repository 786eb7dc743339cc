// Package window serves the web window: the page (folder ui, embedded) and the gate before it and before the local API.
//
// The page runs in a browser, and so does every other page the same person looks at. Everything here follows from that: the loopback port is reachable by any web
// page, by any program and by any user of the machine, and must answer one of them only. The agent builds a Window over its API handler, a remembered secret and a
// listener, and hands out one-time URLs:
//
//	ln, err := window.Listen(port) // the remembered port, else a free one: remember ln.Addr() again
//	w := window.New(window.Config{API: api, Secret: secret, Authority: ln.Addr().String(), Log: log})
//	go w.Serve(ctx, ln)            // returns when ctx has ended and every connection is closed
//	browse(w.URL())                // http://127.0.0.1:PORT/#k=TOKEN, good for one use within 30 seconds
//
// The page trades the token for a bearer (POST /api/v1/window/session), which it keeps for the life of the window. No cookie exists: cookies ignore the port, so any other
// local server would be sent them. A bearer is signed with the secret and names no session, so that a window left open survives a restart of the agent; a new
// secret (NewSecret) locks every window out.
//
// Each request passes the same checks in the same order before it is routed: exact Host, known method, exact Origin (required on unsafe methods and on the WebSocket), Sec-Fetch-Site,
// http.CrossOriginProtection, bearer, size of the body. What does not pass gets one short answer that tells nothing about the agent. Some routes of the API stay closed here whoever asks: a page needs
// neither to stop the agent, nor to open windows, nor to name files of this machine for sending, nor to make hooks that run commands. Webhooks (/hook) are the other way round: they are for
// programs, and no request of a browser is let through.
//
// The page is plain ES modules without a build step; what is in ui is what runs. state.js holds all state and is pure: an event of the live channel or an answer goes in, what changed comes out. store.js keeps the
// one value, actions.js, shares.js and upload.js ask the agent, components draw. vendor/index.js is the only door to code that we did not write. Types are JSDoc, checked by "make lint".
//
// A Window is safe for concurrent use. Left out on purpose: TLS (the bytes never leave the machine) and any address but 127.0.0.1.
package window

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Config is what a Window is made of.
type Config struct {
	API       http.Handler // the local API; sees requests below /api/v1/ that passed the gate
	Hooks     http.Handler // optional: posts below /hook, for programs of this machine that show a token of their own
	Secret    []byte       // signs bearers; 32 bytes from NewSecret, remembered with the port
	Authority string       // 127.0.0.1:PORT, as in every URL of the window
	Log       *slog.Logger
}

// Window is the served page and its gate.
type Window struct {
	authority string
	log       *slog.Logger
	tokens    tokens
	bearers   bearers
	gate      http.Handler
}

// New builds a Window. It opens nothing.
func New(c Config) *Window {
	w := &Window{authority: c.Authority, log: c.Log, bearers: bearers{secret: c.Secret}}
	w.gate = newGate(c, w)
	return w
}

// Handler is the gate with everything behind it.
func (w *Window) Handler() http.Handler { return w.gate }

// Token makes a token that opens the window once within 30 seconds.
func (w *Window) Token() string { return w.tokens.issue(time.Now()) }

// URL is a one-time address that opens the window. The token stands in the fragment, which browsers never send.
func (w *Window) URL() string { return "http://" + w.authority + "/#k=" + w.Token() }

// Listen opens the loopback port of the window: the remembered one, or a free one if port is 0 or taken.
// Permissions and storage of the browser hang on the port, so the caller remembers the one it got.
func Listen(port int) (net.Listener, error) {
	ln, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err == nil || port == 0 {
		return ln, wrap(err)
	}
	ln, err = net.Listen("tcp4", "127.0.0.1:0")
	return ln, wrap(err)
}

func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("open the window's loopback port: %w", err)
}

// Serve answers on ln until ctx ends, then closes every connection and waits for the requests under way. It returns nil after an orderly end.
func (w *Window) Serve(ctx context.Context, ln net.Listener) error {
	doors := newDoors(ln, maxConnections)
	var running sync.RWMutex // held for reading by each request under way
	server := &http.Server{
		Handler: http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
			running.RLock()
			defer running.RUnlock()
			w.gate.ServeHTTP(answer, r)
		}),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      answerWithin,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    16 << 10,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ConnContext:       doors.remember,
		ErrorLog:          slog.NewLogLogger(w.log.Handler(), slog.LevelDebug),
	}
	stop := context.AfterFunc(ctx, func() { server.Close() }) // the listener's error says nothing that matters at the end
	err := server.Serve(doors)
	stop()
	server.Close()
	doors.closeAll()
	running.Lock()
	defer running.Unlock()
	if !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the window on %s: %w", w.authority, err)
	}
	return nil
}
