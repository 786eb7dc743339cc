package lantest

// signal tells any number of waiters that something changed; they then look for themselves. It is a condition variable made of
// channels, because waiting here must be combined with timers and contexts. The LAN's lock guards it.
type signal struct{ next chan struct{} }

func (s *signal) waitLocked() <-chan struct{} {
	if s.next == nil {
		s.next = make(chan struct{})
	}
	return s.next
}

func (s *signal) fireLocked() {
	if s.next != nil {
		close(s.next)
		s.next = nil
	}
}
