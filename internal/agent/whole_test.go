package agent_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lanyard/internal/agent"
	"lanyard/internal/agenttest"
	"lanyard/internal/lantest"
)

// hang only guards against waiting for ever.
const hang = agenttest.Hang

// person is somebody with an agent in this process, and a client of its local API.
type person struct {
	agenttest.Agent
	home string
}

// join starts an agent. What is left out of options is filled in: a profile of its own, headless, and off the machine's own network.
func join(t *testing.T, name string, o agent.Options) *person {
	t.Helper()
	p := &person{Agent: agenttest.Agent{T: t, Options: o}, home: t.TempDir()}
	if o.Profile == "" {
		p.Options.Profile = filepath.Join(p.home, "profile")
	}
	p.Options.Name, p.Options.Headless, p.Options.Machine = name, true, name+"-pc"
	p.Options.Folder = filepath.Join(p.home, "Lanyard")
	if o.Port == 0 && o.Network == nil {
		p.Options.Port = lantest.Port(t)
	}
	if o.Discover == nil {
		p.Options.Silent = true
	}
	p.Start()
	t.Cleanup(p.End)
	return p
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
