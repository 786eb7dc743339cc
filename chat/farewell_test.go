package chat

import (
	"context"
	"slices"
	"testing"
	"time"
)

// leave ends an agent as a program ends that is stopped in order.
func (a *agent) leave(t *testing.T, bound time.Duration) (took time.Duration) {
	t.Helper()
	began := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), bound)
	a.Farewell(ctx)
	cancel()
	took = time.Since(began)
	a.stop()
	return took
}

// TestWrittenBeforeTheEnd: what is written just before an agent is stopped is with a carrier when it has ended, and was told as carried before.
func TestWrittenBeforeTheEnd(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		anna, ben, cleo := s.benIsAway(t)
		sent := anna.send(t, ben, "one", "two")
		anna.leave(t, time.Minute)
		if n := cleo.carriesFrom(t, anna); n != 1 {
			t.Fatalf("the carrier keeps %d pieces of mail", n)
		}
		if got := anna.ear.state(sent[1].ID); got != Carried {
			t.Errorf("told was %s", got)
		}
		ben.run(t)
		ben.meet(t, cleo)
		ben.awaitTexts(t, anna, "one", "two")
		if got := ben.awaitTold(t, 2); !slices.Equal(got, []string{"one", "two"}) {
			t.Errorf("Ben was told %q", got)
		}
	})
}

// TestEndIsBounded: the end waits for nobody who cannot answer, and not at all where there is nothing to say.
func TestEndIsBounded(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.colleagues(t, "Anna", "Ben", "Cleo")
		anna, ben, cleo := all[0], all[1], all[2]
		if took := ben.leave(t, 2*time.Second); took > 0 {
			t.Errorf("with nothing to say it took %v of the bubble's time", took)
		}
		ben.run(t)
		ben.meet(t, anna)
		ben.meet(t, cleo)
		anna.send(t, ben, "while he is here")
		if took := anna.leave(t, 2*time.Second); took > lastPause {
			t.Errorf("with somebody who answers it took %v", took)
		}
		ben.awaitTexts(t, anna, "while he is here")
		anna.run(t)
		anna.meet(t, ben)
		anna.meet(t, cleo)
		s.lan.Partition([]*lanHost{anna.host}, []*lanHost{ben.host}) // the link looks alive for a while
		anna.send(t, ben, "into the silence")
		if took := anna.leave(t, 2*time.Second); took < lastPause || took >= 2*time.Second {
			t.Errorf("with somebody who is silent it took %v", took)
		}
		ben.awaitTexts(t, anna, "while he is here", "into the silence")
		s.lan.Heal()
		anna.run(t)
		anna.meet(t, ben)
		anna.meet(t, cleo)
		s.lan.Partition([]*lanHost{anna.host}, []*lanHost{ben.host, cleo.host})
		anna.send(t, ben, "nobody hears it")
		if took := anna.leave(t, 2*time.Second); took > 2*time.Second {
			t.Errorf("with nobody who answers it took %v", took)
		}
	})
}
