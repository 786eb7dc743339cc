package main

import (
	"encoding/json"
	"image"
	"image/color"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lanyard/internal/api"
	"lanyard/internal/desktest"
)

// seam is the agent's side of the tray's socket: it sends lines and tells what the program asked for. The same program runs against the real agent in
// internal/agent's tests; here each line and each request is looked at.
type seam struct {
	t        *testing.T
	socket   string
	lines    chan api.TrayLine
	requests chan request
	server   *http.Server
}

type request struct {
	what string // method and path
	body map[string]any
}

func listen(t *testing.T) *seam {
	t.Helper()
	dir, err := os.MkdirTemp("", "lt") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	s := &seam{t: t, socket: filepath.Join(dir, "s"), lines: make(chan api.TrayLine, 16), requests: make(chan request, 64)}
	listener, err := net.Listen("unix", s.socket)
	if err != nil {
		t.Fatal(err)
	}
	s.server = &http.Server{Handler: http.HandlerFunc(s.serve)}
	var served sync.WaitGroup
	served.Go(func() { _ = s.server.Serve(listener) })
	t.Cleanup(func() {
		_ = s.server.Close()
		served.Wait()
	})
	return s
}

func (s *seam) serve(w http.ResponseWriter, r *http.Request) {
	if r.Method == "GET" && r.URL.Path == "/api/v1/tray" {
		s.stream(w, r)
		return
	}
	got := request{what: r.Method + " " + strings.TrimPrefix(r.URL.Path, "/api/v1")}
	if r.ContentLength > 0 {
		if err := json.NewDecoder(r.Body).Decode(&got.body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
	}
	if got.what != "PUT /idle" {
		s.requests <- got
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte("{}"))
}

func (s *seam) stream(w http.ResponseWriter, r *http.Request) {
	flush := http.NewResponseController(w)
	if err := flush.Flush(); err != nil {
		return
	}
	for {
		select {
		case line, open := <-s.lines:
			if !open {
				return
			}
			if json.NewEncoder(w).Encode(line) != nil || flush.Flush() != nil {
				return
			}
		case <-r.Context().Done():
			return
		}
	}
}

func (s *seam) expect(what string) request {
	s.t.Helper()
	select {
	case got := <-s.requests:
		if got.what != what {
			s.t.Fatalf("the tray program asked %q, not %q", got.what, what)
		}
		return got
	case <-time.After(desktest.Patience):
		s.t.Fatalf("the tray program did not ask %q", what)
		return request{}
	}
}

// program builds the tray program once.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "lanyard-tray")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "lanyard-tray")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", &exec.Error{Name: string(out), Err: err}
	}
	return path, nil
})

