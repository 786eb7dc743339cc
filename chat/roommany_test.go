package chat

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// TestRoomOfMany: in a room of many each message reaches all who are here, a third of them is switched off meanwhile, and who was away gets the rest
// from whoever is here, though some authors are gone.
func TestRoomOfMany(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		var names []string
		for n := range 15 {
			names = append(names, fmt.Sprint("Agent ", n))
		}
		all := s.office(t, names...)
		room := roomOfAll(t, NewRoom{}, all...)
		var want []string
		say := func(a *agent, n int) {
			for i := range n {
				text := fmt.Sprintf("%s says %d", a.name, i)
				a.say(t, room, text)
				want = append(want, text)
			}
		}
		shows := func(a *agent) {
			a.await(t, fmt.Sprint("all ", len(want), " texts"), func() bool {
				got := a.said(t, room)
				slices.Sort(got)
				return slices.Equal(got, slices.Sorted(slices.Values(want)))
			})
		}
		for _, a := range all {
			say(a, 2)
		}
		for _, a := range all {
			shows(a)
		}
		for _, a := range all[:3] { // while all are here, none waits for a vector or for tips, whose pauses are of a second and more
			begun := time.Now()
			say(a, 1)
			for _, b := range all {
				shows(b)
			}
			if took := time.Since(begun); took >= time.Second { // of the bubble's clock
				t.Errorf("what %s said reached all after %v", a.name, took)
			}
		}
		away, here := all[:5], all[5:]
		for _, a := range away {
			a.stop()
		}
		for _, a := range here[:5] {
			say(a, 3)
		}
		for _, a := range here {
			shows(a)
		}
		for _, a := range here[:5] { // who wrote goes, who was away comes
			a.stop()
		}
		for _, a := range away {
			a.run(t)
		}
		for _, a := range append(slices.Clone(away), here[5:]...) {
			shows(a)
			if found, err := a.Verify(t.Context(), room); err != nil || len(found.Alterations) > 0 {
				t.Errorf("%s: %+v %v", a.name, found, err)
			}
		}
	})
}
