// Package agenttest runs whole agents in the process of a test, each with a client of its local API. Only tests import it.
//
//	anna := &agenttest.Agent{T: t, Options: agent.Options{Name: "Anna", Profile: dir, Headless: true, ...}}
//	anna.Start()                    // returns when the local API answers
//	t.Cleanup(anna.End)
//	anna.Send(ctx, "Ben", "Hello")  // every endpoint of the API
//
// End stops the agent as a person does, Start begins it anew on the same profile. An Agent belongs to the test's goroutine; its client is safe for
// several.
package agenttest

import (
	"context"
	"testing"
	"time"

	"lanyard/internal/agent"
	"lanyard/internal/api"
)

// Hang only guards against waiting for ever; no test waits this long to pass.
const Hang = 3 * time.Minute

// Agent is an agent of this process, running or not.
type Agent struct {
	*api.Client // while it runs
	T           *testing.T
	Options     agent.Options // Ready is set by Start
	Me          api.Me        // as it was at the start

	stop  context.CancelFunc
	ended chan error
}

// Start runs the agent until End or Crash.
func (a *Agent) Start() {
	a.T.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready := make(chan api.Me, 1)
	a.Options.Ready = func(me api.Me) { ready <- me }
	a.stop, a.ended = cancel, make(chan error, 1)
	run := agent.New(a.Options).Run
	ended := a.ended
	go func() { ended <- run(ctx) }()
	select {
	case a.Me = <-ready:
	case err := <-a.ended:
		a.T.Fatalf("the agent in %s did not start: %v", a.Options.Profile, err)
	case <-time.After(Hang):
		a.T.Fatalf("the agent in %s does not start", a.Options.Profile)
	}
	client, err := api.Open(a.Options.Profile)
	if err != nil {
		a.T.Fatal(err)
	}
	a.Client = client
}

// End stops the agent and waits for it; it may be called twice.
func (a *Agent) End() {
	a.T.Helper()
	if err := a.halt(); err != nil {
		a.T.Errorf("the agent in %s ended with %v", a.Options.Profile, err)
	}
}

// Crash is End for one whose network and disks are dead already: what it makes of that does not matter.
func (a *Agent) Crash() {
	a.T.Helper()
	if err := a.halt(); err != nil {
		a.T.Logf("the agent in %s, crashed, says %v", a.Options.Profile, err)
	}
}

func (a *Agent) halt() error {
	a.T.Helper()
	if a.stop == nil {
		return nil
	}
	a.Client.Close()
	a.stop()
	a.stop = nil
	select {
	case err := <-a.ended:
		return err
	case <-time.After(Hang):
		a.T.Fatalf("the agent in %s does not end", a.Options.Profile)
		return nil
	}
}
