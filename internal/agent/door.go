package agent

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"

	"lanyard/internal/durable"
	"lanyard/internal/window"
)

// secretFile holds what signs the windows' bearers. A new one would lock every open window out.
const secretFile = "window.secret"

// door is the window's loopback port, at which webhooks answer, too. It opens when the first window or webhook is asked for, in later runs at once; port and secret are remembered, because
// a browser hangs its permissions and storage on them.
type door struct {
	profile  string
	api      http.Handler
	hooks    http.Handler // webhooks, for programs of this machine
	log      *slog.Logger
	port     func() int         // the remembered one, 0 if none
	remember func(port int)     // stores it
	moved    func(from, to int) // told when it is another one than the remembered
	serving  *sync.WaitGroup    // holds the server while it runs
	life     context.Context    // the agent's run

	mu     sync.Mutex
	window *window.Window
	at     string // host and port, once it is open
}

// address opens the door if need be and returns where it is, http://127.0.0.1:PORT.
func (d *door) address() (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.window == nil {
		if err := d.openLocked(); err != nil {
			return "", fmt.Errorf("open the port for webhooks: %w", err)
		}
	}
	return "http://" + d.at, nil
}

// url opens the door if need be and returns a one-time address.
func (d *door) url(context.Context) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.window == nil {
		if err := d.openLocked(); err != nil {
			return "", fmt.Errorf("open the window's port: %w", err)
		}
	}
	return d.window.URL(), nil
}

// reopen opens the door where an earlier run had it: a window that was left open goes on by itself.
func (d *door) reopen() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.window != nil || d.port() == 0 {
		return nil
	}
	return d.openLocked()
}

func (d *door) openLocked() error {
	ctx := d.life
	if err := ctx.Err(); err != nil {
		return err
	}
	secret, err := windowSecret(filepath.Join(d.profile, secretFile))
	if err != nil {
		return err
	}
	listener, err := window.Listen(d.port())
	if err != nil {
		return err
	}
	if before, port := d.port(), listener.Addr().(*net.TCPAddr).Port; port != before {
		d.remember(port)
		d.moved(before, port)
	}
	d.at = listener.Addr().String()
	w := window.New(window.Config{API: d.api, Hooks: d.hooks, Secret: secret, Authority: d.at, Log: d.log})
	d.serving.Go(func() {
		if err := w.Serve(ctx, listener); err != nil {
			d.log.Error("the window's port closed", "reason", err)
		}
	})
	d.window = w
	return nil
}

// windowSecret reads the secret, or makes it.
func windowSecret(path string) ([]byte, error) {
	secret, err := os.ReadFile(path)
	switch {
	case err == nil && len(secret) == 32:
		return secret, os.Chmod(path, 0o600)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("read the window's secret: %w", err)
	}
	secret = window.NewSecret()
	if err := durable.Write(path, secret); err != nil {
		return nil, fmt.Errorf("keep the window's secret: %w", err)
	}
	return secret, nil
}
