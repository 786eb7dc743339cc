package hook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"lanyard/internal/api"
	"lanyard/internal/store"
)

// hang only guards against waiting for ever.
const hang = 2 * time.Minute

// talk is what is said in conversations: who follows reads it from there.
type talk struct {
	mu     sync.Mutex
	said   map[string][]string // "" is what is no message
	behind []int               // where it was asked from
}

func (k *talk) say(target string, texts ...string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.said == nil {
		k.said = map[string][]string{}
	}
	k.said[target] = append(k.said[target], texts...)
}

// asked lists from where it was read.
func (k *talk) asked() []int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.behind)
}

func (k *talk) follow(_ context.Context, target string, behind []byte, _ bool, limit int) (items []Item, end []byte, err error) {
	at := 0
	if len(behind) > 0 {
		if at, err = strconv.Atoi(string(behind)); err != nil {
			return nil, nil, err
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.behind = append(k.behind, at)
	for ; at < len(k.said[target]) && len(items) < limit; at++ {
		if said := k.said[target][at]; said != "" {
			items = append(items, Item{Body: []byte(said), Bookmark: []byte(strconv.Itoa(at + 1))})
		}
	}
	return items, []byte(strconv.Itoa(at)), nil
}

// runs starts hooks that give, and returns what ends them.
func (b *bench) runs(t *testing.T, k *talk) (stop func()) {
	t.Helper()
	b.config.Follow, b.config.Profile = k.follow, filepath.Dir(b.path)
	b.config.Folder = filepath.Join(b.config.Profile, "hooks")
	if b.firstPause == firstPause {
		b.firstPause = time.Millisecond
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()
	return sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(hang):
			t.Error("the hooks do not end")
		}
	})
}

