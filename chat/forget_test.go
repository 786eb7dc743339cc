package chat

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/store"
)

// words counts the events of a room whose words are here.
func (a *agent) words(t *testing.T, room event.ConversationID) (n int) {
	t.Helper()
	err := a.config.DB.Read(t.Context(), func(tx *store.Tx) error {
		return tx.QueryRow(`SELECT count(*) FROM chat_event e JOIN chat_conversation c ON c.key = e.conversation WHERE c.id = ? AND e.kind NOT BETWEEN 8 AND 31 AND length(e.body) > 0`, room[:]).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// losesWords lets a time go by, of the bubble's clock, after which no words of a room are to be here.
func (a *agent) losesWords(t *testing.T, room event.ConversationID, within time.Duration, when string) {
	t.Helper()
	time.Sleep(within)
	synctest.Wait()
	if n := a.words(t, room); n != 0 {
		t.Errorf("words of %d events are still here %s", n, when)
	}
}

// leaves has somebody leave a room.
func (a *agent) leaves(t *testing.T, room event.ConversationID) {
	t.Helper()
	row, err := a.Leave(t.Context(), room)
	if err != nil || row.Room.Member {
		t.Fatalf("%s leaves: %v", a.name, err)
	}
}

func (a *agent) forget(t *testing.T, room event.ConversationID) {
	t.Helper()
	if err := a.ForgetRoom(t.Context(), room, nil); err != nil {
		t.Fatalf("%s forgets the room: %v", a.name, err)
	}
}

// shows reports whether a room is on the list.
func (a *agent) shows(t *testing.T, room event.ConversationID) bool {
	t.Helper()
	all, err := a.Conversations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(all, func(c Conversation) bool { return c.ID == room })
}

// own is what is somebody's alone, as one line.
func (a *agent) own(t *testing.T) string {
	t.Helper()
	stars, err := a.Starred(t.Context())
	laters, err2 := a.Laters(t.Context())
	keep, err3 := a.Keeping(t.Context())
	files, err4 := a.Files(t.Context())
	all, err5 := a.Everything(t.Context())
	if err := errors.Join(err, err2, err3, err4, err5); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(len(stars), " stars ", len(laters), " laters ", len(keep.Except), " settings ", len(files), " files ", len(all), " conversations")
}

// awaitWords waits until a shows exactly these texts in a room, whatever files and answers stand between them.
func (a *agent) awaitWords(t *testing.T, room event.ConversationID, want ...string) {
	t.Helper()
	a.await(t, fmt.Sprintf("the texts %q", want), func() bool {
		page, err := a.History(t.Context(), room, Query{})
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, m := range page.Messages {
			if m.Change == nil && m.Kind == event.KindText {
				texts = append(texts, m.Text)
			}
		}
		return slices.Equal(texts, want)
	})
}

// TestForgetRoom: a room that was left is forgotten with all that was said in it and all that is one's own of it, does not come back by others who have it, by
// a restart or by what is said there, and comes back by an invitation. Then whoever gets the room from here gets what was forgotten from others.
func TestForgetRoom(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{}, all...)
		path := filepath.Join(anna.dir, "plan.pdf")
		writeFile(t, path, noise(1, 1000))
		offered := anna.offerIn(t, room, path)
		carla.accept(t, offered[0].ID)
		got := carla.awaitFile(t, offered[0].ID, FileReceived)
		secret := anna.say(t, room, "a secret", "and another")[0]
		carla.awaitWords(t, room, "a secret", "and another")
		carla.say(t, room, "mine, said by Carla")
		carla.awaitWords(t, room, "a secret", "and another", "mine, said by Carla")
		anna.awaitWords(t, room, "a secret", "and another", "mine, said by Carla")
		const nothing = "0 stars 0 laters 0 settings 0 files 0 conversations"
		if _, err := carla.Star(t.Context(), secret.ID, true); err != nil {
			t.Fatal(err)
		}
		for _, err := range []error{
			carla.KeepWith(t.Context(), room, 30),
			second(carla.Draft(t.Context(), room, "a draft")), second(carla.Mute(t.Context(), room, true)), second(carla.Pin(t.Context(), secret.ID, true)),
			second(carla.Remind(t.Context(), secret.ID, time.Now().Add(time.Hour))), second(carla.SendLater(t.Context(), room, Post{Text: "later"}, time.Now().Add(time.Hour))),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := carla.ForgetRoom(t.Context(), room, nil); !errors.Is(err, ErrStillIn) {
			t.Fatalf("a member forgets the room: %v", err)
		}
		time.Sleep(2 * statePause) // what she wrote is known to be elsewhere
		carla.leaves(t, room)
		anna.awaitMembers(t, room, anna, ben)
		if own := carla.own(t); own == nothing {
			t.Fatal("there is nothing of hers: that proves nothing")
		}
		carla.forget(t, room)
		away := func(when string) {
			t.Helper()
			if carla.shows(t, room) || carla.Known(room) || carla.words(t, room) != 0 || len(carla.search(t, Search{Text: "secret"})) != 0 {
				t.Errorf("%s the room is there: %d words", when, carla.words(t, room))
			}
			if own := carla.own(t); own != nothing {
				t.Errorf("%s: %s", when, own)
			}
			if _, err := carla.History(t.Context(), room, Query{}); !errors.Is(err, ErrNoConversation) {
				t.Errorf("%s: its history: %v", when, err)
			}
		}
		away("at once")
		if err := carla.ForgetRoom(t.Context(), room, nil); !errors.Is(err, ErrNoConversation) {
			t.Errorf("forgotten twice: %v", err)
		}
		if _, err := os.Stat(got.Path); err != nil {
			t.Errorf("what was received is gone: %v", err)
		}
		anna.say(t, room, "while she is out")
		carla.stop()
		carla.run(t)
		carla.awaitLink(t, anna)
		carla.awaitLink(t, ben)
		time.Sleep(time.Minute)
		synctest.Wait()
		away("after a restart")
		if _, err := ben.Invite(t.Context(), room, carla.person()); err != nil {
			t.Fatal(err)
		}
		carla.await(t, "the room", func() bool { return carla.shows(t, room) })
		ben.say(t, room, "welcome back")
		carla.awaitSaid(t, room, "while she is out", "welcome back")
		if x, err := carla.Verify(t.Context(), room); err != nil || len(x.Alterations) > 0 || x.Dropped == 0 {
			t.Errorf("verified: %+v, %v", x, err)
		}
		if row, err := carla.Conversation(t.Context(), room); err != nil || row.Muted || row.Draft != "" {
			t.Errorf("the row: %+v, %v", row.Mine, err)
		}
		if own := carla.own(t); own != "0 stars 0 laters 0 settings 0 files 1 conversations" {
			t.Errorf("with the room comes back %s", own)
		}
		handsOn(t, s, room, anna, ben, carla)
	})
}

func second[T any](_ T, err error) error { return err }

// handsOn has a newcomer get a room first from somebody who once forgot it, and then from the others.
func handsOn(t *testing.T, s *site, room event.ConversationID, anna, ben, carla *agent) {
	t.Helper()
	dora := s.agent(t, "Dora")
	dora.run(t)
	for _, a := range []*agent{anna, ben} {
		s.lan.Cut(dora.host, a.host)
		s.lan.Cut(a.host, dora.host)
	}
	carla.meet(t, dora)
	if _, err := carla.Invite(t.Context(), room, dora.person()); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Minute)
	synctest.Wait()
	s.lan.Heal()
	anna.meet(t, dora)
	dora.awaitWords(t, room, "a secret", "and another", "mine, said by Carla", "while she is out", "welcome back")
}

