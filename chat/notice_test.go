package chat

import (
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/tree"
	"lanyard/internal/wire"
)

// offeredInARoom has Anna offer a file in a room, and Ben tell her that his disk has no room for it.
func offeredInARoom(t *testing.T, anna, ben *agent) event.ID {
	t.Helper()
	room := roomOfAll(t, NewRoom{}, anna, ben)
	path := filepath.Join(t.TempDir(), "big")
	writeFile(t, path, noise(2, 1<<10))
	offered := anna.offerIn(t, room, path)
	ben.awaitFile(t, offered[0].ID, FileOffered)
	ben.tellPause(t, linkTo(t, ben, anna), frame.Pause{Offer: offered[0].ID[:], Paused: 1, NoRoom: 1})
	anna.awaitNoRoom(t, offered[0].ID, ben.person())
	return offered[0].ID
}

func (a *agent) tellPause(t *testing.T, l *peer.Link, told frame.Pause) {
	t.Helper()
	body, err := wire.Marshal(told)
	if err == nil {
		err = l.Send(t.Context(), wire.KindPause, body)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// awaitNoRoom waits until it is shown of an offer who has no room for it.
func (a *agent) awaitNoRoom(t *testing.T, id event.ID, who ...identity.PersonID) {
	t.Helper()
	a.await(t, "who has no room", func() bool {
		f, err := a.File(t.Context(), id)
		return err == nil && slices.Equal(f.NoRoom, who)
	})
}

// TestNoticeEndsWithItsLink: what was told over a link that ended is forgotten, also when all else that was known of the link is gone before it is told that it is down.
// Who comes back and tells nothing hinders nothing.
func TestNoticeEndsWithItsLink(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna := s.agent(t, "Anna")
		anna.before = synctest.Wait // until everything else that follows from the end of the link is done
		anna.run(t)
		ben := s.start(t, "Ben")
		anna.meet(t, ben)
		id := offeredInARoom(t, anna, ben)
		ben.stop()
		anna.awaitNoRoom(t, id)
		anna.awaitAlone(t, ben)
		ben.run(t)
		anna.awaitLink(t, ben)
		ben.send(t, anna, "here again")
		anna.awaitTexts(t, ben, "here again")
		anna.awaitNoRoom(t, id)
	})
}

// TestNoticeWhileLinksChange: what was told over a link holds as long as that link lives: the other side, for which it was the one to use all the time, tells it once.
func TestNoticeWhileLinksChange(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		id := offeredInARoom(t, anna, ben)
		l := linkTo(t, anna, ben)
		anna.linkDown(l)
		anna.linkUp(l)
		synctest.Wait()
		anna.awaitNoRoom(t, id, ben.person())
		ben.tellPause(t, linkTo(t, ben, anna), frame.Pause{Offer: id[:]})
		anna.awaitNoRoom(t, id)
	})
}

// TestNoticeOverNewestLink: of what a machine told over several links that overlap, what it told over the newest counts, in whatever order it came.
func TestNoticeOverNewestLink(t *testing.T) {
	who := identity.PersonID{1}
	over := func(link uint64, machine byte, noRoom bool) notice {
		return notice{link: link, peer: identity.PeerID{machine}, person: who, noRoom: noRoom, held: noRoom}
	}
	cases := []struct {
		about   string
		notices []notice
		lacks   bool
	}{
		{"nothing told", nil, false},
		{"one", []notice{over(1, 1, true)}, true},
		{"a newer one has room", []notice{over(1, 1, true), over(2, 1, false)}, false},
		{"a newer one has none", []notice{over(1, 1, false), over(2, 1, true)}, true},
		{"another machine has room", []notice{over(1, 1, true), over(2, 2, false)}, true},
	}
	for _, c := range cases {
		x := &transfer{notices: c.notices}
		if got := x.noRoomLocked(); (len(got) == 1) != c.lacks || x.heldThereLocked() != c.lacks {
			t.Errorf("%s: %v", c.about, got)
		}
	}
}

// TestToldAnewWhereItIsSoNoMore: who told over a link that there is no room, and takes that link into use again when there is some, tells so.
func TestToldAnewWhereItIsSoNoMore(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		id := offeredInARoom(t, anna, ben)
		x, err := ben.files.find(id)
		if err != nil {
			t.Fatal(err)
		}
		l := linkTo(t, ben, anna)
		ben.files.fallShort(x, tree.ErrFull)
		ben.linkDown(l)
		ben.files.relieve(x)
		synctest.Wait()
		anna.awaitNoRoom(t, id, ben.person())
		ben.linkUp(l)
		anna.awaitNoRoom(t, id)
	})
}

// TestPauseIsToldInOrder: what is told last over a link is how it is, however many tell at the same time and have to wait for the link to take it.
func TestPauseIsToldInOrder(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		room := roomOfAll(t, NewRoom{}, anna, ben)
		path := filepath.Join(t.TempDir(), "big")
		writeFile(t, path, noise(2, 1<<10))
		offered, err := anna.Offer(t.Context(), room, slices.Repeat([]string{path}, 20))
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range offered {
			ben.awaitFile(t, o.ID, FileOffered)
		}
		s.lan.Slow(ben.host, anna.host, 64<<10)
		l := linkTo(t, ben, anna)
		for range 40 { // more than the link takes at once
			if err := l.Send(t.Context(), wire.KindTips, make([]byte, 32<<10)); err != nil {
				t.Fatal(err)
			}
		}
		var telling sync.WaitGroup
		for _, short := range []bool{true, false} {
			for _, o := range offered {
				x, err := ben.files.find(o.ID)
				if err != nil {
					t.Fatal(err)
				}
				ben.files.mu.Lock()
				x.short = short
				ben.files.mu.Unlock()
				telling.Go(func() { ben.files.tellPaused(l, x) })
			}
			synctest.Wait() // until they wait for the link
		}
		telling.Wait()
		ben.send(t, anna, "that was all")
		anna.awaitTexts(t, ben, "that was all")
		for _, o := range offered {
			anna.awaitNoRoom(t, o.ID)
		}
	})
}