func (b *bench) add(t *testing.T, o Outgoing) Outgoing {
	t.Helper()
	made, err := b.AddOutgoing(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (b *bench) await(t *testing.T, what string, good func(Outgoing) bool) Outgoing {
	t.Helper()
	for limit := time.Now().Add(hang); ; time.Sleep(time.Millisecond) { // how far a hook is has no event
		if all := b.Outgoing(); len(all) > 0 && good(all[0]) {
			return all[0]
		} else if time.Now().After(limit) {
			t.Fatalf("never: %s: %+v", what, all)
		}
	}
}

// script makes a program of lines for sh.
func script(t *testing.T, lines ...string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a Unix shell: run the test on Linux or macOS")
	}
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+strings.Join(lines, "\n")+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func lines(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimRight(string(text), "\n"), "\n")
}

// TestCommandGetsEachMessage: in order, also over a restart; in a folder for commands, without a shell and without the agent's secrets.
func TestCommandGetsEachMessage(t *testing.T) {
	t.Setenv("LANYARD_TEST_SECRET", "hidden")
	t.Setenv("AWS_SECRET", "hidden")
	b, k := newBench(t), &talk{}
	program := script(t, `cat >> heard`, `printf '%s\n' "$1" >> words`, `env > environment`)
	stop := b.runs(t, k)
	k.say("room", "before")
	b.add(t, Outgoing{Target: "room", Command: []string{program, "$(touch run); `touch run` *"}, Progress: Progress{Bookmark: []byte("1")}})
	k.say("room", "one", "two")
	k.say("other", "not this")
	b.Stir("room")
	b.await(t, "two messages", func(o Outgoing) bool { return o.Given == 2 })
	stop()
	k.say("room", "three")
	b.stop()
	b.start(t)
	defer b.runs(t, k)()
	got := b.await(t, "three messages", func(o Outgoing) bool { return o.Given == 3 })
	if got.Result != "" || got.Failures != 0 || got.Tried.IsZero() || string(got.Bookmark) != "4" {
		t.Errorf("at the end: %+v", got)
	}
	dir := b.config.Folder
	if heard := lines(t, filepath.Join(dir, "heard")); !slices.Equal(heard, []string{"one", "two", "three"}) {
		t.Errorf("heard %q", heard)
	}
	if words := lines(t, filepath.Join(dir, "words")); words[0] != "$(touch run); `touch run` *" {
		t.Errorf("the argument came as %q", words)
	}
	if _, err := os.Stat(filepath.Join(dir, "run")); err == nil {
		t.Error("a shell ran the argument")
	}
	env := strings.Join(lines(t, filepath.Join(dir, "environment")), "\n")
	if strings.Contains(env, "hidden") || !strings.Contains(env, "LANYARD_PROFILE="+b.config.Profile+"\n") || !strings.Contains(env, "LANYARD_CONVERSATION=room") {
		t.Errorf("the environment is %s", env)
	}
}

// TestWhatIsNoMessageIsReadOnce: a conversation in which people only react to the last message is not read from there again and again.
func TestWhatIsNoMessageIsReadOnce(t *testing.T) {
	b, k := newBench(t), &talk{}
	defer b.runs(t, k)()
	k.say("room", "one", "", "", "")
	b.add(t, Outgoing{Target: "room", Command: []string{script(t, `cat >> heard`)}})
	b.await(t, "all is passed", func(o Outgoing) bool { return o.Given == 1 && string(o.Bookmark) == "4" })
	k.say("room", "", "two")
	b.Stir("room")
	b.await(t, "the next is passed, and what follows it is looked for", func(o Outgoing) bool {
		asked := k.asked()
		return o.Given == 2 && string(o.Bookmark) == "6" && asked[len(asked)-1] == 6
	})
	if asked := k.asked(); !slices.Equal(slices.Compact(slices.Clone(asked)), []int{0, 1, 4, 6}) {
		t.Errorf("read from %v", asked)
	}
}

// TestCommandsAreNotSoughtWhereTheyRun: also of an agent that was started without a search path.
func TestCommandsAreNotSoughtWhereTheyRun(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ours := filepath.Dir(program)
	for path, want := range map[string]string{"": ours, "/bin": "/bin" + string(filepath.ListSeparator) + ours} {
		t.Setenv("PATH", path)
		env := New(Config{Profile: t.TempDir()}).runner(&Outgoing{}).env
		i := slices.IndexFunc(env, func(entry string) bool { return strings.HasPrefix(entry, "PATH=") && entry != "PATH="+path })
		if i < 0 || env[i] != "PATH="+want {
			t.Errorf("with %q the environment is %q", path, env)
		}
	}
}

// TestFailingHookStops: after ten tries, which is told with the reason; resumed, it goes on with the same message.
func TestFailingHookStops(t *testing.T) {
	b, k := newBench(t), &talk{}
	told := make(chan struct{}, 16)
	b.config.Told = func() { told <- struct{}{} }
	program := script(t, `cat >> heard`, `test -f mended && exit 0`, `echo; echo "no printer"; exit 3`)
	defer b.runs(t, k)()
	o := b.add(t, Outgoing{Target: "room", Command: []string{program}})
	k.say("room", "one", "two")
	b.Stir("room")
	select {
	case <-told:
	case <-time.After(hang):
		t.Fatal("that the hook stopped is not told")
	}
	got := b.await(t, "stopped", func(o Outgoing) bool { return o.Stopped })
	if got.Failures != maxFailures || got.Result != "the command ended with exit status 3: no printer" || got.Given != 0 {
		t.Errorf("stopped: %+v", got)
	}
	dir := b.config.Folder
	if heard := lines(t, filepath.Join(dir, "heard")); len(heard) != maxFailures || heard[maxFailures-1] != "one" {
		t.Errorf("heard %q", heard)
	}
	if err := os.WriteFile(filepath.Join(dir, "mended"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Resume(t.Context(), o.ID[:8]); err != nil {
		t.Fatal(err)
	}
	b.await(t, "both", func(o Outgoing) bool { return o.Given == 2 && !o.Stopped && o.Failures == 0 })
	if heard := lines(t, filepath.Join(dir, "heard")); !slices.Equal(heard[maxFailures:], []string{"one", "two"}) {
		t.Errorf("heard %q", heard)
	}
}

// TestResumeNeverGoesBack: what is taken while somebody resumes the hook stays taken; only what is broken off is given again.
func TestResumeNeverGoesBack(t *testing.T) {
	const messages = 300
	b, k := newBench(t), &talk{}
	err := b.config.DB.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`CREATE TRIGGER back BEFORE UPDATE ON hook_outgoing WHEN new.given < old.given BEGIN SELECT raise(ABORT, 'it went back'); END`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	came := make(chan struct{}, 3*messages)
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { came <- struct{}{} }))
	defer server.Close()
	for n := range messages {
		k.say("room", fmt.Sprint(n))
	}
	o := b.add(t, Outgoing{Target: "room", URL: server.URL})
	defer b.runs(t, k)()
	for range messages {
		select {
		case <-came: // and is being noted as taken
		case <-time.After(hang):
			t.Fatalf("it stands: %+v", b.Outgoing())
		}
		if _, err := b.Resume(t.Context(), o.ID); err != nil {
			t.Fatal(err)
		}
	}
	for n := range messages {
		b.await(t, "the next", func(o Outgoing) bool { return o.Given > n })
	}
}

// TestSlowCommandEnds: with all that it started, when it takes too long; and whatever it says is bounded.
func TestSlowCommandEnds(t *testing.T) {
	b, k := newBench(t), &talk{}
	b.patience = 3 * time.Second // a command that does not get as far as its child within that is tried again, after ever longer pauses
	slow := script(t, `yes | head -c 1000000`, `sleep 1000 &`, `echo $! >> children`, `wait`)
	stop := b.runs(t, k)
	defer stop()
	b.add(t, Outgoing{Target: "room", Command: []string{slow}})
	k.say("room", "one")
	b.Stir("room")
	children := filepath.Join(b.config.Folder, "children")
	b.await(t, "it took too long", func(o Outgoing) bool {
		started, err := os.ReadFile(children)
		return err == nil && bytes.HasSuffix(started, []byte("\n")) && o.Failures > 0 && o.Result == fmt.Sprintf("the command took longer than the %v that it may: y", b.patience)
	})
	stop()
	for _, child := range lines(t, children) {
		for limit := time.Now().Add(hang); alive(t, child); time.Sleep(time.Millisecond) { // the end of another's child has no event
			if time.Now().After(limit) {
				t.Fatal("what the command started lives on")
			}
		}
	}
}

// alive asks the system for a process; a zombie is none.
func alive(t *testing.T, pid string) bool {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("needs /proc: run the test on Linux")
	}
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

// TestSlowHookHoldsNobodyUp: while one hook does not get on, another one gets everything, and removing the slow one breaks it off.
func TestSlowHookHoldsNobodyUp(t *testing.T) {
	b, k := newBench(t), &talk{}
	slow, fast := script(t, `sleep 1000`), script(t, `cat >> fast`)
	stop := b.runs(t, k)
	defer stop()
	o := b.add(t, Outgoing{Target: "room", Command: []string{slow}})
	b.add(t, Outgoing{Target: "room", Command: []string{fast}})
	var all []string
	for i := range 40 {
		all = append(all, fmt.Sprint(i))
	}
	k.say("room", all...)
	b.Stir("room")
	for limit := time.Now().Add(hang); b.Outgoing()[1].Given < 40; time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("never: %+v", b.Outgoing())
		}
	}
	if heard := lines(t, filepath.Join(b.config.Folder, "fast")); !slices.Equal(heard, all) {
		t.Errorf("heard %q", heard)
	}
	if err := b.RemoveOutgoing(t.Context(), o.ID); err != nil {
		t.Fatal(err)
	}
	stop() // waits for the broken-off command
}

