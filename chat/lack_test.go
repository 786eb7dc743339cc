package chat

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/identity"
	"lanyard/internal/vector"
	"lanyard/internal/wire"
)

// halfKnown makes a room with closed history in which Carla came after Anna had said "one" and was said "two" behind it, while Ben was away. Anna is away then, too, and Ben is with Carla alone.
func halfKnown(t *testing.T, s *site, others ...*agent) (room event.ConversationID, anna, ben, carla *agent, said []Message) {
	t.Helper()
	all := s.office(t, "Anna", "Ben", "Carla")
	anna, ben, carla = all[0], all[1], all[2]
	for _, a := range others {
		for _, b := range all {
			a.meet(t, b)
		}
	}
	room = roomOfAll(t, NewRoom{ClosedHistory: true}, slices.Concat([]*agent{anna, ben}, others)...)
	ben.stop()
	said = anna.say(t, room, "one")
	if _, err := anna.Invite(t.Context(), room, carla.person()); err != nil {
		t.Fatal(err)
	}
	carla.awaitMembers(t, room, slices.Concat(all, others)...)
	said = append(said, anna.say(t, room, "two")...)
	carla.awaitSaid(t, room, "two")
	for _, a := range others {
		a.awaitSaid(t, room, "one", "two")
		a.stop()
	}
	anna.stop()
	return room, anna, ben, carla, said
}

// apart keeps two agents from reaching each other.
func (s *site) apart(a, b *agent) { s.lan.Partition([]*lanHost{a.host}, []*lanHost{b.host}) }

// awaitFor waits until a message got so far with a person.
func (a *agent) awaitFor(t *testing.T, id event.ID, who *agent, want Delivery) {
	t.Helper()
	a.await(t, fmt.Sprintf("a message is %s to %s", want, who.name), func() bool {
		m, err := a.Message(t.Context(), id)
		return err == nil && slices.ContainsFunc(m.States, func(s State) bool { return s.Person == who.person() && s.Delivery == want })
	})
}

// TestPassedOnBehindOthersWords: who was not to have the words of an event passes on what stands behind it all the same. Whom they give its header alone does not count as having it, neither read,
// until the words come: that is seen by its author, who hears of it through others, and after both started anew.
func TestPassedOnBehindOthersWords(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		room, anna, ben, carla, said := halfKnown(t, s)
		ben.run(t)
		ben.awaitSaid(t, room, "two")
		s.apart(anna, ben)
		anna.run(t)
		anna.awaitFor(t, said[1].ID, ben, Delivered)
		anna.awaitFor(t, said[0].ID, ben, Waiting)
		if _, err := ben.MarkRead(t.Context(), room, event.ID{}); err != nil {
			t.Fatal(err)
		}
		anna.awaitFor(t, said[1].ID, ben, Read)
		anna.awaitFor(t, said[0].ID, ben, Waiting)
		three := anna.say(t, room, "three")[0]
		ben.awaitSaid(t, room, "two", "three")
		anna.awaitFor(t, three.ID, ben, Delivered)
		anna.awaitFor(t, said[0].ID, ben, Waiting)
		for _, a := range []*agent{anna, ben} {
			a.stop()
			a.run(t)
		}
		ben.awaitLink(t, carla)
		anna.awaitFor(t, three.ID, ben, Delivered)
		anna.awaitFor(t, said[0].ID, ben, Waiting)
		if found, err := anna.Verify(t.Context(), room); err != nil || len(found.Alterations) > 0 {
			t.Errorf("%+v %v", found, err)
		}
		anna.ear = newEar()
		anna.Subscribe(anna.ear.hear)
		s.lan.Heal()
		ben.awaitSaid(t, room, "one", "two", "three")
		anna.awaitFor(t, said[0].ID, ben, Read)
		anna.await(t, "to be told so", func() bool { return anna.ear.state(said[0].ID) >= Delivered })
		carla.awaitSaid(t, room, "two", "three")
		carla.holdsNothing(t, room, "one")
	})
}

