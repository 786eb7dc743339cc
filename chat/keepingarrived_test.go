package chat

import (
	"slices"
	"testing"
	"time"

	"lanyard/chat/event"
)

// TestKeepingCountsFromArrival: what comes late, by its author's clock, is kept for its days from when it came, and an edit does not renew that.
func TestKeepingCountsFromArrival(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		ben.stop()
		late := anna.send(t, ben, "late", "late, too")
		time.Sleep(3 * day)
		ben.run(t)
		if err := ben.KeepAll(t.Context(), 2); err != nil {
			t.Fatal(err)
		}
		ben.awaitTexts(t, anna, "late", "late, too")
		if _, err := ben.MarkRead(t.Context(), ben.Direct(anna.person()), event.ID{}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(day)
		if got := ben.texts(t, anna); !slices.Equal(got, []string{"late", "late, too"}) {
			t.Fatalf("a day after it came: %q", got)
		}
		ben.stop()
		ben.run(t)
		if _, err := anna.Edit(t.Context(), late[0].ID, "edited", nil); err != nil {
			t.Fatal(err)
		}
		ben.awaitTexts(t, anna, "edited", "late, too")
		time.Sleep(day - 2*time.Hour)
		if got := ben.texts(t, anna); !slices.Equal(got, []string{"edited", "late, too"}) {
			t.Errorf("two days after it came, but for two hours: %q", got)
		}
		time.Sleep(day)
		ben.awaitTexts(t, anna)
	})
}

func TestYoungest(t *testing.T) {
	const now = int64(1e12)
	past := func(days int64) int64 { return now - days*day.Milliseconds() }
	for _, c := range []struct {
		what                         string
		indexed, time, arrived, want int64
	}{
		{"it came as it was written", past(3), past(3), past(3), past(3)},
		{"the author's clock is slow", past(300), past(300), past(3), past(3)},
		{"it came before arrivals were noted, or is ours", past(300), past(300), 0, past(300)},
		{"the author's clock is fast: it was indexed when it came", past(3), past(-300), past(3), past(3)},
		{"our clock was slow when it came", past(9000), past(3), past(9000), past(3)},
		{"our clock was fast when it came", past(3), past(3), past(-300), past(3)},
	} {
		o := old{time: c.time, arrived: c.arrived}
		if got := o.youngest(timeKey(c.indexed), now); got != timeKey(c.want) {
			t.Errorf("%s: %d and not %d", c.what, got, timeKey(c.want))
		}
	}
}
