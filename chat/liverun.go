package chat

import (
	"context"

	"lanyard/chat/event"
	"lanyard/internal/wire"
)

const liveRoom = 1 << 20 // bytes of runs that wait for one session; what is beyond is read from the database later

// liveRun is a run just committed, as a frame.
type liveRun struct {
	branch      *branch
	first, last uint64
	frame       []byte
	named       []event.ID // changes that its events name
	changes     bool       // one of them is a change itself
}

// offer takes runs that were just committed.
func (s *session) offer(runs []liveRun) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range runs {
		switch {
		case s.relay.theyHold[r.branch.log.Peer]: // the comparison will, once they want more
			s.due.relay = s.due.relay || r.changes && s.theirs != nil
		case s.theirs == nil: // the comparison will find it; should their vector have been lost, ours brings it again
			s.due.vector = true
		case s.size+len(r.frame) > liveRoom || s.owe[r.branch] > 0:
			s.owe[r.branch] = max(s.owe[r.branch], r.last)
		default:
			s.live = append(s.live, r)
			s.size += len(r.frame)
		}
	}
	s.stir()
}

// nextLive returns the next committed run that continues what they have. One that does not is left to the database.
func (s *session) nextLive() (liveRun, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.theirs == nil {
		return liveRun{}, false
	}
	for len(s.live) > 0 {
		r := s.live[0]
		if s.owe[r.branch] > 0 {
			break
		}
		s.live = s.live[1:]
		s.size -= len(r.frame)
		switch have := s.have[r.branch]; {
		case have >= r.last, s.relay.theyHold[r.branch.log.Peer]:
		case have == r.first-1:
			return r, true
		case !s.defers:
			s.owe[r.branch] = r.last
		}
	}
	return liveRun{}, false
}

func (s *session) sendLive(ctx context.Context, r liveRun) error {
	if err := s.tellBygones(ctx, r.named); err != nil {
		return err
	}
	if err := s.link.Send(ctx, wire.KindEvents, r.frame); err != nil {
		return err
	}
	s.raise(r.branch, r.last)
	return nil
}
