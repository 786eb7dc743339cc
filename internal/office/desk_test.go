package office

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lanyard/internal/api"
)

// desk is a person at a machine: a home folder, an agent when it runs, and the command line. Its methods may be used by several goroutines at once,
// except those that start and end the agent.
type desk struct {
	office *office
	name   string
	host   int
	home   string
	flags  []string // for the agent, besides --headless and --name

	agent *process
	watch *watch
	said  output // on standard error by all its agents
}

// process is a running agent.
type process struct {
	cmd   *exec.Cmd
	out   output
	ready chan bool     // gets one value: it said that it runs
	ended chan struct{} // closed after its end
	err   error         // of its end, valid after ended
}

// output is what a process writes.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return strings.TrimSpace(o.text.String())
}

// profile is where Lanyard keeps keys and conversations when nobody says otherwise.
func (d *desk) profile() string { return filepath.Join(d.home, ".local", "share", "lanyard") }

// folder is where shared folders and received files lie when nobody says otherwise.
func (d *desk) folder() string { return filepath.Join(d.home, "Lanyard") }

func (d *desk) environment() []string {
	return []string{"HOME=" + d.home, "XDG_RUNTIME_DIR=" + filepath.Join(d.home, "run"), "PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir(), "GORACE=atexit_sleep_ms=0"}
}

// ordinary runs a program without root's right to pass over file permissions, so that they count for the agent as for anybody else.
func ordinary(args ...string) []string {
	return append([]string{"setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"}, args...)
}

// here is a command on the desk's machine.
func (d *desk) here(args ...string) *exec.Cmd {
	cmd := d.office.net.Command(d.office.ctx, d.host, args[0], args[1:]...)
	cmd.Env = d.environment()
	return cmd
}

// launch starts an agent with exactly these arguments, whatever becomes of it.
func (d *desk) launch(args ...string) (*process, error) {
	if err := os.MkdirAll(filepath.Join(d.home, "run"), 0o700); err != nil {
		return nil, err
	}
	p := &process{cmd: d.here(ordinary(append([]string{lanyard()}, args...)...)...), ready: make(chan bool, 1), ended: make(chan struct{})}
	p.cmd.Stderr = io.MultiWriter(&d.said, &p.out)
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s's agent: %w", d.name, err)
	}
	go func() {
		lines := bufio.NewReader(stdout)
		line, _ := lines.ReadString('\n') // the end of the output is told by what was read
		p.ready <- strings.HasPrefix(line, "Lanyard runs as ")
		_, _ = p.out.Write([]byte(line)) // a buffer takes everything
		_, _ = io.Copy(&p.out, lines)    // the pipe ends with the process
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	return p, nil
}

// begin starts the agent as a person would and returns when it runs and is watched.
func (d *desk) begin() error {
	args := append([]string{"--headless"}, d.flags...)
	if d.name != "" {
		args = append(args, "--name", d.name)
	}
	p, err := d.launch(args...)
	if err != nil {
		return err
	}
	d.agent = p
	select {
	case ok := <-p.ready:
		if !ok {
			<-p.ended
			return fmt.Errorf("%s's agent did not start: %v: %s", d.name, p.err, p.out.String())
		}
	case <-time.After(hang):
		return fmt.Errorf("%s's agent does not say that it runs: %s", d.name, p.out.String())
	}
	d.watch, err = d.observe()
	return err
}

// start starts the agent.
func (d *desk) start() {
	d.office.t.Helper()
	must(d.office.t, d.begin())
}

// kill ends the agent without warning (SIGKILL) and returns when it is gone.
func (d *desk) kill() {
	if d.agent == nil {
		return
	}
	_ = d.agent.cmd.Process.Kill() // one that has ended by itself is gone as well
	<-d.agent.ended
	d.agent = nil
	d.watch.close()
}

// stop ends the agent as a person does and fails the test if it does not end well.
func (d *desk) stop() {
	d.office.t.Helper()
	d.do("stop")
	select {
	case <-d.agent.ended:
	case <-time.After(hang):
		d.office.t.Fatalf("%s's agent does not end", d.name)
	}
	if d.agent.err != nil {
		d.office.t.Fatalf("%s's agent ended with %v: %s", d.name, d.agent.err, d.agent.out.String())
	}
	d.agent = nil
	d.watch.close()
}

// leave ends what runs at the desk after the test, and tells what was said there if the test failed.
func (d *desk) leave() {
	t := d.office.t
	if d.agent != nil {
		select {
		case <-d.agent.ended:
			t.Errorf("%s's agent ended by itself: %v", d.name, d.agent.err)
		default:
		}
	}
	d.kill()
	said := d.said.String()
	if strings.Contains(said, "DATA RACE") || strings.Contains(said, "goroutine ") {
		t.Errorf("%s's agent is broken", d.name)
	}
	if !t.Failed() {
		return
	}
	if keep := os.Getenv("LANYARD_OFFICE_KEEP"); keep != "" {
		t.Logf("%s's home is kept: %v", d.name, os.CopyFS(filepath.Join(keep, filepath.Base(d.home)), os.DirFS(d.home)))
	}
	t.Logf("%s's agent said:\n%s", d.name, said)
	if log, err := os.ReadFile(filepath.Join(d.profile(), "lanyard.log")); err == nil {
		t.Logf("%s's log ends with:\n%s", d.name, log[max(0, len(log)-4000):])
	}
	if d.watch != nil {
		t.Logf("%s saw last:\n%s", d.name, d.watch.last(12))
	}
}

// outcome is how a command ended.
type outcome struct {
	code     int
	out, err string
}

// try runs one command of Lanyard at this desk. One that waits for a state gives up no sooner than the test, unless it says when.
func (d *desk) try(args ...string) outcome {
	if slices.Contains(args, "--wait") && !slices.Contains(args, "--timeout") {
		args = append(slices.Clone(args), "--timeout", hang.String())
	}
	return d.finish(exec.CommandContext(d.office.ctx, lanyard(), args...), nil)
}

// on runs one command of Lanyard on the desk's machine: for what looks at the network itself.
func (d *desk) on(args ...string) outcome {
	return d.finish(d.here(append([]string{lanyard()}, args...)...), nil)
}

func (d *desk) finish(cmd *exec.Cmd, in io.Reader) outcome {
	var out, errs bytes.Buffer
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = d.environment(), in, &out, &errs
	err := cmd.Run()
	o := outcome{out: strings.TrimSpace(out.String()), err: strings.TrimSpace(errs.String())}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		o.code = exit.ExitCode()
	} else if err != nil {
		o.code, o.err = -1, err.Error()
	}
	return o
}