// TestForgettingIsFinished: what an end of the program interrupted is finished later, and the room is shown nowhere from the first step on.
func TestForgettingIsFinished(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		ben := all[1]
		room := roomOfAll(t, NewRoom{}, all...)
		all[0].say(t, room, "one", "two")
		ben.awaitSaid(t, room, "one", "two")
		ben.leaves(t, room)
		if err := ben.config.DB.Write(t.Context(), func(tx *store.Tx) error { return ben.disown(tx, ben.known(room), nil) }); err != nil {
			t.Fatal(err)
		}
		ben.stop()
		ben.run(t)
		if ben.shows(t, room) || len(ben.search(t, Search{Text: "two"})) != 0 || ben.words(t, room) != 2 {
			t.Errorf("after the first step: on the list %v, words of %d events", ben.shows(t, room), ben.words(t, room))
		}
		ben.losesWords(t, room, 2*keepingFirst, "after the first step")
	})
}

// TestForgottenWhileInvited: who forgets a room while an invitation is being stored is a member, and has the room when they leave it again.
func TestForgottenWhileInvited(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		room := roomOfAll(t, NewRoom{}, all...)
		ben.leaves(t, room)
		anna.awaitMembers(t, room, anna)
		hold, forgot := make(chan struct{}), make(chan error, 1)
		go func() {
			forgot <- ben.config.DB.Write(t.Context(), func(*store.Tx) error { <-hold; return nil })
		}()
		synctest.Wait()
		if _, err := anna.Invite(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait() // the invitation is about to be stored
		go func() {
			forgot <- ben.config.DB.Write(t.Context(), func(tx *store.Tx) error { return ben.disown(tx, ben.known(room), nil) })
		}()
		synctest.Wait()
		close(hold)
		for range 2 {
			if err := <-forgot; err != nil {
				t.Fatal(err)
			}
		}
		ben.awaitMembers(t, room, all...)
		anna.say(t, room, "welcome back")
		ben.awaitSaid(t, room, "welcome back")
		ben.leaves(t, room)
		time.Sleep(2 * keepingEvery)
		synctest.Wait()
		if !ben.shows(t, room) || ben.words(t, room) != 1 {
			t.Errorf("he has the room: %v, with words of %d events", ben.shows(t, room), ben.words(t, room))
		}
	})
}

// TestForgettingTellsOnce: who watches hears that a forgotten room is gone, and nothing of it after that.
func TestForgettingTellsOnce(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben := all[0], all[1]
		room := roomOfAll(t, NewRoom{Open: true}, all...)
		var told []string
		stop := ben.Subscribe(func(c Change) {
			switch {
			case c.Forgotten == room:
				told = append(told, "forgotten")
			case c.about() == room && len(told) > 0:
				told = append(told, "more")
			}
		})
		s.lan.Cut(anna.host, ben.host)
		s.lan.Cut(ben.host, anna.host)
		s.lan.Cut(anna.host, all[2].host)
		s.lan.Cut(all[2].host, anna.host)
		anna.say(t, room, "nobody knows that he left")
		ben.leaves(t, room)
		ben.forget(t, room)
		s.lan.Heal()
		anna.awaitMembers(t, room, anna, all[2])
		time.Sleep(time.Minute)
		synctest.Wait()
		stop()
		if !slices.Equal(told, []string{"forgotten"}) {
			t.Errorf("told %q", told)
		}
		open, err := ben.OpenRooms(t.Context())
		if err != nil || len(open) != 1 {
			t.Fatalf("open rooms: %v, %v", open, err)
		}
		if _, err := ben.Join(t.Context(), room); err != nil {
			t.Fatal(err)
		}
		anna.awaitMembers(t, room, all...)
		if !ben.shows(t, room) {
			t.Error("a room that he joined again is not on his list")
		}
	})
}
