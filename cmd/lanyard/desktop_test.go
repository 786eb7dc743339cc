package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"lanyard/internal/desktest"
	"lanyard/internal/lantest"
)

// withTray puts the program and its tray program beside each other, as an installation does.
func withTray(t *testing.T) string {
	t.Helper()
	if exec.Command("pkg-config", "--exists", "ayatana-appindicator3-0.1").Run() != nil {
		t.Skip("needs GTK's tray library: apt-get install gcc pkg-config libayatana-appindicator3-dev")
	}
	dir := t.TempDir()
	if out, err := exec.Command("go", "build", "-o", filepath.Join(dir, "lanyard-tray"), "lanyard/cmd/lanyard-tray").CombinedOutput(); err != nil {
		t.Fatalf("build the tray program: %v\n%s", err, out)
	}
	program, err := exec.LookPath("lanyard")
	if err != nil {
		t.Fatal(err)
	}
	lanyard := filepath.Join(dir, "lanyard")
	if err := os.Link(program, lanyard); err != nil {
		if err := copyProgram(program, lanyard); err != nil {
			t.Fatal(err)
		}
	}
	return lanyard
}

func copyProgram(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o700)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Close()
}

// atDesk starts an agent and waits until it runs. It returns its command line, and what waits for its end.
func atDesk(t *testing.T, start *exec.Cmd) (ended func() error) {
	t.Helper()
	errs := &strings.Builder{}
	start.Stderr = errs
	out, err := start.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := start.Start(); err != nil {
		t.Fatal(err)
	}
	over := make(chan error, 1)
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	go func() {
		_, _ = io.Copy(io.Discard, lines) // the pipe ends with the process
		over <- start.Wait()
	}()
	if err != nil || !strings.HasPrefix(line, "Lanyard runs as ") {
		t.Fatalf("the agent did not start: %q, %v: %s", line, err, errs)
	}
	ended = func() error {
		select {
		case err := <-over:
			over <- err
			return err
		case <-time.After(hang):
			_ = start.Process.Kill() // the test fails anyway
			return <-over
		}
	}
	t.Cleanup(func() {
		_ = start.Process.Kill() // does nothing where it has ended
		_ = ended()              // killed: the error says so
	})
	return ended
}

// TestDeskWithTray is the whole of a desk: agent, tray program, notification and menu, told by the bus of a desktop.
func TestDeskWithTray(t *testing.T) {
	t.Parallel()
	lanyard := withTray(t)
	desk := desktest.Start(t)
	icons, notes := desk.Host(t), desk.Notifications(t)
	annas, bens := filepath.Join(desk.Home(), "profile"), filepath.Join(t.TempDir(), "profile")
	command := func(args ...string) *exec.Cmd {
		cmd := desk.Command(lanyard, args...)
		cmd.Env = append(cmd.Env, "LANYARD_DISCOVERY=off", "GORACE=atexit_sleep_ms=0")
		return cmd
	}
	say := func(args ...string) string {
		t.Helper()
		out, err := command(args...).CombinedOutput()
		if err != nil {
			t.Fatalf("lanyard %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	ended := atDesk(t, command("--no-open", "--profile", annas, "--name", "Anna", "--port", strconv.Itoa(lantest.Port(t))))
	ben := strconv.Itoa(lantest.Port(t))
	atDesk(t, command("--headless", "--profile", bens, "--name", "Ben", "--port", ben))

	item := icons.Next(t)
	say("--profile", annas, "add", "127.0.0.1:"+ben)
	desktest.Until(t, "Ben has met Anna", func() bool { return strings.Contains(say("--profile", bens, "peers"), "Anna") }) // add waits for one side alone
	say("--profile", bens, "send", "Anna", "<b>Lunch</b> at noon?", "--wait", "delivered", "--timeout", hang.String())
	note := notes.Next(t)
	if note.Title != "Ben" || !strings.Contains(note.Body, "Lunch") || strings.Contains(note.Body, "<b>") {
		t.Errorf("the notification says %q: %q", note.Title, note.Body)
	}
	desktest.Until(t, "Ben stands in the menu with one unread message", func() bool {
		menu, err := item.Menu()
		_, there := desktest.Find(menu, "Ben (1)")
		return err == nil && there
	})
	item.Click(t, "Busy")
	desktest.Until(t, "the menu's choice counts", func() bool { return strings.Contains(say("--profile", annas, "status"), ", busy") })
	item.Click(t, "Quit Lanyard")
	if err := ended(); err != nil {
		t.Errorf("Quit: %v", err)
	}
}
