package desktop_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/adrg/xdg"
	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"

	"lanyard/internal/api"
	"lanyard/internal/desktest"
	"lanyard/internal/desktop"
)

func TestFindSession(t *testing.T) {
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	if got := desktop.FindSession(t.Context()); got != (desktop.Session{}) {
		t.Errorf("without a desktop: %+v", got)
	}
	d := desktest.Start(t)
	d.Use(t)
	if got := desktop.FindSession(t.Context()); got != (desktop.Session{Display: true, Bus: true}) {
		t.Errorf("display and bus: %+v", got)
	}
	d.Host(t)
	if got := desktop.FindSession(t.Context()); !got.TrayHost {
		t.Errorf("with a tray host: %+v", got)
	}
	d.KillBus(t)
	d.KillDisplay(t)
	if got := desktop.FindSession(t.Context()); got != (desktop.Session{}) {
		t.Errorf("after log-out, with the environment as before: %+v", got)
	}
}

func TestNotificationsSurviveTheBusOfALogOut(t *testing.T) {
	clicked := make(chan api.Notification, 1)
	n := desktop.NewNotifier(func(what api.Notification) { clicked <- what })
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- n.Run(ctx) }()
	for range 2 { // a session, its end, and the next one
		d := desktest.Start(t)
		d.Use(t)
		shown := d.Notifications(t)
		want := api.Notification{Title: "Ben", Body: "1 < 2", Conversation: "C", Tag: "C"}
		if err := n.Show(ctx, want); err != nil {
			t.Fatal(err)
		}
		first := shown.Next(t)
		if first.Body != "1 &lt; 2" {
			t.Errorf("shown: %q", first.Body)
		}
		first.Click(t)
		select {
		case got := <-clicked:
			if got != want {
				t.Errorf("clicked %+v", got)
			}
		case <-time.After(desktest.Patience):
			t.Fatal("the click was not heard")
		}
		d.KillBus(t)
		desktest.Until(t, "the lost bus to be noticed", func() bool { return n.Show(ctx, want) != nil })
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("Run ended with %v", err)
	}
}

func TestIdleCountsFromTheLastInput(t *testing.T) {
	d := desktest.Start(t)
	d.Use(t)
	conn, err := xgb.NewConn()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := xtest.Init(conn); err != nil {
		t.Fatal(err)
	}
	desktest.Until(t, "idle time to pass", func() bool { idle, err := desktop.Idle(t.Context()); return err == nil && idle > 300*time.Millisecond })
	before, err := desktop.Idle(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	root := xproto.Setup(conn).DefaultScreen(conn).Root
	x := int16(40)
	desktest.Until(t, "the mouse to end idleness", func() bool { // it goes on moving: a slow machine may look late
		x ^= 1
		if err := xtest.FakeInputChecked(conn, xproto.MotionNotify, 0, 0, root, x, 40, 0).Check(); err != nil {
			t.Fatal(err)
		}
		idle, err := desktop.Idle(t.Context())
		return err == nil && idle < before
	})
}

func TestIdleUnknownWithoutADesktop(t *testing.T) {
	for _, name := range []string{"DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"} {
		t.Setenv(name, "")
	}
	if idle, err := desktop.Idle(t.Context()); err == nil {
		t.Errorf("idle for %v without a desktop", idle)
	}
	if err := desktop.OpenWindow(t.Context(), "http://127.0.0.1:1/", t.TempDir()); !errors.Is(err, desktop.ErrNoSession) {
		t.Errorf("OpenWindow without a desktop: %v", err)
	}
	if _, err := desktop.ChooseFolder(t.Context(), "x"); !errors.Is(err, desktop.ErrNoSession) {
		t.Errorf("ChooseFolder without a desktop: %v", err)
	}
}

func TestNoDialogProgramIsSaid(t *testing.T) {
	d := desktest.Start(t)
	d.Use(t)
	t.Setenv("PATH", t.TempDir())
	if _, err := desktop.ChooseFolder(t.Context(), "x"); !errors.Is(err, desktop.ErrNoDialog) {
		t.Errorf("%v", err)
	}
}

// A program called zenity that answers as the real one does: by its output and exit code.
func TestFolderDialogAnswers(t *testing.T) {
	d := desktest.Start(t)
	d.Use(t)
	bin := t.TempDir()
	t.Setenv("PATH", bin)
	for script, check := range map[string]func(string, error) bool{
		"#!/bin/sh\necho /srv/Plans\n": func(path string, err error) bool { return err == nil && path == "/srv/Plans" },
		"#!/bin/sh\nexit 1\n":          func(_ string, err error) bool { return errors.Is(err, desktop.ErrCancelled) },
	} {
		if err := os.WriteFile(filepath.Join(bin, "zenity"), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
		if path, err := desktop.ChooseFolder(t.Context(), "x"); !check(path, err) {
			t.Errorf("%q: %q %v", script, path, err)
		}
	}
}

func TestAutostart(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	xdg.Reload()
	t.Cleanup(xdg.Reload)
	a := desktop.Autostart{Executable: "/opt/my apps/lanyard"}
	check := func(want bool) {
		t.Helper()
		if on, err := a.Enabled(); err != nil || on != want {
			t.Errorf("enabled: %v %v, want %v", on, err, want)
		}
	}
	check(false)
	for range 2 {
		if err := a.Set(true); err != nil {
			t.Fatal(err)
		}
		check(true)
	}
	text, err := os.ReadFile(filepath.Join(xdg.ConfigHome, "autostart", "lanyard.desktop"))
	if err != nil || !strings.Contains(string(text), `Exec="/opt/my apps/lanyard" --no-open`) {
		t.Errorf("%s %v", text, err)
	}
	for range 2 {
		if err := a.Set(false); err != nil {
			t.Fatal(err)
		}
		check(false)
	}
	if err := (desktop.Autostart{Executable: "lanyard"}).Set(true); err == nil {
		t.Error("an entry for a program that login would not find")
	}
}