// do runs a command that must succeed and returns what it prints.
func (d *desk) do(args ...string) string {
	d.office.t.Helper()
	o := d.try(args...)
	if o.code != 0 {
		d.office.t.Fatalf("%s: lanyard %s: exit status %d: %s", d.name, strings.Join(args, " "), o.code, o.err)
	}
	return o.out
}

// fails runs a command that must fail with one line that contains each of the words, and loses nothing by being wrong.
func (d *desk) fails(code int, args []string, words ...string) {
	d.office.t.Helper()
	complains(d.office.t, d.try(args...), code, words...)
}

// complains checks an outcome: the status, and one sentence that holds the words.
func complains(t *testing.T, o outcome, code int, words ...string) {
	t.Helper()
	if o.code != code || strings.Contains(o.err, "\n") || o.err == "" {
		t.Errorf("exit status %d and %q on standard error, want %d and one sentence", o.code, o.err, code)
	}
	for _, word := range words {
		if !strings.Contains(o.err, word) {
			t.Errorf("%q on standard error says nothing of %q", o.err, word)
		}
	}
}

// ask runs a command with --json and decodes its answer.
func ask[T any](d *desk, args ...string) T {
	d.office.t.Helper()
	var v T
	if err := json.Unmarshal([]byte(d.do(append(args, "--json")...)), &v); err != nil {
		d.office.t.Fatalf("%s: answer to lanyard %s: %v", d.name, strings.Join(args, " "), err)
	}
	return v
}

// history is the conversation with somebody.
func (d *desk) history(with string) []api.Message {
	d.office.t.Helper()
	return ask[[]api.Message](d, "history", with)
}

// peer returns the row of somebody's name.
func (d *desk) peer(name string) (api.Peer, bool) {
	d.office.t.Helper()
	for _, p := range ask[[]api.Peer](d, "peers") {
		if p.Name == name {
			return p, true
		}
	}
	return api.Peer{}, false
}

// meets waits until the other is on the list with a link.
func (d *desk) meets(other *desk) {
	d.office.t.Helper()
	d.until(other.name+" on the list, linked", func() bool {
		p, ok := d.peer(other.name)
		return ok && p.Link
	})
}

// parts waits until the other is known to be away.
func (d *desk) parts(other *desk) {
	d.office.t.Helper()
	d.until(other.name+" to be away", func() bool {
		p, ok := d.peer(other.name)
		return ok && !p.Link && p.Presence == "offline"
	})
}

// invited waits for the invitation to a share.
func (d *desk) invited(id string) {
	d.office.t.Helper()
	d.until("the invitation", func() bool {
		for _, i := range ask[[]api.Invite](d, "share", "invites") {
			if i.ID == id {
				return true
			}
		}
		return false
	})
}
