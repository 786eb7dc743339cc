package peer

import (
	"testing"
	"time"
)

func TestSettle(t *testing.T) {
	const young, old = time.Second, time.Minute
	ours := func(age time.Duration) contender { return contender{dialled: true, instance: 7, age: age} }
	theirs := func(age time.Duration) contender { return contender{instance: 7, age: age} }
	other := func(age time.Duration) contender { return contender{instance: 8, age: age} }
	cases := []struct {
		what           string
		weDecide       bool
		present, fresh contender
		want           verdict
	}{
		{"crossing dials, ours came second: the one we dialled is closed", true, theirs(young), ours(0), closeFresh},
		{"crossing dials, ours came first: the one we dialled is closed", true, ours(young), theirs(0), closePresent},
		{"the higher side of crossing dials uses the newer and waits", false, theirs(young), ours(0), keepBoth},
		{"the higher side waits also for its own dial", false, ours(young), theirs(0), keepBoth},
		{"they dial again though we have an old dial of ours: they lost it", true, ours(old), theirs(0), closePresent},
		{"we dial again though we have an old one of theirs", true, theirs(old), ours(0), closePresent},
		{"exactly five seconds are no crossing any more", true, theirs(crossingAge), ours(0), closePresent},
		{"they dial twice: the older goes", true, theirs(young), theirs(0), closePresent},
		{"we dial twice: the older goes", true, ours(young), ours(0), closePresent},
		{"they dial twice, seen from the higher side", false, theirs(young), theirs(0), keepBoth},
		{"another instance: ask the present link, whoever decides", true, ours(old), other(0), askPresent},
		{"another instance, seen from the higher side", false, theirs(young), other(0), askPresent},
		{"another instance that crosses is still another instance", true, ours(young), other(0), askPresent},
	}
	for _, c := range cases {
		if got := settle(c.weDecide, c.present, c.fresh); got != c.want {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
	}
}

// TestCrossingSidesAgree: whatever the order in which the two sides see two crossing links, the side that decides keeps the one that the other
// side dialled.
func TestCrossingSidesAgree(t *testing.T) {
	dialledByLower := func(lowerSide bool) contender { return contender{dialled: lowerSide, instance: 1} }
	dialledByHigher := func(lowerSide bool) contender { return contender{dialled: !lowerSide, instance: 1} }
	if got := settle(true, dialledByLower(true), dialledByHigher(true)); got != closePresent {
		t.Errorf("lower's own first: %v", got)
	}
	if got := settle(true, dialledByHigher(true), dialledByLower(true)); got != closeFresh {
		t.Errorf("lower's own second: %v", got)
	}
	for _, order := range [][2]contender{{dialledByLower(false), dialledByHigher(false)}, {dialledByHigher(false), dialledByLower(false)}} {
		if got := settle(false, order[0], order[1]); got != keepBoth {
			t.Errorf("the higher side decided: %v", got)
		}
	}
}
