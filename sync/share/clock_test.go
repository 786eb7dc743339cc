package share

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestLeapt: a machine that slept and a clock that was set are noticed, whichever way it went; that time passes is not.
func TestLeapt(t *testing.T) {
	for _, c := range []struct {
		day, passed time.Duration
		want        bool
	}{
		{time.Hour, time.Hour, false},
		{time.Hour + time.Second, time.Hour, false},
		{8 * time.Hour, time.Minute, true},
		{-8760 * time.Hour, time.Minute, true},
		{87600 * time.Hour, 0, true},
	} {
		if got := leapt(c.day, c.passed); got != c.want {
			t.Errorf("the day went on by %v while %v passed: %v", c.day, c.passed, got)
		}
	}
}

// TestClockGoesOn: as long as both go on alike, nothing is to be looked at.
func TestClockGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c clock
		for range 3 {
			if c.broke(time.Now()) {
				t.Error("the clock is said to have been set")
			}
			time.Sleep(24 * time.Hour)
		}
	})
}
