package chat

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/vector"
)

// floods has somebody write more into a room than another takes.
func (a *agent) floods(t *testing.T, room event.ConversationID, at *agent) (said []string) {
	t.Helper()
	for i := range 60 {
		said = append(said, fmt.Sprint(i, " ", strings.Repeat("x", event.MaxText-10)))
		a.say(t, room, said[i])
	}
	at.await(t, "it is held", func() bool { return len(at.Problems()) == 1 })
	return said
}

// takesLittle restarts an agent that takes 1 MiB of one person.
func (a *agent) takesLittle(t *testing.T) {
	t.Helper()
	a.stop()
	a.flow = 1 << 20
	a.run(t)
}

// oneTakesLittle makes a room of three, of whom the first takes little of one person.
func (s *site) oneTakesLittle(t *testing.T) (room event.ConversationID, little *agent, others []*agent) {
	t.Helper()
	all := s.office(t, "Anna", "Ben", "Carla")
	room = roomOfAll(t, NewRoom{}, all...)
	all[0].takesLittle(t)
	for _, a := range all[1:] {
		all[0].awaitLink(t, a)
	}
	return room, all[0], all[1:]
}

// settles gives everything an hour of the bubble's clock.
func settles() {
	time.Sleep(time.Hour)
	synctest.Wait()
}

// TestHeldMembersChangesCome: what somebody changes of whom more waits comes all the same, and only what stands before it. So the room is the same for all,
// who floods can be removed, and reads nothing that is written afterwards.
func TestHeldMembersChangesCome(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla", "Dora")
		anna, ben, carla, dora := all[0], all[1], all[2], all[3]
		room := roomOfAll(t, NewRoom{}, anna, ben, carla)
		carla.takesLittle(t)
		carla.awaitLink(t, anna)
		carla.awaitLink(t, ben)
		carla.awaitLink(t, dora)
		want := ben.floods(t, room, carla)
		anna.await(t, "Anna has all", func() bool { return len(anna.said(t, room)) == len(want) })
		settles()
		if got := carla.said(t, room); len(got) > 32 {
			t.Fatalf("%d were taken before", len(got))
		}
		if _, err := ben.Rename(t.Context(), room, "Flood"); err != nil {
			t.Fatal(err)
		}
		if _, err := ben.Invite(t.Context(), room, dora.person()); err != nil {
			t.Fatal(err)
		}
		for range 20 {
			ben.say(t, room, strings.Repeat("y", event.MaxText))
		}
		settles()
		if got := carla.said(t, room); len(got) < len(want) || len(got) > len(want)+event.FrameRoom/event.MaxText || !slices.Equal(got[:len(want)], want) { // a frame is signed as a whole
			t.Errorf("%d were taken, with %d before the last change", len(got), len(want))
		}
		if m := carla.known(room).room.members(); m.Title() != "Flood" || !m.Has(dora.person()) {
			t.Errorf("the room is called %q, Dora is a member: %v", m.Title(), m.Has(dora.person()))
		}
		dora.say(t, room, "Dora's")
		carla.await(t, "whom they invited is heard", func() bool { return slices.Contains(carla.said(t, room), "Dora's") })
		if _, err := anna.Remove(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		carla.awaitMembers(t, room, anna, carla, dora)
		settles()
		carla.say(t, room, "Carla's, after the removal")
		dora.await(t, "others read it", func() bool { return slices.Contains(dora.said(t, room), "Carla's, after the removal") })
		settles()
		if slices.Contains(ben.said(t, room), "Carla's, after the removal") {
			t.Error("who was removed reads it")
		}
		if p := carla.Problems(); len(p) != 0 {
			t.Errorf("problems afterwards: %v", p)
		}
	})
}

// TestBehindWhatWaits: what is said by who takes no more of somebody for now stands behind what they do not take, also after a restart, with who has all of it.
func TestBehindWhatWaits(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		room, anna, others := s.oneTakesLittle(t)
		ben, carla := others[0], others[1]
		want := ben.floods(t, room, anna)
		for i, text := range []string{"at once", "later", "after a restart"} {
			switch i {
			case 1:
				for range 10 {
					want = append(want, "more")
					ben.say(t, room, "more")
				}
				time.Sleep(2 * statePause)
			case 2:
				anna.stop()
				anna.run(t)
				for _, a := range others {
					anna.awaitLink(t, a)
				}
				time.Sleep(time.Second) // they tell how late it is
			}
			want = append(want, text)
			if i == 0 {
				carla.await(t, "Carla has all before", func() bool { return len(carla.said(t, room)) == len(want)-1 })
				time.Sleep(2 * statePause)
			}
			anna.say(t, room, text)
			for _, a := range others {
				a.await(t, text+" is at the end", func() bool { return slices.Equal(a.said(t, room), want) })
			}
		}
		if len(anna.said(t, room)) >= len(want) {
			t.Error("Anna took all of it")
		}
	})
}

