package peer_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/lantest"
	"lanyard/internal/peer"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

var verbose = flag.Bool("peer.log", false, "print the agents' logs")

// hang is how long anything may take before a test gives up; nothing is expected to take so long.
const hang = 2 * time.Minute

type lanHost = lantest.Host

// site is where agents of one test live: a LAN in memory with a bubble's clock, or this machine's loopback.
type site struct {
	lan   *lantest.LAN // nil on loopback
	hosts int
}

func (s *site) host(name string) *lantest.Host {
	s.hosts++
	return s.lan.Host(name, fmt.Sprintf("10.0.%d.%d", s.hosts/200, 1+s.hosts%200))
}

// onBoth runs a scenario on the LAN in memory and on loopback.
func onBoth(t *testing.T, scenario func(t *testing.T, s *site)) {
	t.Run("memory", func(t *testing.T) { inMemory(t, scenario) })
	t.Run("loopback", func(t *testing.T) {
		t.Cleanup(func() { noLeaks(t) })
		scenario(t, &site{})
	})
}

// inMemory runs a scenario in a bubble, which fails when a goroutine is left at its end.
func inMemory(t *testing.T, scenario func(t *testing.T, s *site)) {
	synctest.Test(t, func(t *testing.T) { scenario(t, &site{lan: lantest.New(7)}) })
}

// noLeaks fails when a goroutine of the package is alive after the test's agents have stopped.
func noLeaks(t *testing.T) {
	deadline := time.Now().Add(hang)
	for {
		stacks := make([]byte, 1<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		var left []string
		for stack := range strings.SplitSeq(string(stacks), "\n\n") {
			if strings.Contains(stack, "lanyard/internal/peer.(") {
				left = append(left, stack)
			}
		}
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Errorf("%d goroutines are left:\n%s", len(left), strings.Join(left, "\n\n"))
			return
		}
		runtime.Gosched()
	}
}

// agent is a roster with its database, running.
type agent struct {
	*peer.Roster
	id   *identity.Identity
	host *lantest.Host
	dir  string
	name string
	site *site
	stop func()
}

// setup changes how an agent is made.
type setup func(*agent, *peer.Config)

func onPort(port int) setup { return func(_ *agent, c *peer.Config) { c.Port = port } }

// with gives the roster to fn before it runs, to register owners.
func with(fn func(*peer.Roster)) func(*agent) { return func(a *agent) { fn(a.Roster) } }

func (s *site) start(t testing.TB, name string, setups ...any) *agent {
	t.Helper()
	id, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	a := &agent{id: id, dir: t.TempDir(), name: name, site: s}
	if s.lan != nil {
		a.host = s.host(name)
	}
	a.run(t, setups...)
	return a
}

// startAs starts another agent with the key of one.
func (s *site) startAs(t *testing.T, id *identity.Identity, name string) *agent {
	t.Helper()
	a := &agent{id: id, dir: t.TempDir(), name: name, site: s}
	if s.lan != nil {
		a.host = s.host(name + " again")
	}
	a.run(t)
	return a
}

// run starts the agent, anew after stop.
func (a *agent) run(t testing.TB, setups ...any) {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	if *verbose {
		log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug})).With("agent", a.name)
	}
	db, err := store.Open(filepath.Join(a.dir, "lanyard.db"), log, peer.Part())
	if err != nil {
		t.Fatal(err)
	}
	config := peer.Config{Identity: a.id, DB: db, Name: a.name, Machine: a.name + "-pc", Log: log}
	if a.host != nil {
		config.Network = a.host
		config.Port = peer.DefaultPort
	}
	for _, s := range setups {
		if s, ok := s.(setup); ok {
			s(a, &config)
		}
	}
	a.Roster = peer.New(config)
	for _, s := range setups {
		if s, ok := s.(func(*agent)); ok {
			s(a)
		}
	}
	storing, stopStoring := context.WithCancel(context.Background())
	stored := make(chan error, 1)
	go func() { stored <- db.Run(storing) }()
	running, stopRunning := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	roster := a.Roster
	go func() { ended <- roster.Run(running) }()
	stopped := false
	a.stop = func() {
		if stopped {
			return
		}
		stopped = true
		stopRunning()
		if err := <-ended; err != nil {
			t.Errorf("%s: Run: %v", a.name, err)
		}
		stopStoring()
		if err := <-stored; err != nil {
			t.Errorf("%s: database: %v", a.name, err)
		}
		if err := db.Close(); err != nil {
			t.Errorf("%s: close: %v", a.name, err)
		}
	}
	t.Cleanup(a.stop)
	<-a.Opened()
	if a.Port() == 0 {
		t.Fatalf("%s does not listen: %v", a.name, a.Problems())
	}
}

