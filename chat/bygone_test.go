package chat

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
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
			a.awaitSaid(t, room, map[*agent][]string{dora: {"hello all"}}[a]...) // she sees it as refused
		}
		if got := dora.refusedIn(t, room); len(got) != 1 {
			t.Errorf("refused are %q", got)
		}
		if _, err := anna.Invite(t.Context(), room, dora.person()); err != nil {
			t.Fatal(err)
		}
		for _, a := range []*agent{anna, carla, dora} {
			a.awaitMembers(t, room, anna, carla, dora)
			a.awaitSaid(t, room, "hello all")
			if got := a.refusedIn(t, room); len(got) > 0 {
				t.Errorf("%s is shown %q as refused", a.name, got)
			}
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

// TestEntrustedAfterALeavingAlone: a leaving behind the cut of a removal ends the right to remove for everybody or for nobody, however it came.
func TestEntrustedAfterALeavingAlone(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla", "Dora")
		anna, ben, carla, dora := all[0], all[1], all[2], all[3]
		room := roomOfAll(t, NewRoom{}, all...)
		s.lan.Partition([]*lanHost{anna.host}, []*lanHost{ben.host, carla.host, dora.host})
		for _, other := range all[1:] {
			anna.awaitAlone(t, other)
		}
		if _, err := anna.Remove(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		ben.leaves(t, room)
		carla.awaitMembers(t, room, anna, carla, dora)
		s.lan.Heal()
		time.Sleep(time.Minute) // of the bubble's clock: Anna has the leaving, alone
		synctest.Wait()
		if _, err := anna.Invite(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		for _, a := range all {
			a.awaitMembers(t, room, all...)
		}
		if _, err := anna.Entrust(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		for _, a := range all {
			a.await(t, "Ben may remove", func() bool {
				one, _ := a.known(room).room.members().Member(ben.person())
				return one.Entrusted
			})
		}
		if _, err := ben.Remove(t.Context(), room, dora.person()); err != nil {
			t.Fatal(err)
		}
		for _, a := range all {
			a.awaitMembers(t, room, anna, ben, carla)
		}
	})
}

// bygoneOf makes a change in the name of a machine, alone, signed by the liar; change may change it.
func (l *liar) bygoneOf(room event.ConversationID, of identity.PeerID, kind event.Kind, content any, change func(*frame.Bygone)) frame.Bygone {
	l.t.Helper()
	g := &lyingLog{header: event.Header{Conversation: room[:], Peer: of, Log: vector.NewLogID(), Time: time.Now().UnixMilli()}}
	e := g.event(l.t, kind, content, nil)
	raw := frame.Bygone{Chain: [][]byte{e.Raw}, Salt: e.Salt, Body: e.Body, Signature: l.id.Sign(event.SigningContext, e.ID[:])}
	if change != nil {
		change(&raw)
	}
	return raw
}

func (l *liar) bring(room event.ConversationID, all ...frame.Bygone) {
	l.t.Helper()
	b, err := wire.Marshal(frame.Bygones{Conversation: room[:], Changes: all})
	if err != nil {
		l.t.Fatal(err)
	}
	l.send(wire.KindBygones, b)
}

// TestForgedBygones: nobody makes up what somebody else changed, and what is somebody's own and without its log changes nothing, however much it is.
func TestForgedBygones(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		l, room := roomWithLiar(t, s, anna, ben)
		if _, err := anna.Invite(t.Context(), room, carla.person()); err != nil {
			t.Fatal(err)
		}
		ben.await(t, "four members", func() bool { return len(ben.known(room).room.members().Members()) == 4 })
		before := ben.known(room).room.members().Members()
		rename, self, own, annas := membership.Body{Name: "Mine"}, l.id.Person(), l.id.PeerID(), anna.id.PeerID()
		for what, raw := range map[string]frame.Bygone{
			"by somebody else":  l.bygoneOf(room, annas, event.KindRename, rename, nil),
			"of the creator":    l.bygoneOf(room, ben.id.PeerID(), event.KindEntrust, membership.Body{Who: &self}, nil),
			"no change":         l.bygoneOf(room, own, event.KindText, event.Text{Text: "hello"}, nil),
			"not its body":      l.bygoneOf(room, own, event.KindRename, rename, func(r *frame.Bygone) { r.Body = []byte{0xa0} }),
			"no body":           l.bygoneOf(room, own, event.KindRename, rename, func(r *frame.Bygone) { r.Salt, r.Body = nil, nil }),
			"another room":      l.bygoneOf(event.ConversationID{1}, own, event.KindRename, rename, nil),
			"no header":         l.bygoneOf(room, own, event.KindRename, rename, func(r *frame.Bygone) { r.Chain = nil }),
			"no signature":      l.bygoneOf(room, own, event.KindRename, rename, func(r *frame.Bygone) { r.Signature = nil }),
			"a broken chain":    l.bygoneOf(room, own, event.KindRename, rename, func(r *frame.Bygone) { r.Chain = append(r.Chain, r.Chain[0]) }),
			"an endless chain":  l.bygoneOf(room, own, event.KindRename, rename, func(r *frame.Bygone) { r.Chain = slices.Repeat(r.Chain, frame.MaxChain+1) }),
			"by nobody's key":   l.bygoneOf(room, identity.PeerID{7}, event.KindRename, rename, nil),
			"nothing to decode": l.bygoneOf(room, own, event.KindInvite, membership.Body{Name: "Eva"}, nil),
		} {
			l.bring(room, raw)
			synctest.Wait()
			if ben.known(room).room.members().Here(sha256.Sum256(bytes.Join(raw.Chain, nil))) || len(ben.known(room).room.brought) > 0 {
				t.Errorf("%s: taken", what)
			}
		}
		list := l.id.FirstPersonList()
		var many []frame.Bygone
		for range maxBygones + 50 {
			many = append(many, l.bygoneOf(room, own, event.KindInvite, membership.Body{Who: &self, Name: "Mallory", List: &list}, nil))
		}
		for some := range slices.Chunk(many, 50) {
			l.bring(room, some...)
		}
		l.bring(room, l.bygoneOf(room, own, event.KindRename, rename, nil))
		synctest.Wait()
		if kept := len(ben.known(room).room.brought[self]); kept != maxBygones {
			t.Errorf("%d are kept", kept)
		}
		ben.stop()
		ben.run(t)
		m := ben.known(room).room.members()
		if !slices.Equal(m.Members(), before) || m.Title() == "Mine" {
			t.Errorf("they changed the room: %q %v", m.Title(), m.Members())
		}
		anna.say(t, room, "all is well")
		ben.awaitSaid(t, room, "all is well")
		if _, err := anna.Remove(t.Context(), room, carla.person()); err != nil && err != ErrNotRemover {
			t.Error(err)
		}
	})
}

// TestBygonesAreSentOnce: vectors, however many, bring them once over a link, and who asks for them again gets them again once in a while.
func TestBygonesAreSentOnce(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		x := &session{chat: anna.Chat}
		id := event.ID{1}
		for asked, want := range map[bool]int{false: 0, true: 1} {
			x.relay.bygones, x.relay.toldAll = map[event.ID]bool{id: true}, time.Time{}
			for range 20 {
				x.tellAgain(asked)
				if got := len(x.untold([]event.ID{id})); got > 0 {
					want -= got
				}
			}
			if want != 0 {
				t.Errorf("asked %v: told %d times too few", asked, want)
			}
		}
	})
}