// TestLastWordsAreKept: neither its author nor another member drops the words of what a member has the header of alone, though nobody else is without.
func TestLastWordsAreKept(t *testing.T) {
	for _, keeper := range []string{"its author", "another member"} {
		t.Run(keeper, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				dora := s.office(t, "Dora")[0]
				room, anna, ben, carla, said := halfKnown(t, s, dora)
				kept := map[string]*agent{"its author": anna, "another member": dora}[keeper]
				ben.run(t)
				ben.awaitSaid(t, room, "two")
				s.lan.Partition([]*lanHost{anna.host, dora.host}, []*lanHost{ben.host}) // neither gives him the words
				kept.run(t)
				kept.awaitLink(t, carla)
				if kept == anna {
					dora.run(t)
					anna.awaitFor(t, said[1].ID, dora, Delivered)
					anna.awaitFor(t, said[1].ID, ben, Delivered)
					dora.stop()
				}
				if _, err := kept.MarkRead(t.Context(), room, event.ID{}); err != nil {
					t.Fatal(err)
				}
				ben.stop()
				elapse(t, 49*time.Hour, kept, carla)
				ben.run(t)
				ben.awaitLink(t, carla)
				if err := kept.KeepAll(t.Context(), 1); err != nil {
					t.Fatal(err)
				}
				kept.await(t, "what all have goes", func() bool { return slices.Equal(kept.said(t, room), []string{"one"}) })
				s.lan.Heal()
				ben.awaitSaid(t, room, "one", "two")
				time.Sleep(2 * keepingEvery)
				kept.await(t, "what all have goes", func() bool { return len(kept.said(t, room)) == 0 })
			})
		})
	}
}

// TestWordsOfWhoLeft: whoever lacks words tells that to who is no member any more, too, and is sent them again by them: they may have the last ones, of their own and of others'.
func TestWordsOfWhoLeft(t *testing.T) {
	for _, who := range []string{"the author", "another"} {
		t.Run(who, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				dora := s.office(t, "Dora")[0]
				room, anna, ben, carla, _ := halfKnown(t, s, dora)
				left := map[string]*agent{"the author": anna, "another": dora}[who]
				left.run(t)
				left.awaitLink(t, carla)
				left.leaves(t, room)
				carla.await(t, "that they left", func() bool { return !carla.known(room).room.members().Has(left.person()) })
				left.stop()
				ben.run(t)
				ben.awaitSaid(t, room, "two")
				ben.await(t, "that they left", func() bool { return !ben.known(room).room.members().Has(left.person()) })
				left.run(t)
				ben.awaitSaid(t, room, "one", "two")
				carla.holdsNothing(t, room, "one")
			})
		})
	}
}

// TestWhoLeftLearnsItBehindTheirOwnWords: whose profile was put back to before they left is told so by somebody who was not to have what they said before, though nobody has the words any more.
func TestWhoLeftLearnsItBehindTheirOwnWords(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{ClosedHistory: true}, anna, ben)
		anna.leaves(t, room)
		ben.awaitMembers(t, room, ben)
		ben.stop()
		put := ben.copyProfile(t)
		ben.run(t)
		ben.say(t, room, "alone")
		if _, err := ben.Invite(t.Context(), room, carla.person()); err != nil {
			t.Fatal(err)
		}
		carla.await(t, "the room", func() bool { return carla.Known(room) })
		carla.awaitMembers(t, room, ben, carla)
		ben.leaves(t, room)
		carla.awaitMembers(t, room, carla)
		ben.stop()
		put()
		ben.run(t)
		ben.await(t, "that he left", func() bool { return !ben.known(room).room.members().Has(ben.person()) })
	})
}

// TestForgottenWordsOfWhoLeft: who left and forgets a room keeps of their own what a member has the header of alone.
func TestForgottenWordsOfWhoLeft(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		room, anna, ben, carla, _ := halfKnown(t, s)
		ben.run(t)
		ben.awaitSaid(t, room, "two")
		s.apart(anna, ben)
		anna.run(t)
		anna.awaitLink(t, carla)
		anna.leaves(t, room)
		ben.await(t, "that she left", func() bool { return !ben.known(room).room.members().Has(anna.person()) })
		anna.forget(t, room)
		s.lan.Heal()
		ben.awaitSaid(t, room, "one", "two")
	})
}

