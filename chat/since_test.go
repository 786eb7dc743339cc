package chat

import (
	"errors"
	"slices"
	"testing"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/store"
)

// TestSinceBeginsWhereItCan: a page since a moment has what all messages have that are not older, whatever was deleted and is not indexed yet; and little that is older is looked at for it.
func TestSinceBeginsWhereItCan(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		for i := range 6 {
			from, to := anna, ben
			if i%2 == 1 {
				from, to = ben, anna
			}
			sent := from.send(t, to, "morning", "to be deleted", "evening")
			must(t)(from.Delete(t.Context(), sent[1].ID))
			talk := from.Direct(to.person())
			to.await(t, "what "+from.name+" wrote", func() bool { return to.known(talk) != nil && to.known(talk).vector().Equal(from.known(talk).vector()) })
			if i < 5 {
				elapse(t, 5*day, anna, ben)
			}
		}
		agrees := func(when string) {
			t.Helper()
			all := anna.history(t, ben, Query{}).Messages
			if len(all) != 18 {
				t.Fatalf("%s: %d messages", when, len(all))
			}
			for i := range all {
				for _, since := range []time.Time{all[i].Time, all[i].Time.Add(time.Millisecond), all[i].Time.Add(-time.Hour)} {
					want := slices.DeleteFunc(slices.Clone(all), func(m Message) bool { return m.Time.Before(since) })
					got := anna.history(t, ben, Query{Since: since}).Messages
					if !slices.EqualFunc(got, want, func(a, b Message) bool { return a.ID == b.ID }) {
						t.Errorf("%s: since %s there are %d messages, want %d", when, since, len(got), len(want))
					}
				}
			}
		}
		anna.hits(t, Search{Text: "morning"})
		agrees("all is indexed")
		v := anna.known(anna.Direct(ben.person()))
		all := anna.history(t, ben, Query{}).Messages
		err := anna.config.DB.Read(t.Context(), func(tx *store.Tx) error {
			for i := 6; i < len(all); i++ {
				least, err := leastSince(tx, v.branchKeys(), all[i].Time)
				at, here := positionOf(tx, v, v.branchKeys(), all[i].ID)
				before, there := positionOf(tx, v, v.branchKeys(), all[i-i%3-1].ID)
				if err := errors.Join(err, here, there); err != nil {
					return err
				}
				if least <= before.Lamport || least > at.Lamport {
					t.Errorf("message %d stands at %d; since its time it is looked from %d on, and those five days before stand up to %d", i, at.Lamport, least, before.Lamport)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		err = anna.config.DB.Write(t.Context(), func(tx *store.Tx) error { // as when all of it was indexed while our clock was a year behind
			_, err := tx.Exec(`UPDATE chat_time SET key = key - ?`, timeKey((365 * day).Milliseconds()))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		agrees("our clock was behind")
		err = anna.config.DB.Write(t.Context(), func(tx *store.Tx) error {
			for _, b := range v.branchKeys() { // the end of each log as it is before it is indexed
				if _, err := tx.Exec(`DELETE FROM chat_time WHERE place IN (SELECT place FROM chat_time WHERE place BETWEEN ? AND ? ORDER BY place DESC LIMIT 3)`, place(b, 0), place(b, event.MaxNumber)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		agrees("the end is not indexed")
	})
}
