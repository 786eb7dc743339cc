package chat

import (
	"testing"
	"time"
)

// TestMeterAfterABreak: neither a break nor what came before it, nor a first piece of which nobody knows how long it took, counts in the rate.
func TestMeterAfterABreak(t *testing.T) {
	const piece, total = 100_000, 100_000_000
	for name, pause := range map[string]func(m *meter){"held": (*meter).rest, "broken off": func(*meter) {}} {
		t.Run(name, func(t *testing.T) {
			now := time.Unix(1_800_000_000, 0)
			m := meter{total: total}
			run := func(every time.Duration) {
				for range 100 {
					now = now.Add(every)
					m.add(piece, now)
					if want := piece / every.Seconds(); m.rate > 1.2*want {
						t.Fatalf("%.0f bytes a second are told, %.0f came", m.rate, want)
					}
				}
			}
			run(10 * time.Millisecond)
			if m.rate < 9_000_000 {
				t.Fatalf("%.0f bytes a second are told of 10 MB a second", m.rate)
			}
			pause(&m)
			now = now.Add(time.Minute)
			m.add(20*piece, now)
			if m.rate != 0 {
				t.Errorf("%.0f bytes a second are told at once after a break", m.rate)
			}
			run(50 * time.Millisecond)
			if m.rate < 1_600_000 {
				t.Errorf("%.0f bytes a second are told of 2 MB a second", m.rate)
			}
		})
	}
}
