package chat

import (
	"maps"
	"slices"
	"testing"
	"testing/synctest"

	"lanyard/chat/event"
	"lanyard/internal/store"
)

// lackedNow is what is known to be lacked of a room once all that came is stored.
func (a *agent) lackedNow(t testing.TB, room event.ConversationID) *lacked {
	t.Helper()
	a.settle(t)
	l := a.known(room).room.lacked.now.Load()
	if !l.isKnown() {
		t.Fatalf("%s does not know what is lacked", a.name)
	}
	return l
}

// lackedAnew is the same found in the database, and whether that is what is known.
func (a *agent) lackedAnew(t testing.TB, room event.ConversationID) (anew *lacked, same bool) {
	t.Helper()
	v := a.known(room)
	l := v.room.lacked.now.Load()
	err := a.config.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
		anew, err = a.findLacked(tx, v, v.room.members(), nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	same = !l.isKnown() || l.by == anew.by && l.noted == anew.noted && maps.EqualFunc(l.all, anew.all, slices.Equal[[]span])
	for id := range anew.origins {
		same = same && (!l.isKnown() || l.origins[id])
	}
	for b, at := range anew.before {
		same = same && (!l.isKnown() || l.before[b].Number == at.Number && l.before[b].ID == at.ID && slices.Equal(l.edits[b], anew.edits[b]))
	}
	return anew, same
}

func (a *agent) sameLacked(t testing.TB, room event.ConversationID, when string) {
	t.Helper()
	now := a.lackedNow(t, room)
	if anew, same := a.lackedAnew(t, room); !same {
		t.Errorf("%s, %s: %+v is known to be lacked, %+v is", a.name, when, now, anew)
	}
}

// checkLacked: what is known to be lacked is what the database says, and nothing of it lies behind a cut.
func (s *simulation) checkLacked() {
	for _, d := range s.desks {
		if !d.up || d.known(s.room) == nil {
			continue
		}
		if _, same := d.lackedAnew(s.t, s.room); same && d.gapsBehindCuts(s.t, s.room) == 0 {
			continue
		}
		synctest.Wait() // it may have been in the middle of storing something
		if n := d.gapsBehindCuts(s.t, s.room); n > 0 {
			s.t.Errorf("%s asks for %d behind a cut", d.name, n)
		}
		now := d.known(s.room).room.lacked.now.Load()
		if anew, same := d.lackedAnew(s.t, s.room); !same {
			s.t.Errorf("%s: %+v is known to be lacked, %+v is", d.name, now, anew)
		}
	}
}

// TestLackedIsKept: what is lacked is not looked for anew whenever something comes, neither when more is lacked, when words come, nor when something that is lacked is deleted.
func TestLackedIsKept(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		const n = 60
		room, anna, ben, carla := muchLacked(t, s, n)
		if got := ben.lackedNow(t, room); got.noted != n {
			t.Fatalf("Ben lacks %d, not %d", got.noted, n)
		}
		ben.sameLacked(t, room, "at first")
		looked := ben.lackedNow(t, room).looked
		for range 5 {
			ben.awaitShown(t, carla.say(t, room, "on")[0].ID)
			carla.awaitShown(t, ben.say(t, room, "yes")[0].ID)
		}
		ben.sameLacked(t, room, "when others went on")
		s.apart(anna, ben)
		anna.run(t)
		page, err := anna.History(t.Context(), room, Query{})
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(page.Messages, func(m Message) bool { return m.Kind == event.KindText && m.Change == nil })
		if _, err := anna.Delete(t.Context(), page.Messages[at+10].ID); err != nil {
			t.Fatal(err)
		}
		ben.await(t, "the deletion", func() bool { return ben.lackedNow(t, room).noted == n-1 })
		ben.sameLacked(t, room, "after a deletion")
		s.lan.Heal()
		ben.await(t, "the words", func() bool { return ben.lackedNow(t, room).noted == 0 })
		ben.sameLacked(t, room, "when the words had come")
		if got := ben.lackedNow(t, room); got.looked != looked || len(got.all) > 0 {
			t.Errorf("%d headers were read for what changed, and %v is lacked", got.looked-looked, got.all)
		}
	})
}
