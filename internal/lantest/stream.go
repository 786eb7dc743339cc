package lantest

import (
	"io"
	"net/netip"
	"os"
	"syscall"
	"time"
)

// window is how many bytes a stream takes before the writer waits, as a socket's buffers would.
const window = 256 << 10

// segment is bytes under way, readable from their due time on.
type segment struct {
	bytes []byte
	due   time.Time
}

// route is where a stream goes: from an address of one host to one of another.
type route struct {
	lan      *LAN
	way      way
	from, to netip.Addr
}

// passesLocked reports whether bytes reach the reader now. A host that gave up its address hears nothing any more.
func (r *route) passesLocked() bool {
	return r.lan.passesLocked(r.way) && r.way.from.hasLocked(r.from) && r.way.to.hasLocked(r.to)
}

// stream is one direction of a connection. The LAN's lock guards it.
type stream struct {
	route
	segments []segment
	unread   int    // bytes in segments
	owed     int    // bytes read whose acknowledgement cannot return
	end      ending // what the writer's side did last
	deaf     bool   // the reader's side is closed: what is written provokes a reset
	moved    signal
}

// ending is how a stream ends after its last segment.
type ending int

const (
	open ending = iota
	finished
	reset
)

func (s *stream) wakeLocked() { s.moved.fireLocked() }

// readLocked takes what has arrived. done is false when nothing has: the caller waits until the time returned (zero: for a change).
func (s *stream) readLocked(p []byte, now time.Time) (n int, done bool, next time.Time, err error) {
	if !s.passesLocked() {
		return 0, false, time.Time{}, nil
	}
	for n < len(p) && len(s.segments) > 0 && !s.segments[0].due.After(now) {
		head := &s.segments[0]
		k := copy(p[n:], head.bytes)
		n += k
		if head.bytes = head.bytes[k:]; len(head.bytes) == 0 {
			s.segments = s.segments[1:]
		}
	}
	if n > 0 {
		s.unread -= n
		s.owed += n
		s.acknowledgeLocked()
		return n, true, time.Time{}, nil
	}
	if len(s.segments) > 0 {
		return 0, false, s.segments[0].due, nil
	}
	switch s.end {
	case finished:
		return 0, true, time.Time{}, io.EOF
	case reset:
		return 0, true, time.Time{}, syscall.ECONNRESET
	}
	return 0, len(p) == 0, time.Time{}, nil
}

// acknowledgeLocked frees the window for what was read, if the way back is open.
func (s *stream) acknowledgeLocked() {
	if s.owed > 0 && s.lan.passesLocked(s.way.back()) {
		s.owed = 0
		s.moved.fireLocked()
	}
}

// writeLocked takes as many bytes as the window has room for. An error comes only with n == 0.
func (s *stream) writeLocked(p []byte, now time.Time) (n int, err error) {
	s.acknowledgeLocked()
	switch {
	case s.end == reset:
		return 0, syscall.ECONNRESET
	case s.deaf && s.passesLocked():
		return 0, syscall.EPIPE
	}
	n = min(len(p), max(0, window-s.unread-s.owed))
	line := s.lan.paths[s.way]
	if line == nil {
		line = &path{}
	}
	blown := false
	if line.fuse > 0 && n > 0 {
		n = min(n, line.fuse)
		line.fuse -= n
		blown = line.fuse == 0
	}
	for rest := p[:n]; len(rest) > 0; {
		k := min(len(rest), line.grain())
		s.appendLocked(rest[:k], line.occupyLocked(now, k).Add(s.lan.delayLocked(s.way)))
		rest = rest[k:]
	}
	if blown {
		s.end = reset
	}
	if n > 0 {
		s.moved.fireLocked()
	}
	return n, nil
}

// appendLocked queues bytes. They are read in order: one that is due waits for those before it.
func (s *stream) appendLocked(bytes []byte, due time.Time) {
	s.segments = append(s.segments, segment{append([]byte(nil), bytes...), due})
	s.unread += len(bytes)
}

// resetLocked ends the stream as a crash does: what has not arrived yet is gone.
func (s *stream) resetLocked() {
	now := time.Now()
	keep := s.segments[:0]
	s.unread = 0
	for _, g := range s.segments {
		if s.passesLocked() && !g.due.After(now) {
			keep = append(keep, g)
			s.unread += len(g.bytes)
		}
	}
	s.segments = keep
	s.end = reset
	s.moved.fireLocked()
}

func expired(deadline, now time.Time) error {
	if !deadline.IsZero() && !now.Before(deadline) {
		return os.ErrDeadlineExceeded
	}
	return nil
}
