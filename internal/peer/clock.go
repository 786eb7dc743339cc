package peer

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/wire"
)

// Clocks are compared over links (docs/protocol.md section 4, clocks). Nothing is ordered by them; what comes of it is told to people.
const (
	clockLimit  = 5 * time.Minute  // a clock that is off by more is told
	clockNear   = 3 * time.Minute  // what was told is told until it is off by less
	clockSame   = time.Minute      // times that differ by less say the same
	clockRound  = 10 * time.Second // the longest way there and back of a ping by which clocks are compared
	clockPause  = 5 * time.Second  // what is heard of clocks within it is judged together
	clockRest   = time.Minute      // after something else was told than before
	clockFar    = 100 * 365 * 24 * time.Hour
	clockLatest = 1<<53 - 1 // ms since 1970: what is said to be later is no time
)

// comparison is what a link knows of the clock at its other end. Guarded by Link.mu.
type comparison struct {
	nonce uint64        // of the ping whose answer counts
	sent  time.Time     // when that went, by our clock
	open  bool          // it was not answered yet
	ahead time.Duration // by so much their clock is ahead of ours
	known bool
}

// now is what the clock of this computer says.
func (r *Roster) now() time.Time {
	if r.config.Clock == nil {
		return time.Now()
	}
	return r.config.Clock()
}

// wallTime is the time that a ping or pong tells.
func (r *Roster) wallTime() uint64 { return uint64(max(0, r.now().UnixMilli())) }

// apart is by how much one time that a peer told is ahead of one of ours, within a hundred years.
func apart(theirs uint64, ours time.Time) time.Duration {
	ms := int64(theirs) - ours.UnixMilli()
	far := clockFar.Milliseconds()
	return time.Duration(min(max(ms, -far), far)) * time.Millisecond
}

// comparing notes a ping that is about to go: its answer tells how the clocks differ.
func (l *Link) comparing(nonce uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.clock.nonce, l.clock.sent, l.clock.open = nonce, l.roster.now(), true
}

// hearTime takes the time that a ping told. It may have waited long where we slept: what differs from what is known is asked for, and only an answer that comes soon counts.
func (l *Link) hearTime(told uint64) {
	if told == 0 || told > clockLatest {
		return
	}
	now := l.roster.now()
	ahead := apart(told, now)
	l.mu.Lock()
	c := &l.clock
	differs := (ahead - c.ahead).Abs() > clockSame
	asks := differs && (!c.open || now.Sub(c.sent).Abs() > clockRound)
	c.known = c.known || !differs
	l.mu.Unlock()
	if asks {
		n := rand.Uint64()
		l.comparing(n)
		l.say(wire.KindPing, pingBody{Nonce: n, Time: l.roster.wallTime()})
	}
}

// takeTime takes the time that a pong told.
func (l *Link) takeTime(nonce, told uint64) {
	now := l.roster.now()
	l.mu.Lock()
	c := &l.clock
	if !c.open || nonce != c.nonce {
		l.mu.Unlock()
		return
	}
	c.open = false
	took, byWall := now.Sub(c.sent), now.Round(0).Sub(c.sent.Round(0)) // the one stands still while a computer sleeps, the other can be set
	if told == 0 || told > clockLatest || took > clockRound || byWall > clockRound || byWall < 0 {
		l.mu.Unlock()
		return
	}
	before := *c
	c.ahead, c.known = apart(told, c.sent.Add(took/2)), true
	changed := !before.known || (c.ahead-before.ahead).Abs() > clockSame
	l.mu.Unlock()
	if changed {
		l.roster.wakeClocks()
	}
}

// aheadOfUs is by how much the clock at the other end is ahead of ours, as far as that is known.
func (l *Link) aheadOfUs() (time.Duration, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.clock.ahead, l.clock.known
}

func (r *Roster) wakeClocks() {
	select {
	case r.times <- struct{}{}:
	default:
	}
}

// compareClocks judges what links tell of clocks until ctx ends.
func (r *Roster) compareClocks(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.times:
		}
		pause(ctx, clockPause)
		if r.judgeClocks() {
			pause(ctx, clockRest)
		}
	}
}

// judgeClocks compares our clock with those of colleagues who are here, and reports whether something else is told than before.
func (r *Roster) judgeClocks() bool {
	r.mu.Lock()
	voices := r.voicesLocked()
	before := r.clock
	now := clockVerdict{ahead: steady(before.ahead, ownAhead(voices)), compared: len(voices) > 0}
	if len(voices) == 1 && now.ahead != 0 {
		now.only = voices[0].person
	}
	r.clock = now
	changed := r.markClocksLocked()
	r.mu.Unlock()
	r.news.peers(changed...)
	if now != before {
		r.news.problems()
	}
	return now != before || len(changed) > 0
}

