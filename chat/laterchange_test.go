package chat

import (
	"errors"
	"testing"
	"time"

	"lanyard/chat/event"
)

// TestChangeLater: what waits leaves with the words and at the time it was given last, a reply with what it replies to, and one that could not be sent is tried again.
func TestChangeLater(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		to := anna.Direct(ben.person())
		asked := ben.send(t, anna, "shall we?")[0]
		anna.awaitTexts(t, ben, "shall we?")
		begun := time.Now()
		text, err := anna.SendLater(t.Context(), to, Post{Text: "yes", ReplyTo: asked.ID}, begun.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		reminder, err := anna.Remind(t.Context(), asked.ID, begun.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		if q, err := anna.About(t.Context(), text); err != nil || !q.Here || q.Text != "shall we?" || q.Author != ben.person() {
			t.Errorf("about: %+v, %v", q, err)
		}
		for _, bad := range []struct {
			what string
			key  int64
			text string
			at   time.Time
			want error
		}{
			{"a text without words", text.Key, "", begun.Add(time.Hour), ErrNotLater},
			{"a reminder with words", reminder.Key, "words", begun.Add(time.Hour), ErrNotLater},
			{"blank words", text.Key, " ", begun.Add(time.Hour), event.ErrEmpty},
			{"a time that was", text.Key, "yes", begun.Add(-time.Minute), ErrWhen},
			{"one that does not exist", 99, "yes", begun.Add(time.Hour), ErrNotLater},
		} {
			if _, err := anna.ChangeLater(t.Context(), bad.key, bad.text, nil, nil, bad.at); !errors.Is(err, bad.want) {
				t.Errorf("%s: %v, want %v", bad.what, err, bad.want)
			}
		}
		changed, err := anna.ChangeLater(t.Context(), text.Key, "yes, gladly", nil, nil, begun.Add(2*time.Hour))
		if err != nil || changed.Text != "yes, gladly" || changed.About != asked.ID {
			t.Fatalf("%+v, %v", changed, err)
		}
		if _, err := anna.ChangeLater(t.Context(), reminder.Key, "", nil, nil, begun.Add(3*time.Hour)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(90 * time.Minute) // of the bubble's clock
		ben.awaitTexts(t, anna, "shall we?")
		if n := anna.ear.reminders(); n != 0 {
			t.Errorf("%d reminders came at the old time", n)
		}
		time.Sleep(time.Hour)
		ben.awaitTexts(t, anna, "shall we?", "yes, gladly")
		page, err := ben.History(t.Context(), ben.Direct(anna.person()), Query{})
		if err != nil || len(page.Messages) != 2 || page.Messages[1].Reply == nil || page.Messages[1].Reply.ID != asked.ID {
			t.Errorf("the reply came as %+v, %v", page.Messages, err)
		}
		time.Sleep(time.Hour)
		anna.await(t, "the reminder", func() bool { return anna.ear.reminders() == 1 })
		if _, err := anna.ChangeLater(t.Context(), reminder.Key, "", nil, nil, time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		anna.stop() // what rang and was put off rings after a restart
		anna.run(t)
		time.Sleep(2 * time.Hour)
		anna.await(t, "the reminder again", func() bool { return anna.ear.reminders() == 2 })
		if _, err := anna.ChangeLater(t.Context(), text.Key, "too late", nil, nil, time.Now().Add(time.Hour)); !errors.Is(err, ErrNotLater) {
			t.Errorf("changed what was sent: %v", err)
		}
	})
}
