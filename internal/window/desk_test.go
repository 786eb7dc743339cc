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
	"lanyard/internal/agenttest"
	"lanyard/internal/api"
	"lanyard/internal/lantest"
)

// hang only guards against waiting for ever.
const hang = agenttest.Hang

// desk is one person with an agent of their own in this process, and their window.
type desk struct {
	*tab
	agenttest.Agent
	t *testing.T
}

// sit starts an agent and opens its window.
func sit(t *testing.T, browser context.Context, name, machine string) *desk {
	t.Helper()
	d := seat(t, name, machine)
	d.tab = signIn(t, browser, d.url)
	d.see(".own-name", name)
	return d
}

// seat starts an agent that colleagues reach by address only. Nobody looks at its window.
func seat(t *testing.T, name, machine string) *desk {
	t.Helper()
	home := t.TempDir()
	d := &desk{t: t, Agent: agenttest.Agent{T: t, Options: agent.Options{
		Name: name, Machine: machine, Headless: true, Silent: true, Port: lantest.Port(t), Profile: filepath.Join(home, "profile"), Folder: filepath.Join(home, "Lanyard"),
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}}}
	d.Start()
	if _, err := d.SetUnasked(t.Context(), api.Unasked{}); err != nil { // what is sent waits for a click
		t.Fatal(err)
	}
	d.Options.Name = "" // from now on it is what the person calls themselves
	t.Cleanup(d.End)
	return d
}

// on has the desk report to a part of the test.
func (d *desk) on(t *testing.T) { d.t, d.tab.t, d.T = t, t, t }

// url asks for a one-time address of the window, as "lanyard open --print" does.
func (d *desk) url() string {
	d.t.Helper()
	answer, err := d.Client.Window(context.Background(), true)
	if err != nil {
		d.t.Fatal(err)
	}
	return answer.URL
}

func (d *desk) address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(d.Options.Port)) }

// path is a place in the folder where this person's shared and received files lie.
func (d *desk) path(elements ...string) string {
	return filepath.Join(append([]string{d.Options.Folder}, elements...)...)
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

// write makes a file and the folders above it.
func write(t *testing.T, path, content string) string {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(content), 0o600)); err != nil {
		t.Fatal(err)
	}
	return path
}
