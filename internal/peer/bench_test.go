package peer_test

import (
	"testing"

	"lanyard/internal/peer"
	"lanyard/internal/wire"
)

// BenchmarkFrameLatency measures Send to handler for one frame of 200 bytes on loopback; one iteration is there and back, so halve it.
func BenchmarkFrameLatency(b *testing.B) {
	s := &site{}
	back := make(chan struct{}, 1)
	anna := s.start(b, "Anna", with(func(r *peer.Roster) {
		r.Owner("chat", peer.ClassChat).Handle(wire.KindEvents, func(*peer.Link, []byte) { back <- struct{}{} })
	}))
	ben := s.start(b, "Ben", with(func(r *peer.Roster) {
		r.Owner("chat", peer.ClassChat).Handle(wire.KindEvents, func(l *peer.Link, body []byte) {
			if err := l.Send(l.Context(), wire.KindEvents, body); err != nil {
				b.Error(err)
			}
		})
	}))
	anna.meet(b, ben)
	l, _ := anna.Link(ben.peerID())
	body := make([]byte, 200)
	for b.Loop() {
		if err := l.Send(b.Context(), wire.KindEvents, body); err != nil {
			b.Fatal(err)
		}
		<-back
	}
}

// BenchmarkFrameRate measures frames of 200 bytes sent one after another without waiting for anything but room.
func BenchmarkFrameRate(b *testing.B) {
	s := &site{}
	last := make(chan struct{}, 1)
	anna := s.start(b, "Anna", with(func(r *peer.Roster) {
		r.Owner("chat", peer.ClassChat).Handle(wire.KindEvents, func(*peer.Link, []byte) {})
	}))
	ben := s.start(b, "Ben", with(func(r *peer.Roster) {
		r.Owner("chat", peer.ClassChat).Handle(wire.KindEvents, func(_ *peer.Link, body []byte) {
			if len(body) == 1 {
				last <- struct{}{}
			}
		})
	}))
	anna.meet(b, ben)
	l, _ := anna.Link(ben.peerID())
	body := make([]byte, 200)
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if err := l.Send(b.Context(), wire.KindEvents, body); err != nil {
			b.Fatal(err)
		}
	}
	if err := l.Send(b.Context(), wire.KindEvents, body[:1]); err != nil {
		b.Fatal(err)
	}
	<-last
}
