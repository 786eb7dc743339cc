package control

import (
	"slices"
	"strconv"
	"testing"

	"lanyard/internal/api"
)

// TestStatesThatOvertake: of states that come before the message is known those are told that belong to one, and nothing of the others is kept for longer than a batch is on its way.
func TestStatesThatOvertake(t *testing.T) {
	rank, _ := stateRank("delivered")
	s := &sending{to: "room", wanted: rank, awaited: map[string]*sentTo{}, early: map[string]*overtaking{}}
	states := func(ids ...string) (events []*Event) {
		for _, id := range ids {
			events = append(events, &Event{Type: api.EventState, Value: api.StateChange{ID: id, Conversation: "room", Peer: "Ben", State: "delivered"}})
		}
		return events
	}
	sent := func(ids ...string) (o outcome) {
		for _, id := range ids {
			o = append(o, sentTo{api.Sent{ID: id, To: 1}, map[string]bool{"Ben": true}})
		}
		return o
	}
	told := func(all []api.Sent) (ids []string) {
		for _, one := range all {
			if one.State == "delivered" {
				ids = append(ids, one.ID)
			}
		}
		return ids
	}
	var others []string
	for i := range 1000 {
		others = append(others, "other "+strconv.Itoa(i))
	}
	if got := s.reached(states(others...)); len(got) > 0 || len(s.early) > 0 {
		t.Errorf("nothing is being sent; told %+v, and %d messages are kept in mind", got, len(s.early))
	}
	s.begun.Add(2) // two batches, of which the second is ahead of the first one's outcome
	if got := s.reached(states(append(others, "one", "three")...)); len(got) > 0 {
		t.Errorf("told before they are known: %+v", got)
	}
	if got := told(s.durable(sent("one", "two"), true)); !slices.Equal(got, []string{"one"}) {
		t.Errorf("with the first batch %q are told", got)
	}
	if got := told(s.reached(states("one", "two"))); !slices.Equal(got, []string{"two"}) {
		t.Errorf("then %q are told", got)
	}
	if got := told(s.durable(sent("three", "four"), true)); !slices.Equal(got, []string{"three"}) {
		t.Errorf("with the second batch %q are told", got)
	}
	if len(s.early) > 0 || len(s.awaited) != 1 {
		t.Errorf("%d messages are kept in mind, %d awaited", len(s.early), len(s.awaited))
	}
	if got := told(s.reached(states("one", "four", "one"))); !slices.Equal(got, []string{"four"}) || len(s.early) > 0 {
		t.Errorf("at the end %q are told, and %d messages are kept in mind", got, len(s.early))
	}
}