// TestAddressGetsEachMessage: what is not taken is posted again; a redirect is none; nothing is posted elsewhere, whatever the address claims.
func TestAddressGetsEachMessage(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	var mu sync.Mutex
	var heard []string
	answers := []int{500, 302, 204, 200}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := make([]byte, r.ContentLength)
		if _, err := r.Body.Read(body); err != nil && len(body) == 0 {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		heard = append(heard, r.Header.Get("Content-Type")+" "+string(body))
		w.Header().Set("Location", "http://192.0.2.1/")
		w.WriteHeader(answers[min(len(heard), len(answers))-1])
	}))
	defer server.Close()
	b, k := newBench(t), &talk{}
	defer b.runs(t, k)()
	b.add(t, Outgoing{Target: "room", URL: server.URL + "/x"})
	k.say("room", "{1}", "{2}")
	b.Stir("room")
	b.await(t, "both", func(o Outgoing) bool { return o.Given == 2 })
	mu.Lock()
	defer mu.Unlock()
	redirects := httptest.NewServer(http.RedirectHandler(server.URL, http.StatusFound))
	defer redirects.Close()
	if err := newPoster().post(t.Context(), &Outgoing{URL: redirects.URL}, nil); err == nil || err.Error() != "the address answered 302 Found, and a hook follows to no other: give it that one" {
		t.Errorf("a redirect: %v", err)
	}
	if want := "application/json {1}"; !slices.Equal(heard, []string{want, want, want, "application/json {2}"}) {
		t.Errorf("heard %q", heard)
	}
}

