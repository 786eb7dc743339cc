package share_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// BenchmarkSave measures how long after a save (temporary file and rename) the new bytes can be read at the other member, over loopback TCP.
func BenchmarkSave(b *testing.B) {
	o := openOffice(b, nil, "Anna", "Ben")
	id, roots := o.desks[0].share(map[string]string{"a.txt": "start"}, o.desks[1])
	o.agree(id, roots...)
	from, to := filepath.Join(roots[0], "a.txt"), filepath.Join(roots[1], "a.txt")
	var took []time.Duration
	for i := range b.N {
		want := fmt.Appendf(nil, "content %d %d", i, time.Now().UnixNano())
		begun := time.Now()
		save(b, roots[0], "a.txt", string(want))
		for {
			got, err := os.ReadFile(to)
			if err == nil && bytes.Equal(got, want) {
				break
			}
			if time.Since(begun) > 20*time.Second {
				b.Fatalf("save %d of %s does not arrive: %q, %v", i, from, got, err)
			}
			time.Sleep(100 * time.Microsecond)
		}
		took = append(took, time.Since(begun))
		time.Sleep(20 * time.Millisecond)
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-p50")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
}

// BenchmarkManyFiles measures 10,000 files of 4 KiB from the moment they are shared until all lie, durable, at a member who has accepted.
func BenchmarkManyFiles(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	for range b.N {
		o := openOffice(b, nil, "Anna", "Ben")
		anna, ben := o.desks[0], o.desks[1]
		id, roots := anna.share(nil, ben)
		o.agree(id, roots...)
		check(b, anna.engine.Pause(b.Context(), id))
		content := make([]byte, 4096)
		for i := range 10000 {
			for j := 0; j < len(content); j += 8 {
				content[j] = byte(random.Uint32())
			}
			dir := filepath.Join(roots[0], fmt.Sprintf("d%02d", i/100))
			check(b, os.MkdirAll(dir, 0o755))
			check(b, os.WriteFile(filepath.Join(dir, fmt.Sprintf("f%04d", i)), content, 0o644))
		}
		begun := time.Now()
		check(b, anna.engine.Resume(b.Context(), id))
		for {
			if last, err := os.ReadDir(filepath.Join(roots[1], "d99")); err == nil && len(last) == 100 {
				if st, err := ben.engine.Get(id); err == nil && st.Files == 10000 {
					break
				}
			}
			if time.Since(begun) > 2*time.Minute {
				b.Fatal("the files do not arrive")
			}
			time.Sleep(20 * time.Millisecond)
		}
		b.ReportMetric(time.Since(begun).Seconds(), "s")
	}
}
