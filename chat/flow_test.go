package chat

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/identity"
	"lanyard/internal/store"
)

// TestMemberWhoFillsTheDisk: of a member who writes without end no more is taken than may be, until our person wants more: nothing is lost by it, nothing is
// shown to have arrived, nobody else waits, and a restart changes none of it.
func TestMemberWhoFillsTheDisk(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{}, all...)
		anna.stop()
		anna.flow = 1 << 20
		anna.run(t)
		for _, a := range all[1:] {
			anna.awaitLink(t, a)
		}
		var last Message
		want := []string{}
		for i := range 80 { // 2.5 MB
			text := fmt.Sprint(i, " ", strings.Repeat("x", event.MaxText-10))
			want = append(want, text)
			last = ben.say(t, room, text)[0]
		}
		anna.await(t, "it is held", func() bool { return len(anna.Problems()) == 1 })
		carla.await(t, "Carla has all", func() bool { return len(carla.said(t, room)) == len(want) })
		time.Sleep(time.Hour) // of the bubble's clock
		synctest.Wait()
		taken := anna.said(t, room)
		if len(taken) < 20 || len(taken) > 32 || !slices.Equal(taken, want[:len(taken)]) {
			t.Errorf("%d were taken", len(taken))
		}
		state := func() Delivery {
			m, err := ben.Message(t.Context(), last.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, one := range m.States {
				if one.Person == anna.person() {
					return one.Delivery
				}
			}
			return Read
		}
		if d := state(); d != Waiting {
			t.Errorf("what she did not take is %v", d)
		}
		received := func() uint64 { return anna.Dropped()[errHeld.Error()] + anna.Dropped()[errGap.Error()] }
		before := received()
		for i := range 20 {
			ben.say(t, room, fmt.Sprint("more ", i))
			want = append(want, fmt.Sprint("more ", i))
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if n := received() - before; n > 2 {
			t.Errorf("%d frames of what she does not take were sent to her", n)
		}
		carla.say(t, room, "Carla's")
		anna.await(t, "others are heard", func() bool { return slices.Contains(anna.said(t, room), "Carla's") })
		anna.stop()
		anna.run(t)
		anna.awaitLink(t, ben)
		anna.awaitLink(t, carla)
		time.Sleep(25 * time.Hour)
		synctest.Wait()
		if got := anna.said(t, room); len(got) != len(taken)+1 || len(anna.Problems()) != 1 {
			t.Errorf("%d after a restart and a day, %v", len(got), anna.Problems())
		}
		for range 5 {
			if _, err := anna.More(t.Context(), room, ben.person()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			synctest.Wait()
		}
		want = append(want, "Carla's")
		anna.await(t, "all is there", func() bool { return slices.Equal(anna.said(t, room), want) })
		if p := anna.Problems(); len(p) != 0 {
			t.Errorf("problems afterwards: %v", p)
		}
		if d := state(); d == Waiting {
			t.Error("what she took is not delivered")
		}
	})
}

// TestBroughtTwiceCountsOnce: what several links bring at once counts once to its author's share, also if it begins a log.
func TestBroughtTwiceCountsOnce(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		room := roomOfAll(t, NewRoom{}, ben, anna)
		ben.await(t, "the room", func() bool { return ben.known(room) != nil && anna.known(room) != nil })
		v, with := ben.known(room), anna.known(room)
		v.order <- struct{}{} // whoever brings something waits
		anna.say(t, room, "hello")
		var events []*event.Event
		err := anna.config.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
			events, err = eventsFrom(tx, with.pen.branch, 1, 1)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		brought := make(chan error, 1)
		go func() { brought <- ben.Chat.accept(t.Context(), v, event.Runs(events, anna.id)[0]) }()
		synctest.Wait()
		<-v.order
		if err := <-brought; err != nil {
			t.Error(err)
		}
		ben.await(t, "the text", func() bool { return slices.Equal(ben.said(t, room), []string{"hello"}) })
		v.room.flows.mu.Lock()
		defer v.room.flows.mu.Unlock()
		if got, want := v.room.flows.of[anna.person()].bytes, cameOf(events, time.Now()).fresh; got != want {
			t.Errorf("%d bytes count, of %d that came", got, want)
		}
	})
}

