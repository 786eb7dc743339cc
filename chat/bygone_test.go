package chat

import (
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// parted makes a room of three in which Anna has removed Ben, and Ben, who does not know, has invited Dora; Carla knows of Ben's invitation alone.
func parted(t *testing.T, s *site) (room event.ConversationID, anna, ben, carla, dora *agent) {
	t.Helper()
	all := s.office(t, "Anna", "Ben", "Carla", "Dora")
	anna, ben, carla, dora = all[0], all[1], all[2], all[3]
	room = roomOfAll(t, NewRoom{}, anna, ben, carla)
	s.lan.Partition([]*lanHost{anna.host}, []*lanHost{ben.host, carla.host, dora.host})
	for _, other := range all[1:] {
		anna.awaitAlone(t, other)
	}
	if _, err := anna.Remove(t.Context(), room, ben.person()); err != nil {
		t.Fatal(err)
	}
	if _, err := ben.Invite(t.Context(), room, dora.person()); err != nil {
		t.Fatal(err)
	}
	carla.awaitMembers(t, room, anna, ben, carla, dora)
	dora.awaitMembers(t, room, anna, ben, carla, dora)
	return room, anna, ben, carla, dora
}

// TestWordsThatNameBygones: what a member writes who has seen what a removed one changed, before they learned of the removal, comes to those who take nothing
// of that one any more; and from these to others, after a start too.
func TestWordsThatNameBygones(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		room, anna, ben, carla, dora := parted(t, s)
		carla.say(t, room, "seen by Ben and Dora")
		dora.awaitSaid(t, room, "seen by Ben and Dora")
		ben.stop()
		dora.stop()
		s.lan.Heal()
		anna.awaitSaid(t, room, "seen by Ben and Dora")
		carla.awaitMembers(t, room, anna, carla)
		carla.stop()
		anna.stop()
		anna.run(t)
		dora.run(t)
		if _, err := anna.Invite(t.Context(), room, dora.person()); err != nil {
			t.Fatal(err)
		}
		dora.awaitMembers(t, room, anna, carla, dora)
		anna.awaitSaid(t, room, "seen by Ben and Dora")
		dora.awaitSaid(t, room, "seen by Ben and Dora")
		if heads := anna.known(room).room.members().Newest(); len(heads) != 1 {
			t.Errorf("what Anna writes next names %d changes", len(heads))
		}
	})
}

// TestWrittenInVain: what somebody wrote whom only a removed member had invited counts once others invite them.
func TestWrittenInVain(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		room, anna, ben, carla, dora := parted(t, s)
		first := dora.say(t, room, "hello")[0]
		if _, err := dora.Edit(t.Context(), first.ID, "hello all", nil); err != nil {
			t.Fatal(err)
		}
		carla.awaitSaid(t, room, "hello all")
		ben.stop()
		s.lan.Heal()
		for _, a := range []*agent{anna, carla, dora} {
			a.awaitMembers(t, room, anna, carla)
			a.awaitSaid(t, room)
		}
		if _, err := anna.Invite(t.Context(), room, dora.person()); err != nil {
			t.Fatal(err)
		}
		for _, a := range []*agent{anna, carla, dora} {
			a.awaitMembers(t, room, anna, carla, dora)
			a.awaitSaid(t, room, "hello all")
		}
		if told := carla.ear.told(); len(told) != 1 {
			t.Errorf("Carla was told %q", told)
		}
		dora.stop()
		dora.run(t)
		time.Sleep(time.Minute)
		synctest.Wait()
		dora.awaitSaid(t, room, "hello all")
		if n := len(dora.known(room).allViews()); n > 4 {
			t.Errorf("after a start it was written again: %d logs", n)
		}
	})
}

// bygoneOf forges a change in the name of a person's machine, alone.
func bygoneOf(t *testing.T, room event.ConversationID, of *agent, kind event.Kind, content any, change func(*rawBygone)) rawBygone {
	t.Helper()
	g := &lyingLog{header: event.Header{Conversation: room[:], Peer: of.id.PeerID(), Log: vector.NewLogID(), Time: time.Now().UnixMilli()}}
	first := g.event(t, kind, content, nil)
	raw := rawBygone{First: first.Raw, Header: first.Raw, Salt: first.Salt, Body: first.Body}
	if change != nil {
		change(&raw)
	}
	return raw
}

func sendBygones(t *testing.T, l *liar, room event.ConversationID, all ...rawBygone) {
	t.Helper()
	b, err := wire.Marshal(bygonesFrame{Conversation: room[:], Changes: all})
	if err != nil {
		t.Fatal(err)
	}
	l.send(wire.KindBygones, b)
}

// TestForgedBygones: whatever somebody brings as behind a cut changes nothing, what is none is refused, and nobody fills the room with it.
func TestForgedBygones(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		l, room := roomWithLiar(t, s, all...)
		before := whoIn(ben.known(room).room.members())
		rename := membership.Body{Name: "Mine"}
		self := l.id.Person()
		list := l.id.FirstPersonList()
		for what, raw := range map[string]rawBygone{
			"no change":           bygoneOf(t, room, anna, event.KindText, event.Text{Text: "hello"}, nil),
			"not its body":        bygoneOf(t, room, anna, event.KindRename, rename, func(r *rawBygone) { r.Body = []byte{0xa0} }),
			"no body":             bygoneOf(t, room, anna, event.KindRename, rename, func(r *rawBygone) { r.Salt, r.Body = nil, nil }),
			"another room":        bygoneOf(t, event.ConversationID{1}, anna, event.KindRename, rename, nil),
			"another log's first": bygoneOf(t, room, anna, event.KindRename, rename, func(r *rawBygone) { r.First = bygoneOf(t, room, anna, event.KindRename, rename, nil).First }),
			"by the creator":      bygoneOf(t, room, ben, event.KindEntrust, membership.Body{Who: &self}, nil),
			"no header":           bygoneOf(t, room, anna, event.KindRename, rename, func(r *rawBygone) { r.Header = nil }),
		} {
			sendBygones(t, l, room, raw)
			synctest.Wait()
			if n := len(ben.known(room).room.members().BygonesFor(ben.person(), nil)); n != 0 {
				t.Errorf("%s: %d taken", what, n)
			}
		}
		for range maxBygones + 50 { // of logs that nobody knows: they are taken, since who is to say that they were never written
			sendBygones(t, l, room, bygoneOf(t, room, anna, event.KindInvite, membership.Body{Who: &self, Name: "Mallory", List: &list}, nil))
		}
		synctest.Wait()
		m := ben.known(room).room.members()
		if n := len(m.BygonesFor(ben.person(), nil)); n != maxBygones {
			t.Errorf("%d are kept", n)
		}
		if whoIn(m) != before || m.Title() == "Mine" {
			t.Errorf("they changed the room: %q %v", m.Title(), whoIn(m))
		}
		anna.say(t, room, "all is well")
		ben.awaitSaid(t, room, "all is well")
	})
}