func build(t *testing.T) string {
	t.Helper()
	if err := exec.Command("pkg-config", "--exists", "ayatana-appindicator3-0.1").Run(); err != nil {
		t.Skip("needs GTK's tray library: apt-get install gcc pkg-config libayatana-appindicator3-dev")
	}
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := program(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

type running struct {
	*exec.Cmd
	stderr *strings.Builder
	ended  chan struct{}
}

func start(t *testing.T, d *desktest.Desk, s *seam) *running {
	t.Helper()
	command := d.Command(build(t), "--socket", s.socket, "--browser-profile", filepath.Join(d.Home(), "browser"), "--lanyard", "/usr/bin/lanyard")
	return begin(t, command)
}

func begin(t *testing.T, command *exec.Cmd) *running {
	t.Helper()
	r := &running{command, &strings.Builder{}, make(chan struct{})}
	command.Stderr = r.stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = command.Wait() // looked at through ProcessState
		close(r.ended)
	}()
	t.Cleanup(func() {
		_ = command.Process.Kill()
		<-r.ended
	})
	return r
}

func (r *running) exit(t *testing.T) int {
	t.Helper()
	select {
	case <-r.ended:
		return r.ProcessState.ExitCode()
	case <-time.After(desktest.Patience):
		t.Fatal("the tray program did not end")
		return 0
	}
}

func state() api.TrayState {
	return api.TrayState{Name: "Anna", Presence: "available", Unread: 2, Text: "until four",
		Recent: []api.TrayPeer{{Person: "BEN", Name: "Ben & Söhne", Online: true, Unread: 2}, {Person: "CARLA", Name: "Carla"}}}
}

func TestMenuShowsTheStateAndClicksReachTheAgent(t *testing.T) {
	d := desktest.Start(t)
	icons := d.Host(t)
	s := listen(t)
	start(t, d, s)
	item := icons.Next(t)
	s.lines <- api.TrayLine{State: new(state())}

	item.Click(t, "Ben & Söhne (2)")
	if got := s.expect("POST /tray/clicked"); got.body["conversation"] != "BEN" {
		t.Errorf("a click on Ben asked for %v", got.body)
	}
	item.Click(t, "Open Lanyard")
	s.expect("POST /window")
	item.Click(t, "Busy")
	if got := s.expect("PUT /me/presence"); got.body["presence"] != "busy" || got.body["text"] != "until four" {
		t.Errorf("a click on Busy asked for %v", got.body)
	}
	item.Click(t, "Share an existing folder…")
	if got := s.expect("POST /tray/clicked"); got.body["share"] != api.NewShare {
		t.Errorf("a click on Share asked for %v", got.body)
	}
	menu, err := item.Menu()
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := desktest.Find(menu, "Carla – not here"); !ok {
		t.Errorf("Carla is not marked as not here: %+v", menu)
	}
	if e, ok := desktest.Find(menu, "Available"); !ok || len(e.Entries) != 4 || !e.Entries[0].Checked {
		t.Errorf("the presence menu does not show what is set: %+v", e)
	}
	item.Click(t, "Quit Lanyard")
	s.expect("POST /stop")
}

func TestHiddenEntriesStayHidden(t *testing.T) {
	d := desktest.Start(t)
	icons := d.Host(t)
	s := listen(t)
	start(t, d, s)
	item := icons.Next(t)
	first := state()
	s.lines <- api.TrayLine{State: &first}
	wait(t, item, "Carla – not here", true)
	s.lines <- api.TrayLine{State: &api.TrayState{Name: "Anna", Presence: "busy", Problem: "No network"}}
	wait(t, item, "Carla – not here", false)
	wait(t, item, "No network", true)
	menu, err := item.Menu()
	if err != nil {
		t.Fatal(err)
	}
	if e, _ := desktest.Find(menu, "No network"); e.Enabled {
		t.Error("the problem's line can be clicked")
	}
	s.lines <- api.TrayLine{State: &first}
	wait(t, item, "Carla – not here", true)
	wait(t, item, "No network", false)
}

func wait(t *testing.T, item desktest.Item, label string, there bool) {
	t.Helper()
	desktest.Until(t, "the entry "+label, func() bool {
		menu, err := item.Menu()
		if err != nil {
			return false
		}
		_, ok := desktest.Find(menu, label)
		return ok == there
	})
}

func TestNotificationIsShownAndAClickOpensIt(t *testing.T) {
	d := desktest.Start(t)
	icons := d.Host(t)
	shown := d.Notifications(t)
	s := listen(t)
	start(t, d, s)
	icons.Next(t)
	s.lines <- api.TrayLine{Notify: &api.Notification{Title: "Ben", Body: "<b>lunch</b> & cake?", Conversation: "C1", Tag: "C1"}}
	first := shown.Next(t)
	if first.Title != "Ben" || first.Body != "&lt;b&gt;lunch&lt;/b&gt; &amp; cake?" {
		t.Errorf("shown as %q %q", first.Title, first.Body)
	}
	s.lines <- api.TrayLine{Notify: &api.Notification{Title: "Ben", Body: "well?", Conversation: "C1", Tag: "C1"}}
	if second := shown.Next(t); second.Replaces != first.ID {
		t.Errorf("the second notification of the conversation replaces %d, not %d", second.Replaces, first.ID)
	}
	first.Click(t)
	if got := s.expect("POST /tray/clicked"); got.body["conversation"] != "C1" {
		t.Errorf("the click asked for %v", got.body)
	}
}

func TestFolderDialogThatIsMissingIsSaid(t *testing.T) {
	d := desktest.Start(t)
	icons := d.Host(t)
	s := listen(t)
	command := d.Command(build(t), "--socket", s.socket, "--browser-profile", filepath.Join(d.Home(), "browser"))
	command.Env = append(command.Env, "PATH="+d.Home()) // no zenity, no kdialog
	begin(t, command)
	icons.Next(t)
	s.lines <- api.TrayLine{Request: &api.TrayRequest{ID: "7", Kind: "folder", Title: "Share a folder"}}
	got := s.expect("POST /tray/requests/7")
	if text, _ := got.body["problem"].(string); !strings.Contains(text, "no folder dialog") {
		t.Errorf("answered %v", got.body)
	}
}

func TestEndsWithTheAgent(t *testing.T) {
	d := desktest.Start(t)
	icons := d.Host(t)
	s := listen(t)
	r := start(t, d, s)
	icons.Next(t)
	close(s.lines)
	if code := r.exit(t); code != 0 {
		t.Errorf("exit %d: %s", code, r.stderr)
	}
}

func TestNoDisplayIsSaidAtOnce(t *testing.T) {
	s := listen(t)
	command := exec.Command(build(t), "--socket", s.socket, "--browser-profile", t.TempDir())
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "DISPLAY=") && !strings.HasPrefix(pair, "WAYLAND_DISPLAY=") {
			command.Env = append(command.Env, pair)
		}
	}
	r := begin(t, command)
	if code := r.exit(t); code != exitNoSession || !strings.Contains(r.stderr.String(), "no desktop session") {
		t.Errorf("exit %d: %s", code, r.stderr)
	}
}

