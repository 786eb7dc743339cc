package chat

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/chat/event"
)

const day = 24 * time.Hour

func TestMessagesAreKeptForEverUnlessSet(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		anna.send(t, ben, "old")
		ben.awaitTexts(t, anna, "old")
		anna.stop() // or the two would greet each other for eleven years of the bubble's clock
		ben.stop()
		time.Sleep(4000 * day)
		anna.run(t)
		time.Sleep(2 * keepingFirst)
		if got := anna.texts(t, ben); !slices.Equal(got, []string{"old"}) {
			t.Errorf("after eleven years: %q", got)
		}
	})
}

func TestOldMessagesGo(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		marker := strings.Repeat("xyzzymarker", 3)
		first := anna.send(t, ben, marker+" first")[0]
		ben.awaitTexts(t, anna, first.Text)
		if _, err := ben.MarkRead(t.Context(), ben.Direct(anna.person()), event.ID{}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(day + time.Hour)
		unread := anna.send(t, ben, marker+" unread")[0]
		ben.awaitTexts(t, anna, first.Text, unread.Text)
		if got := anna.search(t, Search{Text: "xyzzy"}); len(got) != 2 {
			t.Fatalf("found %q", got)
		}
		for _, a := range []*agent{anna, ben} {
			if err := a.KeepAll(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
		}
		anna.awaitTexts(t, ben, unread.Text)
		ben.awaitTexts(t, anna, unread.Text)
		time.Sleep(4 * day)
		anna.awaitTexts(t, ben) // delivered, so that hers may go
		if got := ben.texts(t, anna); !slices.Equal(got, []string{unread.Text}) {
			t.Errorf("what was not read is gone: %q", got)
		}
		if got := anna.search(t, Search{Text: "xyzzy"}); len(got) != 0 {
			t.Errorf("still found: %q", got)
		}
		if _, err := anna.Message(t.Context(), first.ID); err == nil {
			t.Error("a dropped message can be looked up")
		}
		for _, a := range []*agent{anna, ben} {
			found, err := a.Verify(t.Context(), a.Direct([]*agent{ben, anna}[slices.Index([]*agent{anna, ben}, a)].person()))
			if err != nil || len(found.Alterations) > 0 || found.Dropped == 0 {
				t.Errorf("%s: dropped messages are no alteration: %+v %v", a.name, found, err)
			}
		}
		row, err := anna.Conversation(t.Context(), anna.Direct(ben.person()))
		if err != nil || row.Last != nil {
			t.Errorf("the row still shows %+v %v", row.Last, err)
		}
		anna.send(t, ben, "new")
		ben.awaitTexts(t, anna, unread.Text, "new")
		anna.stop()
		anna.run(t)
		anna.awaitTexts(t, ben, "new")
	})
}

func TestKeepingByConversation(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, carla := s.start(t, "Anna"), s.start(t, "Ben"), s.start(t, "Carla")
		anna.meet(t, ben)
		anna.meet(t, carla)
		anna.send(t, ben, "to Ben")
		anna.send(t, carla, "to Carla")
		ben.awaitTexts(t, anna, "to Ben")
		carla.awaitTexts(t, anna, "to Carla")
		anna.await(t, "both are delivered", func() bool {
			return anna.history(t, ben, Query{}).Messages[0].States[0].Delivery == Delivered && anna.history(t, carla, Query{}).Messages[0].States[0].Delivery == Delivered
		})
		ben.stop()
		carla.stop()
		if err := anna.KeepWith(t.Context(), anna.Direct(carla.person()), 0); err != nil {
			t.Fatal(err)
		}
		if err := anna.KeepAll(t.Context(), 3); err != nil {
			t.Fatal(err)
		}
		if k, err := anna.Keeping(t.Context()); err != nil || k.All != 3 || len(k.Except) != 1 || k.Except[anna.Direct(carla.person())] != 0 {
			t.Errorf("set: %+v %v", k, err)
		}
		time.Sleep(2 * day)
		if got := anna.texts(t, ben); len(got) != 1 {
			t.Errorf("a day early: %q", got)
		}
		time.Sleep(2 * day)
		anna.awaitTexts(t, ben)
		if got := anna.texts(t, carla); len(got) != 1 {
			t.Errorf("kept for ever: %q", got)
		}
		if err := anna.KeepAsAll(t.Context(), anna.Direct(carla.person())); err != nil {
			t.Fatal(err)
		}
		anna.awaitTexts(t, carla)
		for _, days := range []int{-1, MaxKept + 1} {
			if err := anna.KeepAll(t.Context(), days); err != ErrKeep {
				t.Errorf("%d days: %v", days, err)
			}
		}
	})
}

// TestKeepingLosesNothing: what the other has not got stays, however old, and gets there.
func TestKeepingLosesNothing(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		if err := anna.KeepAll(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		ben.stop()
		anna.send(t, ben, "while you were away")
		time.Sleep(4 * day)
		if got := anna.texts(t, ben); len(got) != 1 {
			t.Fatalf("dropped before it was delivered: %q", got)
		}
		ben.run(t)
		anna.awaitLink(t, ben)
		ben.awaitTexts(t, anna, "while you were away")
		time.Sleep(day)
		anna.awaitTexts(t, ben)
	})
}

// TestKeepingFiles: an offer stays while it is open, and the file itself always.
func TestKeepingFiles(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		path := filepath.Join(t.TempDir(), "plan.txt")
		writeFile(t, path, []byte("content"))
		id := anna.offer(t, ben, path)[0].ID
		ben.awaitFile(t, id, FileOffered)
		if _, err := ben.MarkRead(t.Context(), ben.Direct(anna.person()), event.ID{}); err != nil {
			t.Fatal(err)
		}
		if err := ben.KeepAll(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * day)
		ben.accept(t, id)
		got := ben.awaitFile(t, id, FileReceived)
		time.Sleep(2 * day)
		ben.await(t, "the offer is gone", func() bool { all, err := ben.Files(t.Context()); return err == nil && len(all) == 0 })
		if b, err := os.ReadFile(got.Path); err != nil || string(b) != "content" {
			t.Errorf("the received file: %q %v", b, err)
		}
		ben.stop()
		ben.run(t)
		if len(ben.texts(t, anna)) != 0 {
			t.Errorf("after a restart: %q", ben.texts(t, anna))
		}
	})
}

// TestDroppedBodiesArriveAsNothing: who fetches back events whose bodies are gone shows nothing for them, and its log is whole.
func TestDroppedBodiesArriveAsNothing(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		ben.stop()
		put := ben.copyProfile(t)
		ben.run(t)
		anna.awaitLink(t, ben)
		sent := anna.send(t, ben, "old")[0]
		anna.awaitState(t, sent.ID, Delivered)
		ben.stop()
		put()
		if err := anna.KeepAll(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * day)
		anna.awaitTexts(t, ben)
		ben.ear = newEar()
		ben.run(t)
		anna.awaitLink(t, ben)
		anna.send(t, ben, "new")
		ben.awaitTexts(t, anna, "new")
		if told := ben.awaitTold(t, 1); !slices.Equal(told, []string{"new"}) {
			t.Errorf("told %q", told)
		}
		ben.await(t, "one is unread", func() bool { // what is told may be stored an instant later
			row, err := ben.Conversation(t.Context(), ben.Direct(anna.person()))
			return err == nil && row.Unread == 1
		})
		found, err := ben.Verify(t.Context(), ben.Direct(anna.person()))
		if err != nil || len(found.Alterations) > 0 || found.Dropped != 1 || found.Events != 2 {
			t.Errorf("verified: %+v %v", found, err)
		}
	})
}
