package agent

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/internal/api"
	"lanyard/internal/desktop"
	"lanyard/internal/identity"
	"lanyard/internal/settings"
	"lanyard/sync/share"
)

// TestConflictRings: a conflict is every member's to see, and rings for its two authors alone, each of whom hears of the other.
func TestConflictRings(t *testing.T) {
	anna, ben, carla := identity.PersonID{1}, identity.PersonID{2}, identity.PersonID{3}
	named := func(id identity.PersonID, called string) api.Author { return api.Author{ID: id.String(), Name: called} }
	n := share.Notice{What: share.Conflict, Path: "Budget.xlsx", By: share.Person{ID: ben, Name: "Ben"}, Other: share.Person{ID: anna, Name: "Anna"}}
	for _, c := range []struct {
		who  identity.PersonID
		hear string
	}{{anna, "Ben"}, {ben, "Anna"}, {carla, ""}} {
		h, rings := ofNotice(n, c.who, named)
		if rings != (c.hear != "") || h.Name != c.hear || rings && !strings.Contains(h.Text, "Budget.xlsx") {
			t.Errorf("person %x hears %+v, %v; want %q", c.who[0], h, rings, c.hear)
		}
	}
	n.What = share.Changed
	if h, rings := ofNotice(n, anna, named); rings {
		t.Errorf("a change rings: %+v", h)
	}
}

// TestQuietHours: what comes in quiet hours waits, and is told as one when they end by the clock on the wall, or are switched off.
func TestQuietHours(t *testing.T) {
	for name, off := range map[string]bool{"they end": false, "they are switched off": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				set := settings.Settings{Notifications: true, Quiet: begun.Add(-time.Hour).Format("15:04") + "-" + begun.Add(30*time.Minute).Format("15:04")}
				told := make(chan api.Notification, 10)
				r := newRinger(func() string { return "" }, func(_ context.Context, n api.Notification) { told <- n }, func() string { return "available" },
					func() settings.Settings { return set }, func(context.Context, string) bool { return true })
				ctx, end := context.WithCancel(t.Context())
				ended := make(chan error, 1)
				go func() { ended <- r.run(ctx) }()
				for _, who := range []string{"Ben", "Eva", "Ben"} {
					r.happened(desktop.Happening{Conversation: who, Name: who, Text: "are you there?"})
				}
				time.Sleep(29 * time.Minute)
				synctest.Wait()
				if len(told) != 0 {
					t.Errorf("told in quiet hours: %+v", <-told)
				}
				if off {
					set.Quiet = ""
					r.changed()
				}
				n := <-told
				if n.Title != "In your quiet hours" || n.Body != "Ben (2), Eva" {
					t.Errorf("told %+v", n)
				}
				if after := time.Since(begun); after > 31*time.Minute || !off && after < 30*time.Minute {
					t.Errorf("told after %v", after)
				}
				end()
				if err := <-ended; err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestUrgentIsHeardInAFlood: a flood of messages that nobody can be told one by one does not push out what matters for somebody's safety.
func TestUrgentIsHeardInAFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := make(chan api.Notification, 4*happeningsWaiting)
		r := newRinger(func() string { return "" }, func(_ context.Context, n api.Notification) { told <- n }, func() string { return "available" },
			func() settings.Settings { return settings.Settings{Notifications: true} }, func(context.Context, string) bool { return true })
		flood := func() {
			for i := range 2 * happeningsWaiting {
				r.happened(desktop.Happening{Conversation: fmt.Sprint(i), Name: "Eva", Text: "hi"})
			}
		}
		flood()
		r.happened(desktop.Happening{Conversation: "Ben", Name: "Ben", Text: "says that the words differ", Urgent: true})
		flood()
		ctx, end := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- r.run(ctx) }()
		synctest.Wait()
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		close(told)
		for n := range told {
			if n.Title == "Ben" && n.Body == "says that the words differ" {
				return
			}
		}
		t.Error("he is not told")
	})
}

// TestSecondMessageIsTold: what somebody adds a moment after their first words is told as well, when it may ring, though nothing else comes.
func TestSecondMessageIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		told := make(chan api.Notification, 10)
		r := newRinger(func() string { return "" }, func(_ context.Context, n api.Notification) { told <- n }, func() string { return "available" },
			func() settings.Settings { return settings.Settings{Notifications: true} }, func(context.Context, string) bool { return true })
		ctx, end := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- r.run(ctx) }()
		for _, text := range []string{"hi", "the server is on fire"} {
			r.happened(desktop.Happening{Conversation: "Ben", Name: "Ben", Text: text})
			time.Sleep(time.Second)
		}
		if n := <-told; n.Body != "hi" {
			t.Errorf("first told: %+v", n)
		}
		if n := <-told; n.Body != "the server is on fire" || time.Since(begun) != desktop.Interval {
			t.Errorf("then told: %+v after %v", n, time.Since(begun))
		}
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// TestWhatIsNoMessageIsToldThoughAllIsRead: reminders, who is in a room and a question to compare words stand for themselves, also beside each other.
func TestWhatIsNoMessageIsToldThoughAllIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := make(chan api.Notification, 10)
		presence := "available"
		r := newRinger(func() string { return "" }, func(_ context.Context, n api.Notification) { told <- n }, func() string { return presence },
			func() settings.Settings { return settings.Settings{Notifications: true} }, func(context.Context, string) bool { return false })
		ctx, end := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- r.run(ctx) }()
		reminder := func(id, text string) desktop.Happening {
			return ofReminder(api.Message{ID: id, Conversation: "plans", Author: api.Author{Name: "Ben"}, Text: text})
		}
		removed, rings := ofRoom(api.RoomChange{ID: "plans", Name: "Plans", What: "removed", Who: api.Author{ID: "us"}, By: api.Author{ID: "ben", Name: "Ben"}}, "us")
		if !rings {
			t.Error("that we were removed does not ring")
		}
		message := desktop.Happening{Conversation: "plans", Name: "Ben", Text: "read long ago"}
		for _, h := range []desktop.Happening{reminder("1", "call the bank"), reminder("2", "send the report"), removed} {
			r.happened(h)
			if n := <-told; !strings.HasSuffix(n.Body, h.Text) {
				t.Errorf("told %+v of %+v", n, h)
			}
		}
		presence = "busy"
		for _, h := range []desktop.Happening{message, reminder("3", "water the plants"), removed} {
			r.happened(h)
		}
		synctest.Wait()
		presence = "available"
		r.changed()
		if n := <-told; n.Title != "While you were busy" || n.Body != "[Reminder] Ben, Ben" {
			t.Errorf("told %+v", n)
		}
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
