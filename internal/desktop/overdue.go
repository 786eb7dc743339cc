package desktop

import (
	"maps"
	"slices"
	"time"

	"lanyard/internal/api"
)

// Wait tells how long it is until Overdue has something to tell, 0 if it has now; false if nothing waits.
func (r *Rule) Wait(now time.Time) (wait time.Duration, waits bool) {
	for _, e := range r.last {
		if e.quiet == 0 {
			continue
		}
		left := Interval - now.Sub(e.at)
		if e.over(now) {
			left = 0
		}
		if !waits || left < wait {
			wait, waits = left, true
		}
	}
	return wait, waits
}

// Overdue returns the notifications for what came so soon after one of its conversation that it was not told, and which may ring by now, unless they saw it meanwhile, which
// unread tells of a conversation's messages, or it is over. Who is busy by now, or has quiet hours, is told by Release.
func (r *Rule) Overdue(s Situation, now time.Time, unread func(conversation string) bool) []api.Notification {
	var told []api.Notification
	for _, key := range slices.Sorted(maps.Keys(r.last)) {
		e := r.last[key]
		if e.quiet == 0 || !e.over(now) {
			continue
		}
		h, count := asItIs(e.said, e.quiet)
		h.Count = count
		delete(r.last, key)
		if count <= 0 || !h.stands(unread) {
			continue
		}
		if n, show := r.Decide(h, s, now); show {
			told = append(told, n)
		}
	}
	return told
}
