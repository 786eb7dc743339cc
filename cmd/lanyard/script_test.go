package main

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"lanyard/internal/lantest"
)

// hang is how long anything may take before a script gives up. It guards against a hang and says nothing about speed.
const hang = 3 * time.Minute

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"lanyard": main})
}

// TestScripts tells whole-program behaviour: each script runs the real program as real processes on loopback. Besides the commands of
// testscript they have
//
//	agent WHO NAME [FLAG...]   starts a headless agent with profile WHO and waits until it says that it runs; $WHO is its address
//	crash WHO                  ends it as a power cut would
//	ended WHO                  waits until it has ended by itself
//	beside WHO COMMAND...      starts a command that runs while the script goes on, and waits until it has said its first line
//	heard WHO                  waits until it has ended by itself, after "!" with a status other than 0; what it said is the output
//	exits N COMMAND...         runs a command that must end with that status
//	await REGEXP COMMAND...    runs a command again and again until its output matches
//	post ADDRESS TEXT          posts a text to a webhook, after "!" one that is refused; the refusal is the standard error
//	keep NAME REGEXP           keeps what the first group matches in the last output as $NAME
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireUniqueNames:  true,
		RequireExplicitExec: false,
		Setup: func(env *testscript.Env) error {
			home := filepath.Join(env.WorkDir, "home")
			env.Setenv("HOME", home)
			env.Setenv("LANYARD_DISCOVERY", "off") // loopback only: the machine's own network is none of a test's business
			env.Setenv("XDG_RUNTIME_DIR", "")
			env.Setenv("XDG_DATA_HOME", "")
			env.Setenv("DISPLAY", "")
			env.Setenv("GORACE", "atexit_sleep_ms=0") // the race detector would hold every command for a second at its end
			env.Values[agentsKey{}] = &agents{running: map[string]*started{}}
			return os.Mkdir(home, 0o700)
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"agent": cmdAgent, "crash": cmdCrash, "ended": cmdEnded, "beside": cmdBeside, "heard": cmdHeard, "exits": cmdExits, "await": cmdAwait, "keep": cmdKeep, "post": cmdPost,
		},
	})
}

// agentsKey finds the agents of a script.
type agentsKey struct{}

// agents are those of one script, and what else runs beside it.
type agents struct{ running map[string]*started }

// started is one process. Its output is read to the end so that it never waits for us.
type started struct {
	cmd       *exec.Cmd
	read      sync.WaitGroup
	out, errs transcript
}

func (s *started) text() string { return s.out.text() + s.errs.text() }

// transcript is what a process said so far.
type transcript struct {
	mu   sync.Mutex
	said strings.Builder
}

func (t *transcript) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.said.Write(p)
}

func (t *transcript) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.said.String()
}

func agentsOf(ts *testscript.TestScript) *agents { return ts.Value(agentsKey{}).(*agents) }

func cmdAgent(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: agent WHO NAME [FLAG...]")
	}
	who := args[0]
	port := ts.Getenv(who + "_port")
	if port == "" {
		var err error
		port, err = reserved(ts)
		ts.Check(err)
		ts.Setenv(who+"_port", port)
		ts.Setenv(who, "127.0.0.1:"+port)
	}
	program, err := exec.LookPath("lanyard")
	ts.Check(err)
	cmd := exec.Command(program, append([]string{"--headless", "--profile", who, "--name", args[1], "--port", port, "--folder", who + "-folder"}, args[2:]...)...)
	s := begin(ts, who, cmd)
	if !strings.HasPrefix(s.out.text(), "Lanyard runs as ") {
		ts.Fatalf("agent %s did not start: %s", who, s.text())
	}
	agentsOf(ts).running[who] = s
}

// begin starts a program that runs beside the script, and returns when it has said its first line.
func begin(ts *testscript.TestScript, who string, cmd *exec.Cmd) *started {
	cmd.Dir = ts.Getenv("WORK")
	cmd.Env = []string{"HOME=" + ts.Getenv("HOME"), "TMPDIR=" + ts.Getenv("TMPDIR"), "LANYARD_DISCOVERY=off", "PATH=" + ts.Getenv("PATH"), "GORACE=" + ts.Getenv("GORACE")}
	s := &started{cmd: cmd}
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	cmd.Stderr = &s.errs
	ts.Check(cmd.Start())
	ready := make(chan struct{})
	s.read.Go(func() {
		lines := bufio.NewReader(out)
		line, _ := lines.ReadString('\n') // the pipe ends with the process
		_, _ = io.WriteString(&s.out, line)
		close(ready)
		_, _ = io.Copy(&s.out, lines)
	})
	ts.Defer(func() {
		if cmd.ProcessState == nil {
			_ = cmd.Process.Kill() // its end is awaited next
			s.read.Wait()
			_ = cmd.Wait() // killed: the error says so
		}
		ts.Logf("[%s said]\n%s", who, s.text())
		if strings.Contains(s.text(), "DATA RACE") {
			ts.Fatalf("%s has a data race", who)
		}
	})
	select {
	case <-ready:
	case <-time.After(hang):
		ts.Fatalf("%s says nothing: %s", who, s.text())
	}
	return s
}

