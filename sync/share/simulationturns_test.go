package share_test

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestSimulationInTurn: people change the folder one after the other, each once all have what was done before, with files of any age. Then there is no
// conflict (P11), and each change is with all others in time (P12).
func TestSimulationInTurn(t *testing.T) {
	for seed := uint64(1); seed <= 3; seed++ {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			c := draw(seed)
			c.steps, c.graph = nil, nil
			for i := range c.kinds {
				c.kinds[i].CaseBlind = false // there a name of other case is no new one
			}
			dir := inMemoryDir(t)
			synctest.Test(t, func(t *testing.T) { newSimulation(t, c, dir).inTurn() })
		})
	}
}

// soon is how long a change may take that the watcher tells of, or tells that it has lost it: a deletion waits for quiet. late is what a look at everything adds.
const (
	soon = time.Minute
	late = 61 * time.Minute
)

func (s *simulation) inTurn() {
	defer func() {
		if s.t.Failed() {
			s.describe()
		}
	}()
	r := rand.New(rand.NewPCG(s.seed, 13))
	for n := range 12 {
		d := s.seats[r.IntN(len(s.seats))]
		bound := soon
		if d.ear != good {
			bound += late
		}
		do := []func(*simulation, *seat, *seat, *rand.Rand){(*simulation).save, (*simulation).save, (*simulation).overwrite, (*simulation).remove, (*simulation).rename, (*simulation).program}[r.IntN(6)]
		if r.IntN(4) == 0 {
			bound = soon
			d.overflow(func() { do(s, d, d, r) })
		} else {
			do(s, d, d, r)
		}
		time.Sleep(bound)
		synctest.Wait()
		s.look()
		if !s.restful() {
			s.t.Errorf("P12: what %s did at step %d is not with all others after %v", d.name, n, bound)
			return
		}
		for _, d := range s.seats {
			for p := range d.visible() {
				if strings.Contains(p, "(conflict") {
					s.t.Errorf("P11: %s has %s, though nobody did anything at the same time", d.name, p)
					return
				}
			}
		}
	}
}

// TestSimulationDrawn is P22, as far as it goes: a seed draws one course, and another one draws another.
func TestSimulationDrawn(t *testing.T) {
	for _, seed := range []uint64{1, drawAll + 1} {
		if !reflect.DeepEqual(draw(seed), draw(seed)) {
			t.Errorf("seed %d draws two courses", seed)
		}
		if reflect.DeepEqual(draw(seed).steps, draw(seed+1).steps) {
			t.Errorf("seeds %d and %d draw one course", seed, seed+1)
		}
	}
}
