package lantest_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/discovery"
	"lanyard/internal/lantest"
)

// ear runs a twin and keeps what it told.
type ear struct {
	twin *lantest.Discovery
	stop func()

	mu     sync.Mutex
	labels []string
	states []discovery.State
	told   []discovery.Sighting
	linked string
}

func listen(t *testing.T, h *lantest.Host, port func() int) *ear {
	e := &ear{}
	e.twin = h.Discovery(discovery.Config{
		Port:       port,
		OnSighting: func(s discovery.Sighting) { e.locked(func() { e.told = append(e.told, s) }) },
		OnLabel:    func(label string) { e.locked(func() { e.labels = append(e.labels, label) }) },
		OnState:    func(s discovery.State) { e.locked(func() { e.states = append(e.states, s) }) },
		Linked: func(label string) (yes bool) {
			e.locked(func() { yes = label == e.linked })
			return yes
		},
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- e.twin.Run(ctx) }()
	e.stop = func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
	}
	return e
}

func (e *ear) locked(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	f()
}

func (e *ear) label() (label string) {
	e.locked(func() { label = e.labels[len(e.labels)-1] })
	return label
}

func (e *ear) forget() { e.locked(func() { e.told = nil }) }

func (e *ear) sightings() (told []discovery.Sighting) {
	e.locked(func() { told = slices.Clone(e.told) })
	return told
}

// heard returns the labels of the sightings so far.
func (e *ear) heard() []string {
	var labels []string
	for _, s := range e.sightings() {
		labels = append(labels, s.Label)
	}
	return labels
}

func fixed(port int) func() int { return func() int { return port } }

func TestTwinsSightEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lan := lantest.New(7)
		anna := listen(t, lan.Host("anna", "10.0.0.1", "fd00::1"), fixed(26426))
		synctest.Wait()
		ben := listen(t, lan.Host("ben", "10.0.0.2"), fixed(4711))
		synctest.Wait()
		if len(anna.sightings()) == 0 || anna.sightings()[0].Label != ben.label() || anna.sightings()[0].Addresses[0].String() != "10.0.0.2:4711" {
			t.Errorf("anna, there before, saw %v", anna.sightings())
		}
		if len(ben.sightings()) == 0 || ben.sightings()[0].Label != anna.label() || len(ben.sightings()[0].Addresses) != 2 {
			t.Errorf("ben, a newcomer, saw %v", ben.sightings())
		}
		anna.locked(func() {
			if last := anna.states[len(anna.states)-1]; last.Heard.IsZero() || last.Label == "" || len(last.Interfaces) != 1 {
				t.Errorf("anna's state is %+v", last)
			}
		})
		ben.stop()
		if ben.label() != "" {
			t.Errorf("label after the end: %q", ben.label())
		}
		anna.forget()
		anna.twin.Refresh()
		synctest.Wait()
		if len(anna.sightings()) != 0 {
			t.Errorf("anna still sees %v", anna.sightings())
		}
		anna.stop()
	})
}

func TestTwinWaitsForItsPort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lan := lantest.New(7)
		anna := listen(t, lan.Host("anna", "10.0.0.1"), fixed(1))
		start := time.Now()
		ben := listen(t, lan.Host("ben", "10.0.0.2"), func() int {
			if time.Since(start) < time.Second {
				return 0
			}
			return 2
		})
		time.Sleep(900 * time.Millisecond)
		synctest.Wait()
		if len(anna.sightings()) != 0 || len(ben.sightings()) == 0 {
			t.Errorf("without a port: anna saw %v, ben %v", anna.sightings(), ben.sightings())
		}
		time.Sleep(200 * time.Millisecond)
		synctest.Wait()
		if len(anna.sightings()) != 1 {
			t.Errorf("with a port: anna saw %v", anna.sightings())
		}
		anna.stop()
		ben.stop()
	})
}

func TestTwinsAndPaths(t *testing.T) {
	tests := []struct {
		name          string
		spoil, mend   func(lan *lantest.LAN, anna, ben *lantest.Host)
		annas, bens   bool // whether each sees the other while it is spoilt
		relabelledBen bool
	}{
		{"partition", func(l *lantest.LAN, a, b *lantest.Host) { l.Partition([]*lantest.Host{a}, []*lantest.Host{b}) },
			func(l *lantest.LAN, _, _ *lantest.Host) { l.Heal() }, false, false, false},
		{"multicast blocked", func(l *lantest.LAN, _, _ *lantest.Host) { l.Multicast(false) },
			func(l *lantest.LAN, _, _ *lantest.Host) { l.Multicast(true) }, false, false, false},
		{"frozen", func(_ *lantest.LAN, _, b *lantest.Host) { b.Freeze() },
			func(_ *lantest.LAN, _, b *lantest.Host) { b.Thaw() }, false, false, false},
		{"down", func(_ *lantest.LAN, _, b *lantest.Host) { b.Down() },
			func(_ *lantest.LAN, _, b *lantest.Host) { b.Up() }, false, false, true},
		{"moved", func(_ *lantest.LAN, _, b *lantest.Host) { b.Move("10.0.0.9") },
			func(*lantest.LAN, *lantest.Host, *lantest.Host) {}, true, true, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				lan := lantest.New(7)
				hostA, hostB := lan.Host("anna", "10.0.0.1"), lan.Host("ben", "10.0.0.2")
				anna, ben := listen(t, hostA, fixed(1)), listen(t, hostB, fixed(2))
				synctest.Wait()
				before := ben.label()
				anna.forget()
				ben.forget()
				tt.spoil(lan, hostA, hostB)
				anna.twin.Refresh()
				ben.twin.Refresh()
				time.Sleep(5 * time.Minute)
				synctest.Wait()
				if got := len(anna.sightings()) > 0; got != tt.annas {
					t.Errorf("anna saw %v", anna.sightings())
				}
				if got := len(ben.sightings()) > 0; got != tt.bens {
					t.Errorf("ben saw %v", ben.sightings())
				}
				tt.mend(lan, hostA, hostB)
				time.Sleep(time.Minute)
				synctest.Wait()
				if !slices.Contains(anna.heard(), ben.label()) || !slices.Contains(ben.heard(), anna.label()) {
					t.Errorf("a minute after: anna saw %v, ben %v", anna.heard(), ben.heard())
				}
				if relabelled := ben.label() != before; relabelled != tt.relabelledBen {
					t.Errorf("ben was %q and is %q", before, ben.label())
				}
				anna.stop()
				ben.stop()
			})
		})
	}
}

func TestTwinIsSilentAboutTheLinked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lan := lantest.New(7)
		anna := listen(t, lan.Host("anna", "10.0.0.1"), fixed(1))
		ben := listen(t, lan.Host("ben", "10.0.0.2"), fixed(2))
		synctest.Wait()
		label := ben.label()
		anna.locked(func() { anna.linked = label })
		anna.forget()
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if len(anna.sightings()) != 0 {
			t.Errorf("told again: %v", anna.sightings())
		}
		told := discovery.Sighting{Source: "typed"}
		anna.twin.Hint(told)
		synctest.Wait()
		if len(anna.sightings()) != 1 || anna.sightings()[0].Source != told.Source {
			t.Errorf("hint became %v", anna.sightings())
		}
		anna.stop()
		ben.stop()
	})
}
