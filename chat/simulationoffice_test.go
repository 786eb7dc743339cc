package chat

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"lanyard/chat/event"
)

// announcement is one that was acknowledged.
type announcement struct {
	by  *desk
	id  event.ID
	tag string
	at  time.Time
}

// old reports whether others need not have got it from others.
func (w *announcement) old() bool { return time.Since(w.at) > officeAge-time.Hour }

// announce has somebody tell everybody something.
func (s *simulation) announce(d, _ *desk) {
	if !d.up {
		return
	}
	s.serial++
	tag := fmt.Sprintf("To all, %d.", s.serial)
	m, err := d.Announce(s.t.Context(), tag)
	if errors.Is(err, ErrManyAnnouncements) {
		return
	}
	if err != nil {
		s.t.Fatalf("%s announces: %v", d.name, err)
	}
	s.announced = append(s.announced, &announcement{by: d, id: m.ID, tag: tag, at: time.Now()})
}

// unsay has somebody change or take back what they announced.
func (s *simulation) unsay(d, _ *desk) {
	if !d.up {
		return
	}
	for _, w := range s.announced {
		if w.by != d || s.rng.IntN(3) > 0 {
			continue
		}
		var err error
		if s.rng.IntN(3) == 0 {
			_, err = d.Delete(s.t.Context(), w.id)
		} else {
			_, err = d.Edit(s.t.Context(), w.id, w.tag+" again", nil)
		}
		if err != nil && !errors.Is(err, event.ErrUnknown) && !errors.Is(err, ErrDeleted) && !errors.Is(err, ErrNotMine) && !errors.Is(err, ErrManyAnnouncements) {
			s.t.Fatalf("%s changes an announcement: %v", d.name, err)
		}
	}
}

// officeEqual reports whether all have the same announcements.
func (s *simulation) officeEqual(all []*desk) bool {
	for _, d := range all {
		if !d.known(event.OfficeID()).vector().Equal(all[0].known(event.OfficeID()).vector()) || !d.rested() {
			return false
		}
	}
	return true
}

// checkOffice: everybody shows the same announcements in the same order, each once, and all that were acknowledged by who never lost their profile.
func (s *simulation) checkOffice() {
	s.about(event.OfficeID())
	aged := slices.ContainsFunc(s.announced, (*announcement).old)
	current := func(all []Message) []Message { // who was away while an old one was taken back goes on showing it
		return slices.DeleteFunc(slices.Clone(all), func(m Message) bool { return time.Since(m.Time) > officeAge-time.Hour })
	}
	first := current(s.desks[0].shown(s.t, event.OfficeID()))
	for _, d := range s.desks[:len(people)] {
		x := d.shown(s.t, event.OfficeID())
		s.checkSame(s.desks[0], d, first, current(x), aged || s.expires(s.desks...))
		for _, w := range s.announced {
			n := len(slices.DeleteFunc(slices.Clone(x), func(m Message) bool { return m.Deleted || tagOf(m.Text) != tagOf(w.tag) }))
			if n > 1 {
				s.t.Errorf("%s shows %q %d times", d.name, w.tag, n)
			}
			here := slices.ContainsFunc(x, func(m Message) bool { return m.ID == w.id })
			if !here && !w.by.tainted() && !d.forgets() && !w.old() {
				s.t.Errorf("%s lost the announcement %q", d.name, w.tag)
			}
		}
	}
}