func TestOutgoingIsForThisMachine(t *testing.T) {
	b := newBench(t)
	for _, url := range []string{"http://192.0.2.1/", "https://127.0.0.1/", "http://example.com/", "http://127.0.0.1.example.com/", "http://a@127.0.0.1/", "http://[::ffff:192.0.2.1]/", "http://0.0.0.0/",
		"http://2130706433/", "http://127.1/", "file:///etc/passwd", "http://127.0.0.1:99999/x", "http://localhost:0/", "http:///x", "127.0.0.1:80", "http://127.0.0.1/#x", "http://127.0.0.1/" + strings.Repeat("a", maxURL), "http://localhost.evil/", "http://[fe80::1%25eth0]/"} {
		if _, err := b.AddOutgoing(t.Context(), Outgoing{Target: "room", URL: url}); api.CodeOf(err) != api.CodeUsage {
			t.Errorf("%s: %v", url, err)
		}
	}
	for _, url := range []string{"http://127.0.0.1:8080/x?y=z", "http://localhost/", "http://[::1]:80/", "http://127.9.9.9/"} {
		if err := checkURL(url); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
	for address, good := range map[string]bool{"127.0.0.1:80": true, "[::1]:80": true, "[::ffff:127.0.0.1]:80": true, "192.0.2.1:80": false, "[fe80::1]:80": false, "0.0.0.0:80": false, "x": false} {
		if err := onlyHere("tcp", address, nil); (err == nil) != good {
			t.Errorf("dialling %s: %v", address, err)
		}
	}
	// An address that leads elsewhere is refused where it is dialled.
	p := newPoster()
	l, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := p.post(t.Context(), &Outgoing{URL: "http://" + l.Addr().String()}, nil); !errors.Is(err, errElsewhere) {
		t.Errorf("posting to %s: %v", l.Addr(), err)
	}
}

func TestOutgoingThatCannotRun(t *testing.T) {
	b := newBench(t)
	plain := filepath.Join(t.TempDir(), "plain")
	if err := os.WriteFile(plain, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for what, command := range map[string][]string{
		"a name": {"cat"}, "a relative path": {"./cat"}, "nothing": {""}, "a folder": {t.TempDir()}, "what is not there": {filepath.Join(t.TempDir(), "x")},
		"what may not be run": {plain}, "a zero byte": {"/bin/cat", "a\x00b"}, "too much": {"/bin/cat", strings.Repeat("a", maxCommand)},
	} {
		if _, err := b.AddOutgoing(t.Context(), Outgoing{Target: "room", Command: command}); api.CodeOf(err) != api.CodeUsage {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := b.AddOutgoing(t.Context(), Outgoing{Target: "room"}); api.CodeOf(err) != api.CodeUsage {
		t.Errorf("neither command nor address: %v", err)
	}
	if _, err := b.AddOutgoing(t.Context(), Outgoing{Target: "room", Command: []string{"/bin/cat"}, URL: "http://127.0.0.1/"}); api.CodeOf(err) != api.CodeUsage {
		t.Errorf("both: %v", err)
	}
	for range maxOutgoing {
		b.add(t, Outgoing{Target: "room", URL: "http://127.0.0.1:9/"})
	}
	if _, err := b.AddOutgoing(t.Context(), Outgoing{Target: "room", URL: "http://127.0.0.1:9/"}); api.CodeOf(err) != api.CodeConflict {
		t.Errorf("one too many: %v", err)
	}
}

func TestPauses(t *testing.T) {
	h := New(Config{})
	var all []time.Duration
	for n := 1; n <= maxFailures; n++ {
		all = append(all, h.pauseAfter(n))
	}
	want := []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 300}
	for i := range want {
		if all[i] != want[i]*time.Second {
			t.Errorf("after failure %d: %s", i+1, all[i])
		}
	}
}

// TestDrop: all that programs do in one conversation ends, also after a restart, and nothing else does.
func TestDrop(t *testing.T) {
	b := newBench(t)
	for _, target := range []string{"room", "other"} {
		if _, _, err := b.CreateWebhook(t.Context(), target, "Night build"); err != nil {
			t.Fatal(err)
		}
		if _, err := b.AddOutgoing(t.Context(), Outgoing{Target: target, Command: []string{script(t, `cat >> heard`)}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.config.DB.Write(t.Context(), func(tx *store.Tx) error { return b.Drop(tx, "room") }); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		in, out := b.Webhooks(), b.Outgoing()
		if len(in) != 1 || len(out) != 1 || in[0].Target != "other" || out[0].Target != "other" {
			t.Errorf("there are %+v and %+v", in, out)
		}
		b.stop()
		b.start(t)
	}
}