// clockVerdict is what is told of our own clock.
type clockVerdict struct {
	ahead    time.Duration     // of the clocks of our colleagues, less than 0 if behind; 0 if not by much
	compared bool              // somebody is here to compare with
	only     identity.PersonID // the only one who is; zero if there are several, or the clocks agree
}

// voice is what one person's computer says of the time. However many of them somebody has, each person has one.
type voice struct {
	person identity.PersonID
	ahead  time.Duration // of our clock
}

func (r *Roster) voicesLocked() (voices []voice) {
	for id, p := range r.people {
		if p.trust == Blocked {
			continue
		}
		for _, machine := range r.machinesLocked(p) {
			m := r.machines[machine]
			if m.up == nil || !m.met || machine == r.self {
				continue
			}
			if ahead, known := m.up.aheadOfUs(); known {
				voices = append(voices, voice{id, ahead})
				break
			}
		}
	}
	return voices
}

// ownAhead is by how much our clock is ahead of those of more than half of the others, whoever lies among the rest; 0 if it is so with none or they disagree.
func ownAhead(voices []voice) time.Duration {
	if len(voices) == 0 {
		return 0
	}
	all := make([]time.Duration, 0, len(voices))
	for _, v := range voices {
		all = append(all, -v.ahead)
	}
	slices.Sort(all)
	low, high := all[(len(all)-1)/2], all[len(all)/2]
	switch {
	case low > 0:
		return low
	case high < 0:
		return high
	}
	return 0
}

// steady is what is told after something else was: small changes tell nothing new.
func steady(told, now time.Duration) time.Duration {
	limit := clockLimit
	if told != 0 {
		limit = clockNear
	}
	switch {
	case now.Abs() <= limit:
		return 0
	case told != 0 && (now-told).Abs() <= max(clockSame, told.Abs()/10):
		return told
	}
	return now
}

// markClocksLocked notes whose clock is wrong as far as more than half of us say, and returns the machines of whom that changed.
func (r *Roster) markClocksLocked() (changed []identity.PeerID) {
	own := r.clock.ahead
	if r.clock.only != (identity.PersonID{}) {
		own = 0 // nobody knows which of the two is wrong
	}
	for id, m := range r.machines {
		off := time.Duration(0)
		if m.up != nil {
			if ahead, known := m.up.aheadOfUs(); known && steady(m.ahead, ahead+own) != 0 {
				off = steady(m.ahead, ahead)
			}
		}
		if off != m.ahead {
			m.ahead = off
			changed = append(changed, id)
		}
	}
	return changed
}

// ClockAhead is by how much the clock of this computer is ahead of those of the colleagues who are here, less than 0 if it is behind; 0 if not by more than
// minutes, and if nobody is here to compare with. If one is here alone, theirs may be the wrong one.
func (r *Roster) ClockAhead() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.clock.ahead
}

// ClockCompared says the same, and whether somebody is here to compare with. Those who subscribed are told, as of a change of the problems, when either changes.
func (r *Roster) ClockCompared() (ahead time.Duration, compared bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.clock.ahead, r.clock.compared
}

// clockProblem is the problem of our own clock, if it is one.
func (r *Roster) clockProblem() []Problem {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.clock.ahead == 0 {
		return nil
	}
	p := Problem{ID: ProblemClock,
		Sentence: fmt.Sprintf("This computer's clock is %s.", offFrom(r.clock.ahead, "your colleagues'")),
		Remedy:   "Set its date, time and time zone: others see its times beside what you write, and nobody takes announcements from a clock that is more than a day ahead or a month behind."}
	if only := r.people[r.clock.only]; only != nil {
		p.Sentence = fmt.Sprintf("This computer's clock is %s, the only colleague who is here.", offFrom(r.clock.ahead, "that of "+r.calledLocked(only)))
		p.Remedy = "Look which of the two is wrong, and set its date, time and time zone: people see its times beside what is written there, and nobody takes announcements from a clock that is more than a day ahead or a month behind."
	}
	return []Problem{p}
}

// offFrom says the same with whose clock it is compared with: "3 hours ahead of yours".
func offFrom(ahead time.Duration, whose string) string {
	if ahead > 0 {
		whose = "of " + whose
	}
	return Off(ahead) + " " + whose
}

// Off says in words by how much a clock is off: "3 hours ahead".
func Off(ahead time.Duration) string {
	day, d := 24*time.Hour, ahead.Abs()
	amount, unit := d.Minutes(), "minute"
	switch {
	case d >= 2*365*day:
		amount, unit = d.Hours()/24/365.2425, "year"
	case d >= 2*day:
		amount, unit = d.Hours()/24, "day"
	case d >= 2*time.Hour:
		amount, unit = d.Hours(), "hour"
	}
	n := int(math.Round(amount))
	if n != 1 {
		unit += "s"
	}
	if ahead < 0 {
		return fmt.Sprintf("%d %s behind", n, unit)
	}
	return fmt.Sprintf("%d %s ahead", n, unit)
}
