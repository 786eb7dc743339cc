package agent_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lanyard/internal/agent"
	"lanyard/internal/api"
)

// hang only guards against waiting for ever.
const hang = 60 * time.Second

// person is somebody with an agent in this process, and a client of its local API.
type person struct {
	*api.Client
	t       *testing.T
	options agent.Options
	me      api.Me
	home    string
	stop    context.CancelFunc
	ended   chan error
}

// join starts an agent. What is left out of options is filled in: a profile of its own, headless, and off the machine's own network.
func join(t *testing.T, name string, o agent.Options) *person {
	t.Helper()
	p := &person{t: t, options: o, home: t.TempDir()}
	if p.options.Profile == "" {
		p.options.Profile = filepath.Join(p.home, "profile")
	}
	p.options.Name, p.options.Headless, p.options.Machine = name, true, name+"-pc"
	p.options.Folder = filepath.Join(p.home, "Lanyard")
	if p.options.Port == 0 && o.Network == nil {
		p.options.Port = freePort(t)
	}
	if o.Discover == nil {
		p.options.Silent = true
	}
	p.start()
	t.Cleanup(p.end)
	return p
}

// start runs the agent until end.
func (p *person) start() {
	p.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready := make(chan api.Me, 1)
	p.options.Ready = func(me api.Me) { ready <- me }
	p.stop, p.ended = cancel, make(chan error, 1)
	a := agent.New(p.options)
	go func() { p.ended <- a.Run(ctx) }()
	select {
	case p.me = <-ready:
	case err := <-p.ended:
		p.t.Fatalf("%s did not start: %v", p.options.Name, err)
	case <-time.After(hang):
		p.t.Fatalf("%s does not start", p.options.Name)
	}
	client, err := api.Open(p.options.Profile)
	if err != nil {
		p.t.Fatal(err)
	}
	p.Client = client
}

// end stops the agent and waits for it; it may be called twice.
func (p *person) end() {
	p.t.Helper()
	if p.stop == nil {
		return
	}
	p.Client.Close()
	p.stop()
	p.stop = nil
	select {
	case err := <-p.ended:
		if err != nil {
			p.t.Errorf("%s ended with %v", p.options.Name, err)
		}
	case <-time.After(hang):
		p.t.Fatalf("%s does not end", p.options.Name)
	}
}

// freePort is a port that nobody has at the moment.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// await asks until the answer is good: for what no event tells of.
func await[T any](t *testing.T, what string, ask func(context.Context) (T, error), good func(T) bool) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), hang)
	defer cancel()
	for {
		v, err := ask(ctx)
		if err == nil && good(v) {
			return v
		}
		select {
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
			t.Fatalf("never: %s; at last %+v, %v", what, v, err)
		}
	}
}

// write makes a file and the folders above it.
func write(t *testing.T, path, content string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(content), 0o600)); err != nil {
		t.Fatal(err)
	}
}