// TestBehindWhatWaitsAfar: so it does where who writes much is linked with nobody who tells it. Who lies moves it no further than somebody could write.
func TestBehindWhatWaitsAfar(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla", "Dora")
		anna, ben, carla, dora := all[0], all[1], all[2], all[3]
		room := roomOfAll(t, NewRoom{}, all...)
		anna.takesLittle(t)
		anna.awaitLink(t, ben)
		s.lan.Cut(anna.host, carla.host)
		s.lan.Cut(anna.host, dora.host)
		s.lan.Cut(ben.host, dora.host)
		anna.awaitAlone(t, dora)
		anna.awaitAlone(t, carla)
		ben.awaitAlone(t, dora)
		want := dora.floods(t, room, anna)
		for range 10 {
			want = append(want, "more")
			dora.say(t, room, "more")
		}
		ben.await(t, "he has all of it", func() bool { return len(ben.said(t, room)) == len(want) })
		time.Sleep(2 * statePause)
		want = append(want, "Anna's")
		anna.say(t, room, "Anna's")
		ben.await(t, "hers is at the end", func() bool { return slices.Equal(ben.said(t, room), want) })

		v := anna.known(room)
		before := v.room.late()
		v.tellTime(event.MaxLamport, true)
		if now := v.room.late(); now <= before || now > before+2*heldLeap {
			t.Errorf("a lie moves the time from %d to %d", before, now)
		}
	})
}

// TestOthersBringChangesOfHeldMember: nobody else's part in a room depends on who floods being there.
func TestOthersBringChangesOfHeldMember(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{}, all...)
		carla.takesLittle(t)
		carla.awaitLink(t, anna)
		carla.awaitLink(t, ben)
		ben.floods(t, room, carla)
		carla.stop()
		if _, err := ben.Rename(t.Context(), room, "Flood"); err != nil {
			t.Fatal(err)
		}
		for range 20 {
			ben.say(t, room, strings.Repeat("y", event.MaxText))
		}
		ben.say(t, room, "last")
		anna.await(t, "Anna has it", func() bool { return slices.Contains(anna.said(t, room), "last") })
		ben.stop()
		carla.run(t)
		carla.awaitLink(t, anna)
		carla.await(t, "the change comes", func() bool { return carla.known(room).room.members().Title() == "Flood" })
		settles()
		if slices.Contains(carla.said(t, room), "last") {
			t.Error("what nothing hangs on was taken too")
		}
		if _, err := carla.More(t.Context(), room, ben.person()); err != nil {
			t.Fatal(err)
		}
		carla.await(t, "the rest comes", func() bool { return slices.Contains(carla.said(t, room), "last") })
	})
}

// TestNewcomerGetsLongHistory: what was written days ago is no flood for who comes later.
func TestNewcomerGetsLongHistory(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Dora")
		anna, ben, dora := all[0], all[1], all[2]
		dora.takesLittle(t)
		room := roomOfAll(t, NewRoom{}, anna, ben)
		want := []string{}
		for i := range 60 {
			want = append(want, fmt.Sprint(i, " ", strings.Repeat("x", event.MaxText-10)))
			anna.say(t, room, want[i])
		}
		time.Sleep(48 * time.Hour)
		dora.awaitLink(t, anna)
		if _, err := anna.Invite(t.Context(), room, dora.person()); err != nil {
			t.Fatal(err)
		}
		dora.awaitMembers(t, room, anna, ben, dora)
		dora.await(t, "all of it", func() bool { return slices.Equal(dora.said(t, room), want) })
		settles()
		if p := dora.Problems(); len(p) != 0 {
			t.Errorf("problems: %v", p)
		}
	})
}

// TestFlowOfOnePerson: what is old counts a sixteenth, as does what is still taken of whom more waits; and that ends too.
func TestFlowOfOnePerson(t *testing.T) {
	now := time.Now()
	written := func(ago time.Duration) []*event.Event {
		e := &event.Event{Body: make([]byte, 1600)}
		e.Time = now.Add(-ago).UnixMilli()
		return []*event.Event{e}
	}
	const most = 100_000
	size := int64(written(0)[0].Size())
	less := (size + flowLess - 1) / flowLess
	who := identity.PersonID{1}
	f := &flows{of: map[identity.PersonID]*flow{}}
	count := func(ago time.Duration) (n int64) {
		for {
			if taken, _ := f.take(who, cameOf(written(ago), now), most, now); !taken {
				return n
			}
			n++
		}
	}
	if got := count(25 * time.Hour); got != most/less {
		t.Errorf("%d old events were taken, not %d", got, most/less)
	}
	if !f.holds(who) {
		t.Error("nothing waits")
	}
	if got := count(0); got != most/less {
		t.Errorf("%d were taken afterwards, not %d", got, most/less)
	}
	f.release(who, now)
	if got := count(time.Hour); got != most/size {
		t.Errorf("%d new events were taken, not %d", got, most/size)
	}
}

// TestLastChangeThatCounts: a change behind where a log counts does not hide those before it, which the removal of their author has seen.
func TestLastChangeThatCounts(t *testing.T) {
	log, other := vector.Log{Peer: identity.PeerID{1}}, vector.Log{Peer: identity.PeerID{2}}
	r := &room{}
	for at, l := range map[uint64]vector.Log{3: log, 5: log, 9: log, 7: other} {
		r.changes = append(r.changes, membership.Change{At: event.Position{Log: l, Number: at}})
	}
	for _, c := range []struct {
		fork, kept, cut, want uint64
	}{{0, 20, 0, 9}, {0, 20, 8, 5}, {0, 20, 5, 5}, {0, 4, 0, 3}, {0, 2, 0, 0}, {5, 8, 0, 0}, {5, 9, 0, 9}} {
		w := view{branch: &branch{log: log, fork: c.fork}, kept: event.Point{Number: c.kept}}
		if c.cut > 0 {
			w.cut = &event.Point{Number: c.cut}
		}
		if got := r.lastChange(w); got != c.want {
			t.Errorf("after %d, up to %d, cut at %d: %d, not %d", c.fork, c.kept, c.cut, got, c.want)
		}
	}
}
