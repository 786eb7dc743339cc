package chat

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// BenchmarkLatency measures one message at a time over loopback, from Send until the receiver is told; it reports the median and the 99th percentile.
func BenchmarkLatency(b *testing.B) {
	s := &site{}
	anna, ben := s.start(b, "Anna"), s.start(b, "Ben")
	anna.meet(b, ben)
	heard := make(chan time.Time, 1)
	ben.Subscribe(func(c Change) {
		if c.Message != nil {
			heard <- time.Now()
		}
	})
	text := strings.Repeat("x", 200)
	anna.send(b, ben, text)
	<-heard
	var took []time.Duration
	for b.Loop() {
		begun := time.Now()
		anna.send(b, ben, text)
		took = append(took, (<-heard).Sub(begun))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs-p50")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "µs-p99")
}

// BenchmarkRate measures 20,000 messages of 200 bytes until each is acknowledged.
func BenchmarkRate(b *testing.B) {
	const count = 20_000
	s := &site{}
	anna, ben := s.start(b, "Anna"), s.start(b, "Ben")
	anna.meet(b, ben)
	acknowledged := make(chan int, 1<<16)
	anna.Subscribe(func(c Change) {
		if c.States != nil && c.States.Delivery == Delivered {
			acknowledged <- len(c.States.Messages)
		}
	})
	for b.Loop() {
		begun := time.Now()
		go func() {
			for i := 0; i < count; i += 100 {
				texts := make([]string, 100)
				for j := range texts {
					texts[j] = fmt.Sprintf("%-200d", i+j)
				}
				if _, err := anna.Send(b.Context(), anna.Direct(ben.person()), texts...); err != nil {
					b.Error(err)
				}
			}
		}()
		for n := 0; n < count; n += <-acknowledged {
		}
		b.ReportMetric(time.Since(begun).Seconds(), "s/20000")
	}
}

// BenchmarkFile measures a file of 256 MiB over loopback, from Accept until it has its name and is durable.
func BenchmarkFile(b *testing.B) {
	s := &site{}
	anna, ben := s.start(b, "Anna"), s.start(b, "Ben")
	anna.meet(b, ben)
	path := filepath.Join(b.TempDir(), "big")
	writeFile(b, path, noise(1, 256<<20))
	b.SetBytes(256 << 20)
	for b.Loop() {
		b.StopTimer()
		id := anna.offer(b, ben, path)[0].ID
		ben.awaitFile(b, id, FileOffered)
		b.StartTimer()
		ben.accept(b, id)
		ben.awaitFile(b, id, FileReceived)
	}
}

// BenchmarkFolder measures a folder of 2,000 files of 4 KiB.
func BenchmarkFolder(b *testing.B) {
	s := &site{}
	anna, ben := s.start(b, "Anna"), s.start(b, "Ben")
	anna.meet(b, ben)
	dir := filepath.Join(b.TempDir(), "many")
	for i := range 2000 {
		writeFile(b, filepath.Join(dir, fmt.Sprint(i%20), fmt.Sprint(i)), noise(uint64(i), 4096))
	}
	for b.Loop() {
		b.StopTimer()
		id := anna.offer(b, ben, dir)[0].ID
		ben.awaitFile(b, id, FileOffered)
		b.StartTimer()
		ben.accept(b, id)
		ben.awaitFile(b, id, FileReceived)
	}
}
