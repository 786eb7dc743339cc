package discovery

import (
	"context"
	"sync"
	"time"
)

const (
	sweepTime       = 2 * time.Second // how long a sweep listens for answers
	refreshDistance = 5 * time.Second // between sweeps that were asked for
)

// sweeper asks everybody from time to time, by fresh resolvers, since a browse tells nobody twice. Only the loop uses it.
type sweeper struct {
	timer     *time.Timer // next sweep
	done      chan int    // the epoch in which a sweep that ended began
	running   sync.WaitGroup
	table     *table
	rhythm    rhythm
	asked     time.Time // when the last sweep began
	underway  bool      // a sweep is
	completed int       // sweeps in this epoch
}

func newSweeper() *sweeper {
	s := &sweeper{timer: time.NewTimer(time.Hour), done: make(chan int), table: newTable()}
	s.timer.Stop()
	return s
}

// restart begins anew on other networks. New posts ask by themselves; the first sweep repeats that in case answers got lost. A sweep that
// still is under way ends in an epoch of the past.
func (s *sweeper) restart() {
	s.table, s.rhythm, s.completed, s.underway = newTable(), rhythm{}, 0, false
	s.soon()
}

func (s *sweeper) soon() { s.timer.Reset(jitter(secondSweep)) }

// refresh sweeps at once, or as soon as the last sweep is long enough ago.
func (s *sweeper) refresh(now time.Time) {
	s.rhythm = rhythm{}
	s.timer.Reset(max(time.Millisecond, refreshDistance-now.Sub(s.asked)))
}

// sweep asks on every interface and delivers to found.
func (s *sweeper) sweep(ctx context.Context, on []Interface, found chan<- find, epoch int) (failed []error) {
	if s.underway || len(on) == 0 {
		return nil
	}
	s.underway, s.asked = true, time.Now()
	limited, cancel := context.WithTimeout(ctx, sweepTime)
	var asked []*browse
	for _, i := range on {
		b, err := ask(limited, i, found)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		asked = append(asked, b)
	}
	s.running.Go(func() {
		defer cancel()
		<-limited.Done()
		for _, b := range asked {
			<-b.done
		}
		select {
		case s.done <- epoch:
		case <-ctx.Done():
		}
	})
	return failed
}

func ask(ctx context.Context, on Interface, found chan<- find) (*browse, error) {
	r, err := newResolver(on)
	if err != nil {
		return nil, err
	}
	return startBrowse(ctx, r, on, found)
}

// end plans the next sweep and returns how many others were heard.
func (s *sweeper) end(isLinked func(string) bool) (others int) {
	s.underway = false
	s.completed++
	all, linked, news := s.table.endSweep(isLinked)
	s.timer.Reset(s.rhythm.next(all, linked, news))
	return all
}