// await waits for a condition that changes with the roster.
func (a *agent) await(t testing.TB, what string, done func() bool) {
	t.Helper()
	changed := make(chan struct{}, 1)
	defer a.Subscribe(func(peer.Change) {
		select {
		case changed <- struct{}{}:
		default:
		}
	})()
	limit := time.NewTimer(10 * time.Minute)
	if a.site.lan == nil {
		limit.Reset(hang)
	}
	defer limit.Stop()
	for !done() {
		select {
		case <-changed:
		case <-limit.C:
			t.Fatalf("%s: not in time: %s; peers: %+v; problems: %+v", a.name, what, a.Peers(), a.Problems())
		}
	}
}

// poll waits for a condition that no change of the roster tells about.
func (a *agent) poll(t testing.TB, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(hang); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not in time: %s", a.name, what)
		}
	}
}

// address is where others reach the agent.
func (a *agent) address() string {
	if a.host != nil {
		return fmt.Sprintf("%s:%d", a.host.Addresses()[0], a.Port())
	}
	return fmt.Sprintf("127.0.0.1:%d", a.Port())
}

func (a *agent) peerID() identity.PeerID { return a.id.PeerID() }

// meet links two agents by a typed address and waits until both know.
func (a *agent) meet(t testing.TB, b *agent) {
	t.Helper()
	if _, err := a.Add(t.Context(), b.address()); err != nil {
		t.Fatalf("%s adds %s: %v", a.name, b.name, err)
	}
	a.awaitLink(t, b)
	b.awaitLink(t, a)
}

func (a *agent) awaitLink(t testing.TB, b *agent) {
	t.Helper()
	a.await(t, "a link to "+b.name, func() bool { return a.linkedTo(b) })
}

func (a *agent) awaitNoLink(t testing.TB, b *agent) {
	t.Helper()
	a.await(t, "no link to "+b.name, func() bool { return !a.linkedTo(b) })
}

func (a *agent) linkedTo(b *agent) bool {
	_, ok := a.Link(b.peerID())
	return ok
}

// row is what a shows of b.
func (a *agent) row(t *testing.T, b *agent) peer.Peer {
	t.Helper()
	p, ok := a.Get(b.peerID())
	if !ok {
		t.Fatalf("%s does not know %s", a.name, b.name)
	}
	return p
}

// ear collects what one owner is told.
type ear struct {
	heard chan string
	up    bool // as far as until has read
}

// listen registers an owner of events that notes everything as text.
func listen(to *ear, class peer.Class) func(*agent) {
	to.heard = make(chan string, 10000)
	return with(func(r *peer.Roster) {
		o := r.Owner("test", class)
		o.Handle(wire.KindEvents, func(l *peer.Link, body []byte) { to.heard <- string(bytes.Clone(body)) })
		o.OnLink(
			func(l *peer.Link) { to.heard <- "up" },
			func(l *peer.Link) { to.heard <- "down" },
			func(l *peer.Link) { to.heard <- "lost" })
	})
}

func (e *ear) want(t *testing.T, want ...string) {
	t.Helper()
	for _, w := range want {
		limit := time.NewTimer(hang)
		select {
		case got := <-e.heard:
			if got != w {
				t.Fatalf("heard %q, want %q", got, w)
			}
		case <-limit.C:
			t.Fatalf("heard nothing, want %q", w)
		}
		limit.Stop()
	}
}

func mustSend(t *testing.T, from, to *agent, body string) {
	t.Helper()
	l, ok := from.Link(to.peerID())
	if !ok {
		t.Fatalf("%s has no link to %s", from.name, to.name)
	}
	if err := l.Send(t.Context(), wire.KindEvents, []byte(body)); err != nil {
		t.Fatal(err)
	}
}