// newcomer has Carla come into a room of which she lacks words by Anna, who is gone: these, as others may bring them.
func (s *site) newcomer(t *testing.T) (room event.ConversationID, anna, carla *agent, lacked []*event.Event, words []frame.Word) {
	t.Helper()
	room, anna, ben, carla := aged(t, s, NewRoom{})
	with := anna.known(room)
	wrote := anna.eventsOf(t, with.views(with.pen.branch.log)[0], 1)
	anna.stop()
	must(t)(Message{}, errOf(ben.Invite(t.Context(), room, carla.person())))
	carla.awaitMembers(t, room, anna, ben, carla)
	carla.awaitSaid(t, room, "new")
	carla.settle(t)
	lacked = carla.lacksWordsOf(t, wrote)
	for _, e := range lacked {
		words = append(words, frame.Word{ID: e.ID[:], Salt: e.Salt, Body: e.Body})
	}
	return room, anna, carla, lacked, words
}

// TestWordsBroughtTwiceCountOnce: words that were missing and that several links bring at once count once to their author's share, also as it is stored.
func TestWordsBroughtTwiceCountOnce(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		room, anna, carla, lacked, words := s.newcomer(t)
		v := carla.known(room)
		who := anna.person()
		before := v.room.flows.bytesOf(who)
		busy, free := make(chan struct{}), make(chan struct{})
		go func() {
			_ = carla.config.DB.Write(t.Context(), func(*store.Tx) error { close(busy); <-free; return nil })
		}()
		<-busy // so nothing of what comes now is stored before all has come
		brought := make(chan error, 2)
		for range cap(brought) {
			go func() { brought <- carla.fillWith(t.Context(), v, words) }()
		}
		synctest.Wait()
		fresh := cameOf(lacked, time.Now()).fresh
		if got := v.room.flows.bytesOf(who) - before; got != fresh || fresh == 0 {
			t.Errorf("%d bytes count before they are stored, of %d that came", got, fresh)
		}
		close(free)
		for range cap(brought) {
			if err := <-brought; err != nil {
				t.Error(err)
			}
		}
		carla.awaitSaid(t, room, "one", "two, edited", "three", "new")
		carla.settle(t)
		if got := v.room.flows.bytesOf(who) - before; got != fresh {
			t.Errorf("%d bytes count, of %d that came", got, fresh)
		}
		if got := int64((&desk{agent: carla, up: true}).count(t, `SELECT bytes FROM chat_flow WHERE person = ?`, who[:])); got != before+fresh {
			t.Errorf("stored are %d bytes, of %d that came", got, before+fresh)
		}
	})
}

// TestWordsThatCannotBeStored: words that were missing and that a disk does not take count nothing to their author's share, whoever brought them; they count once they are stored.
func TestWordsThatCannotBeStored(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		room, anna, carla, lacked, words := s.newcomer(t)
		v, who := carla.known(room), anna.person()
		before := v.room.flows.bytesOf(who)
		free := carla.failWrites(t, `DELETE ON chat_gap`)
		brought := make(chan error, 2)
		for range cap(brought) {
			go func() { brought <- carla.fillWith(t.Context(), v, words) }()
		}
		for range cap(brought) {
			if err := <-brought; !errors.Is(err, errNotStored) {
				t.Errorf("on a full disk: %v", err)
			}
		}
		if got := v.room.flows.bytesOf(who); got != before {
			t.Errorf("%d bytes count of what was not stored", got-before)
		}
		free()
		if err := carla.fillWith(t.Context(), v, words); err != nil {
			t.Error(err)
		}
		carla.awaitSaid(t, room, "one", "two, edited", "three", "new")
		carla.settle(t)
		if got, fresh := v.room.flows.bytesOf(who)-before, cameOf(lacked, time.Now()).fresh; got != fresh {
			t.Errorf("%d bytes count, of %d that came", got, fresh)
		}
		v.room.flows.mu.Lock()
		defer v.room.flows.mu.Unlock()
		if n := len(v.room.flows.claims); n != 0 {
			t.Errorf("%d claims are left", n)
		}
	})
}

// bytesOf is how much of somebody came.
func (f *flows) bytesOf(who identity.PersonID) int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.of[who] == nil {
		return 0
	}
	return f.of[who].bytes
}

// lacksWordsOf picks the events that an agent has without words, and asks for these.
func (a *agent) lacksWordsOf(t *testing.T, all []*event.Event) (some []*event.Event) {
	t.Helper()
	err := a.config.DB.Read(t.Context(), func(tx *store.Tx) error {
		for _, e := range all {
			at, is, err := placeOf(tx, e.ID)
			if err == nil && is {
				is, err = isGap(tx, at)
			}
			if err != nil {
				return err
			}
			if is {
				some = append(some, e)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return some
}
