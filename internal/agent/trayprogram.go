package agent

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"lanyard/internal/api"
	"lanyard/internal/desktop"
)

const (
	trayPauseLow  = 5 * time.Second
	trayPauseHigh = 5 * time.Minute
	trayProven    = time.Minute      // a program that ran this long starts anew without a long pause
	sessionLook   = 10 * time.Second // between looks for a desktop session: no event tells of it
	trayEnd       = 3 * time.Second  // for the program to end by itself when the agent stops

	// Exit codes of lanyard-tray.
	exitNoSession = 3
	exitNoIcon    = 4
)

// trayProgram keeps lanyard-tray running: the toolkit behind its icon ends the process when the desktop goes away. Without the program, or
// without a desktop, Lanyard lives on and says so once.
type trayProgram struct {
	socket  string
	browser string // profile folder of the window's browser
	lanyard string // this program, which starts at login
	log     *slog.Logger
	told    func([]api.Problem)
}

// run starts the program again and again until ctx ends.
func (t *trayProgram) run(ctx context.Context) error {
	path, err := findTray(t.lanyard)
	if err != nil {
		t.told(noTray("lanyard-tray is not installed beside lanyard"))
		return nil
	}
	pause := trayPauseLow
	for {
		session, err := t.awaitSession(ctx)
		if err != nil {
			return nil // the agent ends
		}
		t.tellHost(session)
		began := time.Now()
		last, err := t.once(ctx, path)
		if ctx.Err() != nil {
			return nil
		}
		var exit *exec.ExitError
		switch {
		case errors.As(err, &exit) && exit.ExitCode() == exitNoIcon, errors.Is(err, exec.ErrNotFound), errors.Is(err, os.ErrPermission):
			t.told(noTray(strings.TrimPrefix(last, "lanyard-tray: ")))
			return nil
		case errors.As(err, &exit) && exit.ExitCode() == exitNoSession:
			continue // awaitSession says when there is one again
		}
		t.log.Warn("tray program ended", "reason", err, "said", last)
		if time.Since(began) > trayProven {
			pause = trayPauseLow
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil
		}
		pause = min(2*pause, trayPauseHigh)
	}
}

// awaitSession waits for a desktop session.
func (t *trayProgram) awaitSession(ctx context.Context) (desktop.Session, error) {
	for first := true; ; first = false {
		if s := desktop.FindSession(ctx); s.Display {
			return s, nil
		}
		if first {
			t.told(noTray("there is no desktop session here"))
		}
		select {
		case <-time.After(sessionLook):
		case <-ctx.Done():
			return desktop.Session{}, ctx.Err()
		}
	}
}

// tellHost says so once where the desktop shows no tray icons.
func (t *trayProgram) tellHost(s desktop.Session) {
	if s.TrayHost {
		t.told(nil)
		return
	}
	t.told(noTray("this desktop shows no tray icons"))
}

// once runs the program until it ends and returns the last line it said.
func (t *trayProgram) once(ctx context.Context, path string) (string, error) {
	cmd := exec.CommandContext(ctx, path, "--socket", t.socket, "--browser-profile", t.browser, "--lanyard", t.lanyard)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	if runtime.GOOS == "windows" {
		cmd.Cancel = nil // there it cannot be asked: it ends with the stream of the control socket, or is ended
	}
	cmd.WaitDelay = trayEnd
	said := &lastLine{log: t.log}
	cmd.Stderr = said
	if err := cmd.Run(); err != nil {
		return said.last, fmt.Errorf("run %s: %w", path, err)
	}
	return said.last, nil
}

// lastLine logs what the tray program says and keeps the last line.
type lastLine struct {
	log  *slog.Logger
	last string
	rest []byte
}

func (l *lastLine) Write(p []byte) (int, error) {
	l.rest = append(l.rest, p...)
	for {
		line, rest, whole := bytes.Cut(l.rest, []byte("\n"))
		if !whole {
			l.rest = l.rest[max(0, len(l.rest)-bufio.MaxScanTokenSize):]
			return len(p), nil
		}
		l.last, l.rest = string(line), rest
		l.log.Info("tray program", "says", l.last)
	}
}

func noTray(why string) []api.Problem {
	return []api.Problem{{ID: "no-tray", Severity: "note", Text: "There is no tray icon: " + why + ".", Remedy: "Start Lanyard again to open its window."}}
}

// findTray looks for the tray program beside this one, then on the path.
func findTray(lanyard string) (string, error) {
	base := "lanyard-tray"
	if runtime.GOOS == "windows" {
		base += ".exe"
	}
	beside := filepath.Join(filepath.Dir(lanyard), base)
	if info, err := os.Stat(beside); err == nil && info.Mode().IsRegular() {
		return beside, nil
	}
	path, err := exec.LookPath(base)
	if err != nil {
		return "", fmt.Errorf("find the tray program: %w", err)
	}
	return filepath.Abs(path)
}
