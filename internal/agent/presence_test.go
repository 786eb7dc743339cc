package agent_test

import (
	"strings"
	"testing"
	"time"

	"lanyard/internal/agent"
	"lanyard/internal/api"
)

// meet links two people by address.
func meet(t *testing.T, a, b *person) {
	t.Helper()
	if _, err := a.Add(t.Context(), loopback(b)); err != nil {
		t.Fatal(err)
	}
	sees(t, a, b.Options.Name, linked)
	sees(t, b, a.Options.Name, linked)
}

// seat connects a tray program and returns its notifications.
func (p *person) seat(t *testing.T) (notes <-chan api.Notification, leave func()) {
	t.Helper()
	lines, err := p.Tray(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	heard, first := make(chan api.Notification, 16), make(chan struct{})
	go func() {
		defer close(heard)
		for n := 0; ; n++ {
			line, err := lines.Next()
			if err != nil {
				return
			}
			if n == 0 {
				close(first)
			}
			if line.Notify != nil {
				heard <- *line.Notify
			}
		}
	}()
	select {
	case <-first: // it is connected: it was told what to show
	case <-time.After(hang):
		t.Fatal("the tray program is told nothing")
	}
	t.Cleanup(func() { _ = lines.Close() })
	return heard, func() { _ = lines.Close() }
}

// TestAwayByItself: five minutes without input make "available" away for colleagues, the first key ends it at once, and a tray program that goes takes
// its word along; busy stays busy.
func TestAwayByItself(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	_, leave := anna.seat(t)
	is := func(presence string) {
		t.Helper()
		sees(t, ben, "Anna", func(r api.Peer) bool { return r.Presence == presence })
	}
	idle := func(seconds float64) {
		t.Helper()
		if err := anna.Idle(t.Context(), seconds); err != nil {
			t.Fatal(err)
		}
	}
	idle(299)
	is("available")
	idle(300)
	is("away")
	idle(0)
	is("available")
	idle(3600)
	is("away")
	leave()
	is("available")
	if _, err := anna.SetPresence(t.Context(), "busy", ""); err != nil {
		t.Fatal(err)
	}
	is("busy")
	idle(3600)
	status, err := anna.Status(t.Context())
	if err != nil || status.Me.Presence != "busy" {
		t.Errorf("chosen by hand, and then %q (%v)", status.Me.Presence, err)
	}
}

// TestBusyHoldsNotifications: whoever is busy is not disturbed and hears of everything once, at the end.
func TestBusyHoldsNotifications(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	notes, _ := anna.seat(t)
	choose := func(presence string) {
		t.Helper()
		if _, err := anna.SetPresence(t.Context(), presence, ""); err != nil {
			t.Fatal(err)
		}
	}
	choose("busy")
	events, err := anna.Events(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer events.Close()
	for _, text := range []string{"one", "two", "three"} {
		if _, err := ben.Send(t.Context(), "Anna", text); err != nil {
			t.Fatal(err)
		}
	}
	for came := 0; came < 3; {
		e, err := events.Next()
		if err != nil {
			t.Fatal(err)
		}
		if e.Type == api.EventMessage {
			came++
		}
	}
	choose("available")
	select {
	case n := <-notes:
		if n.Title != "Ben" || !strings.HasPrefix(n.Body, "3 new messages") {
			t.Errorf("told %+v", n)
		}
	case <-time.After(hang):
		t.Fatal("what was held is never told")
	}
}
