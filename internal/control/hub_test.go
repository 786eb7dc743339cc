package control

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"lanyard/internal/api"
)

func TestHubTellsEverybodyEverythingInOrder(t *testing.T) {
	const many, readers = 2000, 4
	h := NewHub()
	var done sync.WaitGroup
	for range readers {
		s := h.Subscribe()
		done.Go(func() {
			for next := 0; next < many; {
				<-s.Wake()
				events, ok := s.Take()
				if !ok {
					t.Error("cut off")
					return
				}
				for _, e := range events {
					if id := e.Value.(api.StateChange).ID; id != fmt.Sprint(next) {
						t.Errorf("got event %s instead of %d", id, next)
						return
					}
					next++
				}
			}
		})
	}
	for i := range many {
		h.Publish(api.EventState, api.StateChange{ID: fmt.Sprint(i)})
	}
	done.Wait()
}

func TestHubCutsOffWhoFallsBehindAndNobodyElse(t *testing.T) {
	h := NewHub()
	stuck, quick := h.Subscribe(), h.Subscribe()
	text := strings.Repeat("x", 32<<10)
	for range backlogLimit/len(text) + 1 {
		h.Publish(api.EventMessage, api.Message{Text: text})
		<-quick.Wake()
		if _, ok := quick.Take(); !ok {
			t.Fatal("the quick reader was cut off")
		}
	}
	<-stuck.Wake()
	if events, ok := stuck.Take(); ok || len(events) != 1 || events[0].Type != api.EventBehind {
		t.Errorf("the stuck reader got %d events, not that it was cut off", len(events))
	}
}

// TestHubWakesForWhatIsWanted: a reader of some types alone gets those, in order, and is woken for no other; all hear the end.
func TestHubWakesForWhatIsWanted(t *testing.T) {
	h := NewHub()
	states, none := h.SubscribeTo(api.EventState), h.SubscribeTo()
	h.Publish(api.EventMessage, api.Message{})
	for what, s := range map[string]*Subscription{"states": states, "nothing": none} {
		select {
		case <-s.Wake():
			t.Errorf("a reader of %s was woken for a message", what)
		default:
		}
	}
	h.Publish(api.EventState, api.StateChange{ID: "a"})
	h.Publish(api.EventPresence, api.Peer{})
	h.Publish(api.EventState, api.StateChange{ID: "b"})
	<-states.Wake()
	if got, ok := states.Take(); !ok || len(got) != 2 || got[0].Value.(api.StateChange).ID != "a" || got[1].Value.(api.StateChange).ID != "b" {
		t.Errorf("a reader of states got %d events", len(got))
	}
	h.Close()
	<-none.Wake()
	if got, ok := none.Take(); ok || len(got) != 0 {
		t.Errorf("a reader of nothing got %d events, and not the end", len(got))
	}
}

func TestHubCloseEndsPresentAndLaterReaders(t *testing.T) {
	h := NewHub()
	early := h.Subscribe()
	h.Close()
	late := h.Subscribe()
	for _, s := range []*Subscription{early, late} {
		<-s.Wake()
		if _, ok := s.Take(); ok {
			t.Error("a reader of a closed hub was not told")
		}
	}
	h.Publish(api.EventMe, api.Me{}) // must not panic
}

func TestEventLines(t *testing.T) {
	for _, c := range []struct {
		kind  string
		value any
		want  string
	}{
		{api.EventReady, nil, `{"type":"ready"}`},
		{api.EventRemoved, api.Removed{}, `{"type":"removed"}`},
		{api.EventRemoved, api.Removed{Share: "x"}, `{"type":"removed","share":"x"}`},
		{api.EventInvite, api.InviteChange{Invite: api.Invite{ID: "x", Name: "<b>&"}, Gone: true}, `"name":"<b>&"`},
	} {
		line := string((&Event{Type: c.kind, Value: c.value}).Line())
		if !strings.HasSuffix(line, "}\n") || !strings.Contains(line, c.want) || !json.Valid([]byte(line)) || strings.Count(line, "\n") != 1 {
			t.Errorf("%s: got %q, want %s in it", c.kind, line, c.want)
		}
		var e api.Event
		if err := json.Unmarshal([]byte(line), &e); err != nil || e.Type != c.kind {
			t.Errorf("%s: read back as %q, %v", c.kind, e.Type, err)
		}
	}
}
