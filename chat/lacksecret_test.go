package chat

import (
	"testing"

	"lanyard/chat/event"
	"lanyard/internal/peer"
)

// TestReadBehindOthersWordsInSecret: who lacks words, told how far they had read behind them, and keeps to themselves what they read from then on, goes on telling that, and no more:
// also after a start, and once the words have come.
func TestReadBehindOthersWordsInSecret(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		room, anna, ben, carla, said := halfKnown(t, s)
		ben.run(t)
		ben.awaitSaid(t, room, "two")
		s.apart(anna, ben)
		anna.run(t)
		anna.awaitFor(t, said[1].ID, ben, Delivered)
		must(t)(Message{}, errOf(ben.MarkRead(t.Context(), room, event.ID{})))
		anna.awaitFor(t, said[1].ID, ben, Read)
		if err := ben.roster.SetPresence(t.Context(), peer.Presence{Choice: peer.Invisible}); err != nil {
			t.Fatal(err)
		}
		read := func(text string, before ...string) {
			t.Helper()
			said = append(said, anna.say(t, room, text)...)
			ben.awaitSaid(t, room, append(before, text)...)
			must(t)(Message{}, errOf(ben.MarkRead(t.Context(), room, event.ID{})))
			anna.awaitFor(t, said[len(said)-1].ID, ben, Delivered)
			anna.settle(t)
			anna.tells(t, said, ben, Waiting, Read, Delivered, Delivered)
		}
		read("three", "two")
		for _, a := range []*agent{anna, ben} {
			a.stop()
			a.run(t)
		}
		ben.awaitLink(t, carla)
		read("four", "two", "three")
		s.lan.Heal()
		ben.awaitSaid(t, room, "one", "two", "three", "four")
		anna.awaitFor(t, said[0].ID, ben, Read)
		anna.settle(t)
		anna.tells(t, said, ben, Read, Read, Delivered, Delivered)
		told := ben.known(room).toldState()
		for log, marks := range told.Read {
			if len(marks) > 1 {
				t.Errorf("of log %s %d marks are told as read", log.ID, len(marks))
			}
		}
	})
}

// tells fails unless messages got so far with a person, as far as they have been said.
func (a *agent) tells(t *testing.T, said []Message, who *agent, want ...Delivery) {
	t.Helper()
	for i := range said {
		m, err := a.Message(t.Context(), said[i].ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range m.States {
			if one.Person == who.person() && one.Delivery != want[i] {
				t.Errorf("%q is %s to %s, not %s", said[i].Text, one.Delivery, who.name, want[i])
			}
		}
	}
}
