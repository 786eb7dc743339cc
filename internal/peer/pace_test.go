package peer

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestPingEvery(t *testing.T) {
	cases := []struct {
		what         string
		isActive     bool
		active, idle int
		want         time.Duration
	}{
		{"one idle link", false, 0, 1, 30 * time.Second},
		{"one active link", true, 1, 0, 5 * time.Second},
		{"an idle link beside an active one", false, 1, 10, 30 * time.Second},
		{"45 idle links are exactly the budget", false, 0, 45, 30 * time.Second},
		{"90 idle links are stretched twice", false, 0, 90, 60 * time.Second},
		{"an active link among them is stretched alike", true, 3, 72, 10 * time.Second},
	}
	for _, c := range cases {
		if got := pingEvery(c.isActive, c.active, c.idle); got.Round(time.Millisecond) != c.want {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
	}
}

func TestPingsStayUnderTheBudget(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		active, idle := rapid.IntRange(0, 50).Draw(t, "active"), rapid.IntRange(0, 500).Draw(t, "idle")
		rate := float64(active)/pingEvery(true, active, idle).Seconds() + float64(idle)/pingEvery(false, active, idle).Seconds()
		if rate > pingBudget*1.0001 {
			t.Fatalf("%d active and %d idle links make %.2f pings a second", active, idle, rate)
		}
	})
}

func TestRedialAfter(t *testing.T) {
	cases := []struct {
		what          string
		tries, absent int
		chance        float64
		want          time.Duration
	}{
		{"the first", 0, 1, 0, time.Second},
		{"doubling", 3, 1, 0, 8 * time.Second},
		{"at most a minute", 7, 1, 0, time.Minute},
		{"after a million tries", 1 << 20, 1, 0, time.Minute},
		{"chance takes at most a half", 7, 1, 1, 30 * time.Second},
		{"200 absent people are dialled more rarely", 20, 200, 0, 200 * time.Second},
	}
	for _, c := range cases {
		if got := redialAfter(c.tries, c.absent, c.chance); got != c.want {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
	}
}

func TestFirstDial(t *testing.T) {
	cases := []struct {
		what        string
		own, theirs string
		chance      float64
		want        time.Duration
	}{
		{"the lower label dials at once", "aaa", "bbb", 0.9, 0},
		{"the higher one gives it time", "bbb", "aaa", 0.1, 300 * time.Millisecond},
		{"no label of theirs: jitter", "aaa", "", 0.5, 150 * time.Millisecond},
		{"no label of ours yet: jitter", "", "bbb", 1, 300 * time.Millisecond},
	}
	for _, c := range cases {
		if got := firstDial(c.own, c.theirs, c.chance); got != c.want {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
	}
}

func TestBucket(t *testing.T) {
	b := newBucket(3, 2)
	now := time.Unix(1000, 0)
	for i := range 3 {
		if !b.take(now) {
			t.Errorf("number %d of the burst was refused", i)
		}
	}
	if b.take(now) {
		t.Error("a fourth one at once was let through")
	}
	if now = now.Add(500 * time.Millisecond); !b.take(now) || b.take(now) {
		t.Error("half a second is worth exactly one")
	}
	if b.full(now) || !b.full(now.Add(2*time.Second)) {
		t.Error("it is full after one and a half seconds")
	}
}
