// Package desktest gives tests a desktop of their own: a virtual display (Xvfb), a session bus, and on them what a desktop brings: a host for tray icons
// (played by the test, or a real xfce4-panel) and a notification daemon (played by the test). Nothing of it touches the desktop of the person who runs
// the tests, and everything ends with the test.
//
// What the machine lacks makes the test skip with the command that supplies it.
package desktest

import (
	"bufio"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// Patience is a guard against hanging, not a measure of speed.
const Patience = 2 * time.Minute

// Desk is one desktop session.
type Desk struct {
	Bus *dbus.Conn // the test's own connection to the session bus

	dir     string
	environ []string
	display *exec.Cmd
	bus     *exec.Cmd
}

// Start brings up display and bus.
func Start(t testing.TB) *Desk {
	t.Helper()
	need(t, "Xvfb", "xvfb")
	need(t, "dbus-daemon", "dbus")
	d := &Desk{dir: t.TempDir()}
	runtime := filepath.Join(d.dir, "run")
	if err := os.MkdirAll(runtime, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { endActivated(t, runtime) })
	number := d.startDisplay(t)
	d.environ = append(withoutDesktop(os.Environ()), "DISPLAY=:"+number, "XDG_RUNTIME_DIR="+runtime, "HOME="+d.dir, "XDG_CONFIG_HOME="+filepath.Join(d.dir, "config"),
		"XDG_DATA_HOME="+filepath.Join(d.dir, "data"), "XDG_CACHE_HOME="+filepath.Join(d.dir, "cache"), "XDG_CURRENT_DESKTOP=XFCE", "NO_AT_BRIDGE=1", "GTK_A11Y=none")
	address := d.startBus(t, filepath.Join(runtime, "bus"))
	d.environ = append(d.environ, "DBUS_SESSION_BUS_ADDRESS="+address)
	conn, err := dbus.Connect(address)
	if err != nil {
		t.Fatalf("connect to the session bus: %v", err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	d.Bus = conn
	return d
}

// Environ is the environment of a program that belongs to this desktop.
func (d *Desk) Environ() []string { return d.environ }

// Getenv returns one variable of Environ.
func (d *Desk) Getenv(name string) string {
	value := ""
	for _, pair := range d.environ {
		if rest, ok := strings.CutPrefix(pair, name+"="); ok {
			value = rest
		}
	}
	return value
}

// Home is the home folder of this desktop's person.
func (d *Desk) Home() string { return d.dir }

// Use makes the test's own process part of this desktop, for code that reads the environment.
func (d *Desk) Use(t *testing.T) {
	t.Helper()
	for _, name := range []string{"DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "HOME"} {
		t.Setenv(name, d.Getenv(name))
	}
	t.Setenv("WAYLAND_DISPLAY", "")
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", d.Getenv("DBUS_SESSION_BUS_ADDRESS")) // never this computer's own
}

// Command is a program on this desktop; the test starts it.
func (d *Desk) Command(name string, args ...string) *exec.Cmd {
	command := exec.Command(name, args...)
	command.Env = d.environ
	command.Dir = d.dir
	return command
}

// KillDisplay ends the X server as a log-out does.
func (d *Desk) KillDisplay(t testing.TB) { kill(t, d.display) }

// KillBus ends the session bus.
func (d *Desk) KillBus(t testing.TB) { kill(t, d.bus) }

// Screenshot takes a picture of the whole screen and leaves it at path too, unless that is empty.
func (d *Desk) Screenshot(t testing.TB, path string) image.Image {
	t.Helper()
	need(t, "import", "imagemagick")
	if path == "" {
		path = filepath.Join(t.TempDir(), "screen.png")
	}
	if out, err := d.Command("import", "-window", "root", path).CombinedOutput(); err != nil {
		t.Fatalf("take a screenshot: %v %s", err, out)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	picture, err := png.Decode(file)
	if err != nil {
		t.Fatalf("read the screenshot: %v", err)
	}
	return picture
}

func (d *Desk) startDisplay(t testing.TB) string {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	d.display = exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1024x768x24", "-nolisten", "tcp", "-noreset")
	d.display.ExtraFiles = []*os.File{write}
	begin(t, d.display)
	if err := write.Close(); err != nil {
		t.Fatal(err)
	}
	return firstLine(t, read, "the number of the virtual display")
}

func (d *Desk) startBus(t testing.TB, socket string) string {
	t.Helper()
	d.bus = exec.Command("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1", "--address=unix:path="+socket)
	d.bus.Env = d.environ // what the bus activates belongs to this desktop too, or it would read the real person's settings
	out, err := d.bus.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	begin(t, d.bus)
	return firstLine(t, out, "the address of the session bus")
}

// Begin starts a program and ends it with the test.
func Begin(t testing.TB, command *exec.Cmd) { begin(t, command) }

func begin(t testing.TB, command *exec.Cmd) {
	t.Helper()
	if err := command.Start(); err != nil {
		t.Fatalf("start %s: %v", command.Path, err)
	}
	t.Cleanup(func() { kill(t, command) })
}

func kill(t testing.TB, command *exec.Cmd) {
	if command.ProcessState != nil {
		return
	}
	if err := command.Process.Kill(); err != nil && command.ProcessState == nil {
		t.Logf("end %s: %v", command.Path, err)
	}
	_ = command.Wait() // its end is what we asked for
}

func firstLine(t testing.TB, from io.Reader, what string) string {
	t.Helper()
	type answer struct {
		line string
		err  error
	}
	read := make(chan answer, 1)
	go func() {
		line, err := bufio.NewReader(from).ReadString('\n')
		read <- answer{strings.TrimSpace(line), err}
	}()
	select {
	case a := <-read:
		if a.err != nil {
			t.Fatalf("read %s: %v", what, a.err)
		}
		return a.line
	case <-time.After(Patience):
		t.Fatalf("%s did not come", what)
		return ""
	}
}

func need(t testing.TB, program, debian string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("needs %s: apt-get install %s", program, debian)
	}
}

func withoutDesktop(environ []string) []string {
	var kept []string
	for _, pair := range environ {
		name, _, _ := strings.Cut(pair, "=")
		switch name {
		case "DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XAUTHORITY", "SESSION_MANAGER":
		default:
			kept = append(kept, pair)
		}
	}
	return kept
}

// Until asks again and again until done, for things on a bus that tell nobody when they change.
func Until(t testing.TB, what string, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(Patience)
	for !done() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func export(t testing.TB, conn *dbus.Conn, name string, methods map[string]any, path dbus.ObjectPath, iface string) {
	t.Helper()
	if err := conn.ExportMethodTable(methods, path, iface); err != nil {
		t.Fatal(err)
	}
	reply, err := conn.RequestName(name, dbus.NameFlagDoNotQueue)
	if err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("own %s on the bus: %v %v", name, reply, err)
	}
}

func unsupported(what string) *dbus.Error {
	return dbus.MakeFailedError(fmt.Errorf("%s is not played by this test", what))
}