// TestVectorOfALackingMember: a vector that names what its sender lacks is not taken for what they hold; their state is.
func TestVectorOfALackingMember(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		room, anna, ben, carla, _ := halfKnown(t, s)
		ben.run(t)
		ben.awaitSaid(t, room, "two")
		ben.sessionWith(t, room, carla).requestAgain()
		v, x := carla.known(room), carla.sessionWith(t, room, ben)
		carla.await(t, "that Ben lacks something", func() bool {
			x.mu.Lock()
			defer x.mu.Unlock()
			return x.relay.lacks
		})
		views := v.allViews()
		at := slices.IndexFunc(views, func(w view) bool { return w.log.Peer == anna.id.PeerID() })
		b, two := views[at].branch, views[at].kept.Number
		one := two - 2 // before Carla was invited
		carla.await(t, "what Ben tells to have", func() bool {
			all, err := carla.holders(t.Context(), v)
			return err == nil && all.have(ben.person(), b, two)
		})
		all, err := carla.holders(t.Context(), v)
		if err != nil || all.have(ben.person(), b, one) {
			t.Errorf("Ben has %v what he lacks: %v", all.have(ben.person(), b, one), err)
		}
	})
}

// TestOldVersionGetsNoBareHeaders: who does not offer the capability would tell as delivered what they got as a header alone, be it from who was not to have the words or from who lacks them,
// too. They wait for who has the words.
func TestOldVersionGetsNoBareHeaders(t *testing.T) {
	for _, c := range []struct{ old, lacks bool }{{true, false}, {true, true}, {false, false}, {false, true}} {
		t.Run(fmt.Sprintf("old %v, from who lacks it %v", c.old, c.lacks), func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				all := s.office(t, "Anna", "Ben", "Carla")
				anna, ben, carla := all[0], all[1], all[2]
				offers := []string{capabilityLacks}
				if c.old {
					offers = nil
				}
				l := s.lie(t, anna, nil, offers...)
				room := roomOfAll(t, NewRoom{ClosedHistory: true}, anna, ben)
				if _, err := anna.Invite(t.Context(), room, l.id.Person()); err != nil {
					t.Fatal(err)
				}
				s.lan.Partition([]*lanHost{anna.host}, []*lanHost{l.host})
				ben.await(t, "that three are members", func() bool { return ben.known(room).room.members().Has(l.id.Person()) })
				ben.stop()
				anna.say(t, room, "one")
				if _, err := anna.Invite(t.Context(), room, carla.person()); err != nil {
					t.Fatal(err)
				}
				anna.say(t, room, "two")
				carla.await(t, "the room", func() bool { return carla.Known(room) })
				carla.awaitSaid(t, room, "two")
				anna.stop()
				giver := carla
				if c.lacks {
					ben.run(t)
					ben.awaitSaid(t, room, "two")
					giver = ben
				}
				l.linkTo(giver)
				l.send(wire.KindVectors, marshaled(t, frame.Vectors{Conversation: room[:], Vector: vector.Vector{}}))
				giver.say(t, room, "three")
				giver.await(t, "what is said then has come", func() bool { return len(l.runsOf(giver)) > 0 })
				time.Sleep(time.Minute)
				synctest.Wait()
				got := slices.ContainsFunc(l.runsOf(anna), func(r event.Run) bool { return r.Last().Number > 3 })
				if got == c.old {
					t.Errorf("what Anna wrote has come: %v", got)
				}
			})
		})
	}
}

// linkTo has a liar speak to another agent from now on.
func (l *liar) linkTo(to *agent) {
	l.t.Helper()
	if _, err := l.roster.Add(l.t.Context(), fmt.Sprintf("%s:%d", to.host.Addresses()[0], to.port)); err != nil {
		l.t.Fatal(err)
	}
	to.await(l.t, "a link to the liar", func() bool {
		_, there := to.roster.Link(l.id.PeerID())
		link, here := l.roster.Link(to.id.PeerID())
		l.link = link
		return here && there
	})
}

// runsOf returns what came that an agent wrote.
func (l *liar) runsOf(a *agent) (all []event.Run) {
	l.t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.seen {
		if f.Kind != wire.KindEvents {
			continue
		}
		r, err := event.ReadRun(f.Body)
		if err != nil {
			l.t.Fatal(err)
		}
		if r.First().Peer == a.id.PeerID() {
			all = append(all, r)
		}
	}
	return all
}

// TestJoinedStretches: where a state has no room for all that is lacked, stretches that lie next to each other are one.
func TestJoinedStretches(t *testing.T) {
	var many []span
	for n := uint64(1); n <= frame.MaxStretches; n++ {
		many = append(many, span{10 * n, 10*n + 2})
	}
	if got := joined(many); !slices.Equal(got, many) {
		t.Errorf("%v became %v", many, got)
	}
	more := slices.Insert(slices.Clone(many), 5, span{55, 56})
	want := slices.Clone(many)
	want[4].last = 56
	if got := joined(more); !slices.Equal(got, want) {
		t.Errorf("%v became %v", more, got)
	}
}

