package tree

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"
)

// BenchmarkPlace places 10,000 files of 4 KiB in 100 folders and flushes once, as a share does for a batch.
func BenchmarkPlace(b *testing.B) {
	const files = 10000
	body := bytes.Repeat([]byte("lanyard "), 512)
	for range b.N {
		f, _ := onDisk(OpenDisk)(b)
		tr, err := Create(f, Marker{Share: "s"})
		if err != nil {
			b.Fatal(err)
		}
		start := time.Now()
		for i := range files {
			in, err := tr.Incoming(fmt.Sprint(i))
			if err != nil {
				b.Fatal(err)
			}
			if _, err := in.Write(body); err != nil {
				b.Fatal(err)
			}
			if err := in.SetMeta(1e18, false); err != nil {
				b.Fatal(err)
			}
			if _, err := tr.Place(in, fmt.Sprintf("d%02d/f%05d", i%100, i)); err != nil {
				b.Fatal(err)
			}
		}
		placed := time.Now()
		if err := tr.Flush(context.Background()); err != nil {
			b.Fatal(err)
		}
		flushed := time.Now()
		for d := range 100 {
			if entries, err := tr.List(fmt.Sprintf("d%02d", d)); err != nil || len(entries) != files/100 {
				b.Fatalf("%d entries, %v", len(entries), err)
			}
		}
		b.ReportMetric(placed.Sub(start).Seconds(), "place-s")
		b.ReportMetric(flushed.Sub(placed).Seconds(), "flush-s")
		b.ReportMetric(time.Since(flushed).Seconds(), "list-s")
	}
}
