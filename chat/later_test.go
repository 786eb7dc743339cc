package chat

import (
	"errors"
	"testing"
	"time"
)

// TestLater: texts leave and reminders ring at their time by the agent's clock, once, over restarts; what is cancelled does neither.
func TestLater(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		hello := anna.send(t, ben, "hello")[0]
		ben.awaitTexts(t, anna, "hello")
		begun := time.Now()
		later := func(l Later, err error) Later {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		second := later(anna.SendLater(t.Context(), anna.Direct(ben.person()), "second", EventID{}, begun.Add(2*time.Hour)))
		later(anna.SendLater(t.Context(), anna.Direct(ben.person()), "first", EventID{}, begun.Add(time.Hour)))
		never := later(anna.SendLater(t.Context(), anna.Direct(ben.person()), "never", EventID{}, begun.Add(90*time.Minute)))
		later(anna.Remind(t.Context(), hello.ID, begun.Add(30*time.Minute)))
		if all, err := anna.Laters(t.Context()); err != nil || len(all) != 4 || all[0].About != hello.ID || all[3].Key != second.Key {
			t.Fatalf("%+v: %v", all, err)
		}
		for _, at := range []time.Time{begun, begun.Add(-time.Hour), begun.AddDate(11, 0, 0)} {
			if _, err := anna.SendLater(t.Context(), anna.Direct(ben.person()), "x", EventID{}, at); !errors.Is(err, ErrWhen) {
				t.Errorf("at %v: %v", at, err)
			}
		}
		if err := anna.CancelLater(t.Context(), never.Key); err != nil {
			t.Fatal(err)
		}
		if err := anna.CancelLater(t.Context(), never.Key); !errors.Is(err, ErrNotLater) {
			t.Errorf("cancelled twice: %v", err)
		}
		time.Sleep(29 * time.Minute) // of the bubble's clock, as all that follow
		if n := anna.ear.reminders(); n != 0 {
			t.Errorf("%d reminders came early", n)
		}
		time.Sleep(2 * time.Minute)
		anna.await(t, "the reminder", func() bool { return anna.ear.reminders() == 1 })
		anna.awaitTexts(t, ben, "hello")
		time.Sleep(30 * time.Minute)
		ben.awaitTexts(t, anna, "hello", "first")
		anna.stop()
		time.Sleep(2 * time.Hour) // its time passes while Anna's agent is off
		ben.awaitTexts(t, anna, "hello", "first")
		anna.run(t)
		anna.awaitLink(t, ben)
		ben.awaitTexts(t, anna, "hello", "first", "second")
		if err := anna.CancelLater(t.Context(), second.Key); !errors.Is(err, ErrNotLater) {
			t.Errorf("cancelled what was sent: %v", err)
		}
		anna.stop()
		anna.run(t)
		anna.awaitLink(t, ben)
		time.Sleep(time.Hour)
		ben.awaitTexts(t, anna, "hello", "first", "second")
		if n := anna.ear.reminders(); n != 1 {
			t.Errorf("%d reminders", n)
		}
		all, err := anna.Laters(t.Context())
		if err != nil || len(all) != 1 || !all[0].Rung || all[0].About != hello.ID {
			t.Fatalf("left, beside the reminder that rang: %+v, %v", all, err)
		}
		if err := anna.CancelLater(t.Context(), all[0].Key); err != nil {
			t.Errorf("a reminder that rang is not put away: %v", err)
		}
	})
}

func (e *ear) reminders() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.reminded)
}