// TestGainedStretches: further got what is there now and was not, or was lacked.
func TestGainedStretches(t *testing.T) {
	for _, c := range []struct {
		what        string
		from, to    uint64
		before, now []span
		want        []span
	}{
		{"more", 2, 5, nil, nil, []span{{3, 5}}},
		{"nothing", 5, 5, nil, nil, nil},
		{"less", 5, 3, nil, nil, nil},
		{"more, but for something", 0, 9, nil, []span{{3, 4}}, []span{{1, 2}, {5, 9}}},
		{"more, with something before that is still lacked", 4, 9, []span{{3, 3}}, []span{{3, 3}}, []span{{5, 9}}},
		{"what was lacked", 9, 9, []span{{3, 5}}, nil, []span{{3, 5}}},
		{"part of what was lacked", 9, 9, []span{{3, 5}, {7, 7}}, []span{{4, 4}}, []span{{7, 7}, {3, 3}, {5, 5}}},
		{"both", 6, 8, []span{{3, 5}}, []span{{5, 5}, {8, 8}}, []span{{7, 7}, {3, 4}}},
		{"what is behind", 9, 4, []span{{3, 6}}, nil, []span{{3, 4}}},
	} {
		got := gained(c.from, c.to, c.before, c.now)
		less := func(a, b span) int { return int(a.first) - int(b.first) }
		slices.SortFunc(got, less)
		slices.SortFunc(c.want, less)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v", c.what, got)
		}
	}
}

// TestStateOfALackingMachine: who does not know what a state says to be lacked counts nothing from there on; who knows it counts the rest.
func TestStateOfALackingMachine(t *testing.T) {
	id, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	log := vector.Log{Peer: identity.PeerID{1}, ID: vector.LogID{2}}
	v := newConversation(event.ConversationID{1}, 1, identity.PersonID{})
	b := &branch{key: 1, log: log, kept: event.Point{Number: 100, ID: event.ID{100}}}
	v.branches[log] = []*branch{b}
	v.reading[b] = vector.Mark{Number: 90, Hash: vector.Hash{90}}
	at := standing{lacks: lacking{b: {{4, 6}, {8, 8}}}, held: map[*branch]event.Point{b: {Number: 3, ID: event.ID{3}}}}
	s, news := v.nextState(id.PeerID(), at, nil, false)
	if !news {
		t.Fatal("a first state is no news")
	}
	signed, err := s.Sign(id)
	if err != nil {
		t.Fatal(err)
	}
	back, err := frame.ReadState(signed.Body)
	if err != nil {
		t.Fatal(err)
	}
	third := vector.Mark{Number: 3, Hash: vector.Hash{3}}
	if !slices.Equal(back.Delivered[log], []vector.Mark{third}) || !slices.Equal(back.Read[log], []vector.Mark{third}) {
		t.Errorf("an old version counts %v as delivered and %v as read", back.Delivered, back.Read)
	}
	l := back.Lacks[0]
	if len(back.Lacks) != 1 || l.Mark() != b.kept.Mark() || l.Read != 90 || !slices.Equal(l.Missing, []uint64{4, 6, 8, 8}) {
		t.Errorf("%+v", back.Lacks)
	}
	v.pen.told = back
	if _, news := v.nextState(id.PeerID(), at, nil, false); news {
		t.Error("the same again is news")
	}
	at.lacks = lacking{b: {{8, 8}}}
	if _, news := v.nextState(id.PeerID(), at, nil, false); !news {
		t.Error("that less is lacked is no news")
	}
	at.parts = map[*branch]partRead{b: {was: third, read: vector.Mark{Number: 90, Hash: vector.Hash{90}}}}
	later := map[*branch]vector.Mark{b: {Number: 95, Hash: vector.Hash{95}}}
	if s, _ := v.nextState(id.PeerID(), at, later, true); s.Lacks[0].Read != 90 {
		t.Errorf("who keeps it to themselves tells that they have read up to %d", s.Lacks[0].Read)
	}
	s, _ = v.nextState(id.PeerID(), standing{parts: at.parts}, later, true) // the words came meanwhile
	if len(s.Lacks) > 0 || !slices.Equal(s.Read[log], []vector.Mark{{Number: 90, Hash: vector.Hash{90}}}) {
		t.Errorf("who keeps it to themselves, and lacks nothing any more, tells that they have read %v", s.Read)
	}
}
