package discovery

import (
	"net/netip"
	"slices"
	"time"
)

const (
	tableLimit   = 1000            // labels remembered
	repeatAfter  = 5 * time.Second // an unchanged sighting is not told again earlier
	sweepsMissed = 3               // sweeps without an answer after which a label is forgotten
)

// table remembers the labels heard, to tell news from repetition and to count how large the network is. It decides nothing about who is
// here. Only the loop uses it.
type table struct {
	heard  map[string]*heard
	sweeps int  // swept so far
	news   bool // an unlinked label came that was not there before the last sweep
}

type heard struct {
	addresses []netip.AddrPort // what was last told
	told      time.Time
	at        time.Time
	sweep     int // table.sweeps when last heard
	linked    bool
}

func newTable() *table { return &table{heard: map[string]*heard{}} }

// note records a sighting and reports whether to tell it.
func (t *table) note(s Sighting, linked bool, now time.Time) bool {
	h := t.heard[s.Label]
	if h == nil {
		t.makeRoom()
		h = &heard{}
		t.heard[s.Label] = h
		t.news = t.news || !linked
	}
	h.at, h.sweep, h.linked = now, t.sweeps, linked
	repeated := slices.Equal(h.addresses, s.Addresses) && now.Sub(h.told) < repeatAfter
	if linked || repeated {
		return false
	}
	h.addresses, h.told = s.Addresses, now
	return true
}

// makeRoom forgets the label heard longest ago, if the table is full; strangers go before those that are linked.
func (t *table) makeRoom() {
	if len(t.heard) < tableLimit {
		return
	}
	var oldest string
	for label, h := range t.heard {
		o := t.heard[oldest]
		if o == nil || (o.linked && !h.linked) || (o.linked == h.linked && h.at.Before(o.at)) {
			oldest = label
		}
	}
	delete(t.heard, oldest)
}

// endSweep forgets who did not answer for long and returns how many others there are, and how many of them are linked. news says whether
// somebody new came since the sweep before.
func (t *table) endSweep(isLinked func(string) bool) (all, linked int, news bool) {
	for label, h := range t.heard {
		h.linked = isLinked(label)
		if !h.linked && t.sweeps-h.sweep >= sweepsMissed {
			delete(t.heard, label)
			continue
		}
		all++
		if h.linked {
			linked++
		}
	}
	t.sweeps++
	news, t.news = t.news, false
	return all, linked, news
}
