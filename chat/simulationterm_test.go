package chat

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// For how long people keep messages in a simulation.

// keep has somebody let messages go that are so many days old, of all conversations or of the room.
func (s *simulation) keep(d, _ *desk) {
	if !d.up {
		return
	}
	days := s.rng.IntN(4)
	s.keepFor(d, days, s.rng.IntN(3) == 0 && d.Known(s.room))
}

// keepFor has somebody keep messages for so many days: all, or those of the room, however long they keep the others.
func (s *simulation) keepFor(d *desk, days int, room bool) {
	d.past = d.horizon()
	if room {
		d.keeps.room, d.keeps.own = days, true
		s.expect(d, d.KeepWith(s.t.Context(), s.room, days))
		return
	}
	d.keeps.all = days
	s.expect(d, d.KeepAll(s.t.Context(), days))
}

// term is for how many days somebody keeps messages; 0 is for ever.
type term struct {
	all, room int
	own       bool // the room has its own
}

// shortest is how long they keep what they keep least.
func (k term) shortest() int {
	if k.own && k.room > 0 && (k.all == 0 || k.room < k.all) {
		return k.room
	}
	return k.all
}

// aged reports whether a word is so old that others may have let it go.
func (s *simulation) aged(w *saying) bool {
	return slices.ContainsFunc(s.desks, func(d *desk) bool { return w.at.Before(d.horizon()) })
}

// horizon is when everything was said, or later, that somebody need not have any more because they let old messages go; zero where they let none go.
func (d *desk) horizon() time.Time {
	days := d.keeps.shortest()
	if days == 0 {
		return d.past
	}
	until := time.Now().AddDate(0, 0, -days).Add(2 * time.Hour) // for daylight saving
	if until.Before(d.past) {
		return d.past
	}
	return until
}

// forgets reports whether somebody lets old messages go, or did.
func (d *desk) forgets() bool { return d.keeps.shortest() > 0 || !d.past.IsZero() }

// TestTermOfTheRoom: who sets for how long the room is kept goes on keeping everything else as before, and a simulation knows that.
func TestTermOfTheRoom(t *testing.T) {
	dir := inMemoryDir(t)
	synctest.Test(t, func(t *testing.T) {
		s := newSimulation(t, 1, dir)
		anna, ben := s.desks[0], s.desks[1]
		for _, d := range s.desks {
			s.keepFor(d, 0, false)
		}
		s.keepFor(ben, 1, false)
		ben.await(t, "the room", func() bool { return ben.Known(s.room) })
		s.keepFor(ben, 0, true)
		s.write(ben, anna)
		w := s.sayings[0]
		for _, w := range s.sayings {
			ben.awaitState(t, w.id, Delivered)
		}
		ran := s.closeOffice(50 * time.Hour)
		for _, d := range ran {
			s.start(d)
		}
		s.gather()
		s.check()
		if _, err := ben.Message(t.Context(), w.id); err == nil {
			t.Error("what is two days old is kept, though Ben keeps a day outside the room")
		}
	})
}
