//go:build linux

package discovery_test

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"lanyard/discovery"
	"lanyard/internal/lantest"
)

// patience bounds what should happen soon, so that a hanging test ends.
const patience = 4 * time.Minute

// TestMain also is the agent that tests run on the hosts of a network of namespaces: it discovers and prints what it is told.
func TestMain(m *testing.M) {
	roles := map[string]func(args []string) error{
		"agent": runAgent, "repair": repair, "hold-port": holdPort, "hostile": sendHostile, "count": countPackets, "ask": askUnicast,
	}
	if len(os.Args) > 1 {
		if role := roles[os.Args[1]]; role != nil {
			if err := role(os.Args[2:]); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			return
		}
	}
	flag.Parse()
	if err := flag.Set("test.parallel", "16"); err != nil { // they wait for each other's packets more than for the processor
		panic(err)
	}
	os.Exit(m.Run())
}

// line is one thing an agent was told, or an answer to a command.
type line struct {
	Time     time.Time
	Sighting *discovery.Sighting `json:",omitempty"`
	Label    *string             `json:",omitempty"`
	State    *discovery.State    `json:",omitempty"`
	HeapMiB  uint64              `json:",omitempty"`
	CPU      time.Duration       `json:",omitempty"`
}

// runAgent takes the port as its argument and commands on stdin: "refresh", "link LABEL", "usage".
func runAgent(args []string) error {
	var port int
	if _, err := fmt.Sscan(args[0], &port); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	var mu sync.Mutex
	links := map[string]bool{}
	out := json.NewEncoder(os.Stdout)
	tell := func(l line) {
		mu.Lock()
		defer mu.Unlock()
		l.Time = time.Now()
		out.Encode(l)
	}
	d := discovery.New(discovery.Config{
		Port:       func() int { return port },
		OnSighting: func(s discovery.Sighting) { tell(line{Sighting: &s}) },
		OnLabel:    func(label string) { tell(line{Label: &label}) },
		OnState:    func(s discovery.State) { tell(line{State: &s}) },
		Linked: func(label string) bool {
			mu.Lock()
			defer mu.Unlock()
			return links[label]
		},
		Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	go func() {
		in := bufio.NewScanner(os.Stdin)
		for in.Scan() {
			word, rest, _ := strings.Cut(in.Text(), " ")
			switch word {
			case "refresh":
				d.Refresh()
			case "link":
				mu.Lock()
				links[rest] = true
				mu.Unlock()
			case "usage":
				tell(usage())
			}
		}
		stop()
	}()
	return d.Run(ctx)
}

func usage() line {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return line{}
	}
	return line{HeapMiB: m.HeapAlloc >> 20, CPU: time.Duration(u.Utime.Nano() + u.Stime.Nano())}
}

// agent is a process running runAgent.
type agent struct {
	t      *testing.T
	host   int
	kill   func()
	signal func(os.Signal)
	ended  chan struct{}
	stdin  io.Writer
	stderr *strings.Builder

	mu    sync.Mutex
	lines []line
	news  chan struct{}
}

const agentPort = 26426

func start(t *testing.T, n *lantest.Net, host int) *agent {
	t.Helper()
	return startAt(t, n, host, agentPort)
}

func startAt(t *testing.T, n *lantest.Net, host, port int) *agent {
	t.Helper()
	cmd := n.Command(context.Background(), host, os.Args[0], "agent", fmt.Sprint(port))
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0 halt_on_error=1")
	a := &agent{t: t, host: host, ended: make(chan struct{}), news: make(chan struct{}), stderr: &strings.Builder{}}
	cmd.Stderr = a.stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	a.stdin = stdin
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	a.kill = func() { cmd.Process.Kill(); <-a.ended }
	a.signal = func(s os.Signal) { cmd.Process.Signal(s) }
	go func() {
		defer close(a.ended)
		a.read(stdout)
		if err := cmd.Wait(); err != nil && strings.Contains(a.stderr.String(), "DATA RACE") {
			t.Errorf("agent on host %d: %s", host, a.stderr)
		}
	}()
	t.Cleanup(a.kill)
	return a
}

func (a *agent) read(r io.Reader) {
	in := bufio.NewScanner(r)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		var l line
		if err := json.Unmarshal(in.Bytes(), &l); err != nil {
			a.t.Errorf("agent on host %d printed %q: %v", a.host, in.Text(), err)
			return
		}
		a.mu.Lock()
		a.lines = append(a.lines, l)
		close(a.news)
		a.news = make(chan struct{})
		a.mu.Unlock()
	}
}

func (a *agent) command(format string, args ...any) {
	fmt.Fprintf(a.stdin, format+"\n", args...)
}

// mark returns how many lines there are so far, to look only at later ones.
func (a *agent) mark() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.lines)
}

// await returns the first line since the mark that the test accepts.
func (a *agent) await(what string, since int, accepts func(line) bool) line {
	a.t.Helper()
	limit := time.After(patience)
	for {
		a.mu.Lock()
		lines, news := a.lines[since:], a.news
		a.mu.Unlock()
		if i := slices.IndexFunc(lines, accepts); i >= 0 {
			return lines[i]
		}
		select {
		case <-news:
		case <-a.ended:
			a.t.Fatalf("host %d ended while waiting for %s: %s", a.host, what, a.stderr)
		case <-limit:
			a.t.Fatalf("host %d: waited in vain for %s; was told %s", a.host, what, describe(lines))
		}
	}
}

func describe(lines []line) string {
	text, err := json.MarshalIndent(lines, "", " ")
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func (a *agent) since(mark int) []line {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.lines[mark:])
}

// label waits for a label that is announced since the mark.
func (a *agent) label(since int) string {
	a.t.Helper()
	return *a.await("a label", since, func(l line) bool { return l.Label != nil && *l.Label != "" }).Label
}

func (a *agent) sees(since int, label string, address netip.AddrPort) line {
	a.t.Helper()
	return a.await("a sighting of "+label+" at "+address.String(), since, func(l line) bool {
		return l.Sighting != nil && l.Sighting.Label == label && slices.Contains(l.Sighting.Addresses, address)
	})
}

func (a *agent) problem(since int, id string) {
	a.t.Helper()
	a.await("problem "+id, since, func(l line) bool {
		return l.State != nil && slices.ContainsFunc(l.State.Problems, func(p discovery.Problem) bool { return p.ID == id })
	})
}

func at(n *lantest.Net, host int) netip.AddrPort {
	return netip.AddrPortFrom(n.Address(host), agentPort)
}
