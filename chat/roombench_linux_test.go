package chat

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// used is the CPU time of this process so far, user and system.
func used(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkRoom measures 500 messages of 200 bytes to a room of 20, from the first Send until all others have acknowledged all, over loopback; and
// what that takes of the processors, all twenty together. They are written one after the other, or 100 at once as lines come out of a pipe.
func BenchmarkRoom(b *testing.B) {
	for _, at := range []int{1, 100} {
		b.Run(fmt.Sprint("at=", at), func(b *testing.B) { benchmarkRoom(b, at) })
	}
}

func benchmarkRoom(b *testing.B, at int) {
	const members, count = 20, 500
	s := &site{}
	var names []string
	for n := range members {
		names = append(names, fmt.Sprint("Agent ", n))
	}
	all := s.office(b, names...)
	room := roomOfAll(b, NewRoom{}, all...)
	acknowledged := make(chan int, 1<<16)
	all[0].Subscribe(func(c Change) {
		if c.States != nil && c.States.Delivery == Delivered {
			acknowledged <- len(c.States.Messages)
		}
	})
	texts := slices.Repeat([]string{strings.Repeat("x", 200)}, at)
	begun, cpu := time.Now(), used(b)
	for b.Loop() {
		go func() {
			for range count / at {
				if _, err := all[0].Send(b.Context(), room, texts...); err != nil {
					b.Error(err)
				}
			}
		}()
		for n := 0; n < count*(members-1); n += <-acknowledged {
		}
	}
	b.ReportMetric(time.Since(begun).Seconds()/float64(b.N), "s/500")
	b.ReportMetric((used(b)-cpu).Seconds()/float64(b.N), "cpu-s/500")
}

// BenchmarkRoomOne measures one message at a time to a room of 30, from Send until the last of the others is told it, and what it takes of the processors
// until all have acknowledged it.
func BenchmarkRoomOne(b *testing.B) {
	const members = 30
	s := &site{}
	var names []string
	for n := range members {
		names = append(names, fmt.Sprint("Agent ", n))
	}
	all := s.office(b, names...)
	room := roomOfAll(b, NewRoom{}, all...)
	heard, acknowledged := make(chan time.Time, members), make(chan int, 1<<16)
	all[0].Subscribe(func(c Change) {
		if c.States != nil && c.States.Delivery == Delivered {
			acknowledged <- len(c.States.Messages)
		}
	})
	for _, a := range all[1:] {
		a.Subscribe(func(c Change) {
			if c.Message != nil {
				heard <- time.Now()
			}
		})
	}
	text := strings.Repeat("x", 200)
	var took []time.Duration
	cpu := used(b)
	for b.Loop() {
		begun := time.Now()
		if _, err := all[0].Send(b.Context(), room, text); err != nil {
			b.Fatal(err)
		}
		var last time.Time
		for range members - 1 {
			last = <-heard
		}
		took = append(took, last.Sub(begun))
		for n := 0; n < members-1; n += <-acknowledged {
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-p50")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
	b.ReportMetric(float64((used(b)-cpu).Microseconds())/1000/float64(b.N), "cpu-ms/message")
}