// beginLate starts the program so that the icon's library hears of the panel before the bus, at that many starts in a row: then it never tells the panel of its icon.
func beginLate(t *testing.T, d *desktest.Desk, s *seam, starts int) *running {
	t.Helper()
	program := build(t)
	library, left := filepath.Join(d.Home(), "latebus.so"), filepath.Join(d.Home(), "late")
	flags, err := exec.Command("pkg-config", "--cflags", "gio-2.0").Output()
	if err != nil {
		t.Fatalf("ask for the flags of GIO: %v", err)
	}
	args := append([]string{"-shared", "-fPIC", "-o", library, filepath.Join("testdata", "latebus.c")}, strings.Fields(string(flags))...)
	if out, err := exec.Command("gcc", append(args, "-ldl")...).CombinedOutput(); err != nil {
		t.Fatalf("build the library that makes the bus late: %v %s", err, out)
	}
	if err := os.WriteFile(left, make([]byte, starts), 0o600); err != nil {
		t.Fatal(err)
	}
	command := d.Command(program, "--socket", s.socket, "--browser-profile", filepath.Join(d.Home(), "browser"))
	command.Env = append(command.Env, "LD_PRELOAD="+library, "LATEBUS="+left)
	return begin(t, command)
}

func TestIconComesThoughTheBusWasLate(t *testing.T) {
	d := desktest.Start(t)
	icons := d.Host(t)
	s := listen(t)
	beginLate(t, d, s, 2)
	item := icons.Next(t)
	s.lines <- api.TrayLine{State: new(state())}
	wait(t, item, "Ben & Söhne (2)", true) // before that nobody may listen to the menu yet
	item.Click(t, "Open Lanyard")
	s.expect("POST /window")
}

// The agent waits longer and longer before it starts the program again, so it ends where it is always so.
func TestEndsWhereTheBusIsAlwaysLate(t *testing.T) {
	d := desktest.Start(t)
	d.Host(t)
	r := beginLate(t, d, listen(t), 100)
	if code := r.exit(t); code != exitFailed || !strings.Contains(r.stderr.String(), "the icon's library missed the panel") {
		t.Errorf("exit %d: %s", code, r.stderr)
	}
}

// The toolkit ends the process in both cases; what counts is that it is the tray's process and that it ends rather than hang.
func TestLogOutEndsIt(t *testing.T) {
	for what, end := range map[string]func(*desktest.Desk, testing.TB){"display": (*desktest.Desk).KillDisplay, "bus": (*desktest.Desk).KillBus} {
		t.Run(what, func(t *testing.T) {
			d := desktest.Start(t)
			icons := d.Host(t)
			s := listen(t)
			r := start(t, d, s)
			icons.Next(t)
			end(d, t)
			r.exit(t)
		})
	}
}

func TestNoHostYetThenARealPanel(t *testing.T) {
	d := desktest.Start(t)
	s := listen(t)
	start(t, d, s)
	s.lines <- api.TrayLine{State: new(state())}
	d.Panel(t)
	item := d.PanelItem(t)
	wait(t, item, "Ben & Söhne (2)", true)
	desktest.Until(t, "the red unread mark on the screen", func() bool {
		return shows(d.Screenshot(t, os.Getenv("LANYARD_SCREENSHOT")), color.NRGBA{0xe0, 0x2f, 0x3c, 0xff})
	})
	s.lines <- api.TrayLine{State: &api.TrayState{Name: "Anna", Presence: "available"}}
	desktest.Until(t, "the plain blue icon on the screen", func() bool {
		picture := d.Screenshot(t, "")
		return shows(picture, color.NRGBA{0x2b, 0x62, 0xd9, 0xff}) && !shows(picture, color.NRGBA{0xe0, 0x2f, 0x3c, 0xff})
	})
	item.Click(t, "Open Lanyard")
	s.expect("POST /window")
}

// shows reports whether at least a few pixels have that colour, give or take what scaling does.
func shows(picture image.Image, want color.NRGBA) bool {
	hits, near := 0, func(a uint32, b uint8) bool { return max(int(a>>8), int(b))-min(int(a>>8), int(b)) < 24 }
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			if r, g, b, _ := picture.At(x, y).RGBA(); near(r, want.R) && near(g, want.G) && near(b, want.B) {
				hits++
			}
		}
	}
	return hits >= 8
}
