package chat

import (
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"lanyard/chat/event"
)

// TestAnswersAreNoMessages: that a file was taken or declined is told by the file alone, to those who ask and to those who listen. So a page holds as many messages as it is asked for.
func TestAnswersAreNoMessages(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		var mu sync.Mutex
		var told []event.Kind
		defer anna.Subscribe(func(c Change) {
			if c.Message != nil {
				mu.Lock()
				defer mu.Unlock()
				told = append(told, c.Message.Kind)
			}
		})()
		path := filepath.Join(t.TempDir(), "plan.txt")
		writeFile(t, path, noise(3, 10))
		var want []event.ID
		for range 2 {
			taken := anna.offer(t, ben, path)[0].ID
			ben.accept(t, taken)
			anna.awaitFile(t, taken, FileReceived)
			declined := anna.offer(t, ben, path)[0].ID
			ben.awaitFile(t, declined, FileOffered)
			if _, err := ben.Decline(t.Context(), declined); err != nil {
				t.Fatal(err)
			}
			anna.awaitFile(t, declined, FileDeclined)
			want = append(want, taken, declined)
		}
		want = append(want, ben.send(t, anna, "thanks")[0].ID)
		anna.awaitTexts(t, ben, append(make([]string, 4), "thanks")...)
		ids := func(p Page) (all []event.ID) {
			for _, m := range p.Messages {
				all = append(all, m.ID)
			}
			return all
		}
		newest := anna.history(t, ben, Query{Limit: 2})
		before := anna.history(t, ben, Query{Limit: 2, Before: want[3]})
		after := anna.history(t, ben, Query{Limit: 2, After: want[0]})
		last := anna.history(t, ben, Query{Limit: 2, After: want[2]})
		around := anna.history(t, ben, Query{Limit: 3, Around: want[2]})
		for _, c := range []struct {
			what     string
			page     Page
			from, to int
			more     bool
		}{{"the newest", newest, 3, 5, true}, {"before one", before, 1, 3, true}, {"after one", after, 1, 3, true}, {"the last", last, 3, 5, false}, {"around one", around, 1, 4, true}} {
			if got := ids(c.page); !slices.Equal(got, want[c.from:c.to]) || c.page.More != c.more || c.page.FirstUnread != want[4] {
				t.Errorf("%s: %d messages, more: %v, first unread the last: %v", c.what, len(got), c.page.More, c.page.FirstUnread == want[4])
			}
		}
		anna.news.heard(t.Context())
		mu.Lock()
		defer mu.Unlock()
		if slices.Contains(told, event.KindAnswer) || len(told) != 5 {
			t.Errorf("told are messages of the kinds %v", told)
		}
	})
}