// cmdBeside starts a command that runs while the script goes on.
func cmdBeside(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: beside WHO COMMAND...")
	}
	program, err := exec.LookPath(args[1])
	ts.Check(err)
	agentsOf(ts).running[args[0]] = begin(ts, args[0], exec.Command(program, args[2:]...))
}

// cmdHeard waits until it has ended, after "!" with a status other than 0, and prints what it said.
func cmdHeard(ts *testscript.TestScript, neg bool, args []string) {
	s := running(ts, false, args)
	stuck := time.AfterFunc(hang, func() { _ = s.cmd.Process.Kill() }) // what it said is short of its end then
	defer stuck.Stop()
	s.read.Wait()
	if err := s.cmd.Wait(); err != nil != neg {
		ts.Fatalf("%s ended with %v: %s", args[0], err, s.text())
	}
	_, err := io.WriteString(ts.Stdout(), s.out.text())
	ts.Check(err)
}

// reserved is a port that the script keeps to its end: its agents may come and go.
func reserved(ts *testscript.TestScript) (string, error) {
	port, free, err := lantest.Reserve()
	if err == nil {
		ts.Defer(func() { ts.Check(free()) })
	}
	return strconv.Itoa(port), err
}

func running(ts *testscript.TestScript, neg bool, args []string) *started {
	if neg || len(args) != 1 || agentsOf(ts).running[args[0]] == nil {
		ts.Fatalf("usage: crash, ended or heard, and WHO that was started")
	}
	s := agentsOf(ts).running[args[0]]
	delete(agentsOf(ts).running, args[0])
	return s
}

func cmdCrash(ts *testscript.TestScript, neg bool, args []string) {
	s := running(ts, neg, args)
	ts.Check(s.cmd.Process.Kill())
	s.read.Wait()
	_ = s.cmd.Wait() // killed: the error says so
}

func cmdEnded(ts *testscript.TestScript, neg bool, args []string) {
	s := running(ts, neg, args)
	stuck := time.AfterFunc(hang, func() { _ = s.cmd.Process.Kill() }) // Wait then says so
	defer stuck.Stop()
	s.read.Wait()
	if err := s.cmd.Wait(); err != nil {
		ts.Fatalf("agent %s: %v\n%s", args[0], err, s.text())
	}
}

func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	if neg || err != nil || len(args) < 2 {
		ts.Fatalf("usage: exits N COMMAND...")
	}
	err = ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	got := 0
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
	if lines := strings.Count(strings.TrimRight(ts.ReadFile("stderr"), "\n"), "\n"); lines > 0 {
		ts.Fatalf("%d lines on standard error, one is promised", lines+1)
	}
}

func cmdAwait(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: await REGEXP COMMAND...")
	}
	pattern, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	pause := 10 * time.Millisecond
	for limit := time.Now().Add(hang); ; time.Sleep(pause) { // a command line has no event to wait for
		pause = min(pause*5/4, 500*time.Millisecond)
		err := ts.Exec(args[1], args[2:]...)
		if err == nil && pattern.MatchString(ts.ReadFile("stdout")) {
			return
		}
		if time.Now().After(limit) {
			ts.Fatalf("never: %s", args[0])
		}
	}
}

// cmdPost posts as curl does.
func cmdPost(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: post ADDRESS TEXT")
	}
	answer, err := http.Post(args[0], "application/x-www-form-urlencoded", strings.NewReader(args[1]))
	ts.Check(err)
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	ts.Check(err)
	if refused := answer.StatusCode != http.StatusOK; refused != neg {
		ts.Fatalf("%s: %s", answer.Status, said)
	} else if refused {
		_, err = ts.Stderr().Write(said)
		ts.Check(err)
	}
}

func cmdKeep(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: keep NAME REGEXP")
	}
	pattern, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	found := pattern.FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) < 2 {
		ts.Fatalf("nothing matches %s", args[1])
	}
	ts.Setenv(args[0], found[1])
}
