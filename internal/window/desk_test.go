package window_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"lanyard/internal/agent"
	"lanyard/internal/api"
)

// hang guards against waiting for ever; no test waits this long to pass.
const hang = 60 * time.Second

// desk is one person with an agent of their own in this process, and their window.
type desk struct {
	*tab
	*api.Client
	t       *testing.T
	options agent.Options
	me      api.Me
	stop    context.CancelFunc
	ended   chan error
}

// sit starts an agent that colleagues reach by address only, and opens its window.
func sit(t *testing.T, browser context.Context, name, machine string) *desk {
	t.Helper()
	home := t.TempDir()
	d := &desk{t: t, options: agent.Options{
		Name: name, Machine: machine, Headless: true, Silent: true, Port: freePort(t), Profile: filepath.Join(home, "profile"), Folder: filepath.Join(home, "Lanyard"),
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}}
	d.start()
	d.options.Name = "" // from now on it is what the person calls themselves
	t.Cleanup(d.end)
	d.tab = open(t, browser, d.url())
	d.see(".own-name", name)
	return d
}

// start runs the agent until end.
func (d *desk) start() {
	d.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready := make(chan api.Me, 1)
	d.options.Ready = func(me api.Me) { ready <- me }
	d.stop, d.ended = cancel, make(chan error, 1)
	a := agent.New(d.options)
	go func() { d.ended <- a.Run(ctx) }()
	select {
	case d.me = <-ready:
	case err := <-d.ended:
		d.t.Fatalf("the agent of %s did not start: %v", d.options.Machine, err)
	case <-time.After(hang):
		d.t.Fatalf("the agent of %s does not start", d.options.Machine)
	}
	client, err := api.Open(d.options.Profile)
	if err != nil {
		d.t.Fatal(err)
	}
	d.Client = client
}

// end stops the agent and waits for it; it may be called twice.
func (d *desk) end() {
	d.t.Helper()
	if d.stop == nil {
		return
	}
	d.Client.Close()
	d.stop()
	d.stop = nil
	select {
	case err := <-d.ended:
		if err != nil {
			d.t.Errorf("the agent of %s ended with %v", d.options.Machine, err)
		}
	case <-time.After(hang):
		d.t.Fatalf("the agent of %s does not end", d.options.Machine)
	}
}

// url asks for a one-time address of the window, as "lanyard open --print" does.
func (d *desk) url() string {
	d.t.Helper()
	answer, err := d.Client.Window(context.Background(), true)
	if err != nil {
		d.t.Fatal(err)
	}
	return answer.URL
}

func (d *desk) address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(d.options.Port)) }

// path is a place in the folder where this person's shared and received files lie.
func (d *desk) path(elements ...string) string {
	return filepath.Join(append([]string{d.options.Folder}, elements...)...)
}

// says waits until a person's file has that content.
func (d *desk) says(content string, elements ...string) {
	d.t.Helper()
	eventually(d.t, d.path(elements...)+" says "+content, func() bool {
		body, err := os.ReadFile(d.path(elements...))
		return err == nil && string(body) == content
	})
}

// eventually asks the disk again and again: no event tells when a file is there.
func eventually(t *testing.T, what string, good func() bool) {
	t.Helper()
	for begun := time.Now(); !good(); time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) > hang {
			t.Fatalf("never: %s", what)
		}
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// write makes a file and the folders above it.
func write(t *testing.T, path, content string) string {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(content), 0o600)); err != nil {
		t.Fatal(err)
	}
	return path
}
