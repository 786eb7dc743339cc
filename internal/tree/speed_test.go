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

// BenchmarkReplace replaces 1,000 files of 4 KiB in one batch.
func BenchmarkReplace(b *testing.B) {
	const files = 1000
	body := bytes.Repeat([]byte("lanyard "), 512)
	f, _ := onDisk(OpenDisk)(b)
	tr, err := Create(f, Marker{Share: "s"})
	if err != nil {
		b.Fatal(err)
	}
	var stats [files]Stat
	for i := range files {
		stats[i] = put(b, tr, fmt.Sprintf("f%05d", i), "old")
	}
	flush(b, tr)
	for b.Loop() {
		var batch []*Incoming
		for i := range files {
			batch = append(batch, incoming(b, tr, fmt.Sprint(i), string(body)))
		}
		if err := tr.SyncIncoming(context.Background(), batch); err != nil {
			b.Fatal(err)
		}
		for i, in := range batch {
			d, err := tr.Replace(in, fmt.Sprintf("f%05d", i), stats[i])
			if err != nil || d.Unexpected {
				b.Fatal(d, err)
			}
			stats[i] = d.Placed
		}
		flush(b, tr)
	}
}

// BenchmarkSave is one person's save: one file replaced, durable.
func BenchmarkSave(b *testing.B) {
	f, _ := onDisk(OpenDisk)(b)
	tr, err := Create(f, Marker{Share: "s"})
	if err != nil {
		b.Fatal(err)
	}
	s := put(b, tr, "d/a", "old")
	flush(b, tr)
	for b.Loop() {
		d, err := tr.Replace(incoming(b, tr, "k", "new"), "d/a", s)
		if err != nil {
			b.Fatal(err)
		}
		s = d.Placed
		flush(b, tr)
	}
}
