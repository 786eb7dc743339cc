package chat

import (
	"bytes"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

// aged has two members of a room keep what was said there more than a month ago: Ben does not, Anna does.
func aged(t *testing.T, s *site, r NewRoom) (room event.ConversationID, anna, ben, carla *agent) {
	t.Helper()
	all := s.office(t, "Anna", "Ben", "Carla")
	anna, ben, carla = all[0], all[1], all[2]
	room = roomOfAll(t, r, anna, ben)
	one := anna.say(t, room, "one", "two", "three")
	ben.awaitSaid(t, room, "one", "two", "three")
	if _, err := anna.Edit(t.Context(), one[1].ID, "two, edited", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := ben.React(t.Context(), one[2].ID, "🎉", true); err != nil {
		t.Fatal(err)
	}
	ben.awaitSaid(t, room, "one", "two, edited", "three")
	anna.await(t, "the reaction", func() bool {
		m, err := anna.Message(t.Context(), one[2].ID)
		return err == nil && len(m.Reactions) == 1
	})
	if _, err := ben.MarkRead(t.Context(), room, event.ID{}); err != nil {
		t.Fatal(err)
	}
	anna.awaitStates(t, one[2].ID, Read)
	elapse(t, 31*24*time.Hour, all...)
	if err := ben.KeepAll(t.Context(), 30); err != nil {
		t.Fatal(err)
	}
	ben.await(t, "the old messages to go", func() bool { return len(ben.said(t, room)) == 0 })
	anna.say(t, room, "new")
	ben.awaitSaid(t, room, "new")
	return room, anna, ben, carla
}

// TestWordsThatAreMissing: a newcomer who gets old messages first from a member who dropped their words gets these from another one, though that comes later.
func TestWordsThatAreMissing(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		room, anna, ben, carla := aged(t, s, NewRoom{})
		anna.stop()
		if _, err := ben.Invite(t.Context(), room, carla.person()); err != nil {
			t.Fatal(err)
		}
		carla.awaitMembers(t, room, anna, ben, carla)
		carla.awaitSaid(t, room, "new")
		carla.ear = newEar()
		carla.stop()
		carla.run(t) // what is missing is remembered
		carla.awaitSaid(t, room, "new")
		anna.run(t)
		carla.awaitSaid(t, room, "one", "two, edited", "three", "new")
		carla.await(t, "the reaction", func() bool {
			page, err := carla.History(t.Context(), room, Query{})
			at := slices.IndexFunc(page.Messages, func(m Message) bool { return m.Text == "three" })
			return err == nil && len(page.Messages[at].Reactions) == 1
		})
		row, err := carla.Conversation(t.Context(), room)
		if err != nil || row.Unread != 4 || row.Last == nil || row.Last.Text != "new" {
			t.Errorf("%+v %v", row, err)
		}
		found, err := carla.Search(t.Context(), Search{Text: "edited"})
		if err != nil || len(found.Hits) != 1 {
			t.Errorf("found %+v %v", found, err)
		}
		if verified, err := carla.Verify(t.Context(), room); err != nil || len(verified.Alterations) > 0 {
			t.Errorf("%+v %v", verified, err)
		}
		ben.awaitSaid(t, room, "new") // what his retention dropped does not come back
	})
}

// TestWordsFromWhoGotThemLater: who was asked in vain tells when they have words themselves, so that these find their way along a chain of members.
func TestWordsFromWhoGotThemLater(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		room, anna, ben, carla := aged(t, s, NewRoom{})
		dora := s.office(t, "Dora")[0]
		for _, other := range []*agent{anna, ben, carla} {
			dora.meet(t, other)
			other.meet(t, dora)
		}
		anna.stop()
		for _, newcomer := range []*agent{carla, dora} {
			if _, err := ben.Invite(t.Context(), room, newcomer.person()); err != nil {
				t.Fatal(err)
			}
			newcomer.await(t, "that they are a member", func() bool { return newcomer.known(room) != nil })
			newcomer.awaitSaid(t, room, "new")
		}
		s.lan.Partition([]*lanHost{anna.host, carla.host}, []*lanHost{ben.host})
		s.lan.Partition([]*lanHost{anna.host}, []*lanHost{dora.host})
		anna.run(t)
		carla.awaitSaid(t, room, "one", "two, edited", "three", "new")
		dora.awaitSaid(t, room, "one", "two, edited", "three", "new")
	})
}

// TestWordsOfClosedHistory: where the history is closed a newcomer neither asks for words of before nor gets any, and who was put back gets what was for them.
func TestWordsOfClosedHistory(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		room, anna, ben, carla := aged(t, s, NewRoom{ClosedHistory: true})
		if _, err := anna.Invite(t.Context(), room, carla.person()); err != nil {
			t.Fatal(err)
		}
		carla.awaitMembers(t, room, anna, ben, carla)
		carla.await(t, "the same as Anna", func() bool { return carla.known(room).vector().Equal(anna.known(room).vector()) })
		log := anna.known(room).pen.branch.log
		asked := frame.Gaps{Conversation: room[:], Missing: []frame.Gap{{Peer: log.Peer, Log: log.ID, First: 1, Last: 100}}}
		body := marshaled(t, asked)
		link := linkOf(carla, anna)
		if err := link.Send(t.Context(), wire.KindGaps, body); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		carla.awaitSaid(t, room)
		if n := carla.gaps(t); n != 0 {
			t.Errorf("Carla would ask for %d", n)
		}
	})
}

// gaps counts the events that an agent has without words and would ask for.
func (a *agent) gaps(t *testing.T) int {
	return (&desk{agent: a, up: true}).count(t, `SELECT count(*) FROM chat_gap`)
}

// TestWordsAfterARestore: a member whose profile was put back gets the words that they fetch back from whoever has them, too.
func TestWordsAfterARestore(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{ClosedHistory: true}, all...)
		carla.stop()
		put := carla.copyProfile(t)
		carla.run(t)
		sent := anna.say(t, room, "one")[0]
		ben.awaitSaid(t, room, "one")
		carla.awaitSaid(t, room, "one")
		if _, err := ben.MarkRead(t.Context(), room, event.ID{}); err != nil {
			t.Fatal(err)
		}
		anna.await(t, "Ben to have read it", func() bool {
			m, err := anna.Message(t.Context(), sent.ID)
			return err == nil && slices.ContainsFunc(m.States, func(s State) bool { return s.Person == ben.person() && s.Delivery == Read })
		})
		time.Sleep(time.Minute) // what Carla has comes to Ben, too, who would keep it for her else
		carla.stop()
		put()
		elapse(t, 31*24*time.Hour, anna, ben)
		if err := ben.KeepAll(t.Context(), 30); err != nil {
			t.Fatal(err)
		}
		ben.awaitSaid(t, room)
		anna.stop()
		carla.run(t)
		carla.await(t, "the same as Ben", func() bool { return carla.known(room).vector().Equal(ben.known(room).vector()) })
		carla.awaitSaid(t, room)
		anna.run(t)
		carla.awaitSaid(t, room, "one")
		if n := carla.gaps(t); n != 0 {
			t.Errorf("%d are still wanted", n)
		}
	})
}

// agedForNewcomer is such a room into which somebody was invited who keeps messages for 20 days. They have the new one; the author of the old ones is off.
func agedForNewcomer(t *testing.T, s *site) (room event.ConversationID, anna, carla *agent) {
	t.Helper()
	room, anna, ben, carla := aged(t, s, NewRoom{})
	if err := carla.KeepAll(t.Context(), 20); err != nil {
		t.Fatal(err)
	}
	anna.stop()
	if _, err := ben.Invite(t.Context(), room, carla.person()); err != nil {
		t.Fatal(err)
	}
	carla.awaitMembers(t, room, anna, ben, carla)
	carla.awaitSaid(t, room, "new")
	return room, anna, carla
}

// TestWordsNobodyWants: not asked for is what our own retention would drop at once: what came longer ago than messages are kept.
func TestWordsNobodyWants(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		room, anna, carla := agedForNewcomer(t, s)
		time.Sleep(21 * day)
		anna.run(t)
		carla.awaitLink(t, anna)
		time.Sleep(time.Minute)
		carla.awaitSaid(t, room, "new")
		if n := carla.gaps(t); n == 0 {
			t.Error("nothing came without words")
		}
		if err := carla.KeepAll(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		carla.stop()
		carla.run(t) // who keeps everything from now on asks for it at the next link
		carla.awaitSaid(t, room, "one", "two, edited", "three", "new")
	})
}

// TestOldWordsForANewcomer: what was written longer ago than a newcomer keeps messages is asked for all the same: they keep it from when it comes.
func TestOldWordsForANewcomer(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		room, anna, carla := agedForNewcomer(t, s)
		anna.run(t)
		carla.awaitSaid(t, room, "one", "two, edited", "three", "new")
		if _, err := carla.MarkRead(t.Context(), room, event.ID{}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(19 * day)
		carla.awaitSaid(t, room, "one", "two, edited", "three", "new")
		time.Sleep(2 * day)
		carla.awaitSaid(t, room)
	})
}

// muteAndSaid has the liar write two messages in a room as the agent knows it, the first without its words.
func (l *liar) muteAndSaid(a *agent, room event.ConversationID) (mute, said *event.Event) {
	l.t.Helper()
	g := l.newLog(room)
	heads := a.known(room).room.members().Newest()
	under := func(h *event.Header) { h.Membership = event.JoinIDs(heads) }
	mute, said = g.text(l.t, "mute", under), g.text(l.t, "said", under)
	l.send(wire.KindEvents, framed(l.t, l.id, func(f *event.Frame) { f.Events[0].Salt, f.Events[0].Body = nil, nil }, mute, said))
	return mute, said
}

// TestLyingWords: words are taken that the signed header of an event names that is here without, and none else; who is no member gets none but their own.
func TestLyingWords(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		l, room := roomWithLiar(t, s, anna, ben)
		mute, said := l.muteAndSaid(ben, room)
		for _, a := range all {
			a.awaitSaid(t, room, "said")
			a.await(t, "the gap", func() bool { return a.gaps(t) == 1 })
		}
		ben.await(t, "somebody asks for the words", func() bool { return l.count(wire.KindGaps) > 0 })
		right := frame.Word{ID: mute.ID[:], Salt: mute.Salt, Body: mute.Body}
		for what, words := range map[string][]frame.Word{
			"another body":        {{ID: mute.ID[:], Salt: mute.Salt, Body: said.Body}},
			"another salt":        {{ID: mute.ID[:], Salt: said.Salt, Body: mute.Body}},
			"a short salt":        {{ID: mute.ID[:], Salt: mute.Salt[1:], Body: mute.Body}},
			"no event":            {{ID: make([]byte, 32), Salt: mute.Salt, Body: mute.Body}},
			"words that are here": {{ID: said.ID[:], Salt: said.Salt, Body: said.Body}},
		} {
			l.send(wire.KindWords, marshaled(t, frame.Words{Conversation: room[:], Words: words, Done: 1}))
			synctest.Wait()
			if got := ben.said(t, room); !slices.Equal(got, []string{"said"}) {
				t.Errorf("%s: Ben shows %q", what, got)
			}
		}
		l.send(wire.KindWords, marshaled(t, frame.Words{Conversation: room[:], Words: []frame.Word{right, right}, Done: 1}))
		for _, a := range all {
			a.awaitSaid(t, room, "mute", "said")
			a.await(t, "no gap", func() bool { return a.gaps(t) == 0 })
		}
		if _, err := ben.Post(t.Context(), room, Post{Text: "by Ben"}); err != nil {
			t.Fatal(err)
		}
		l.send(wire.KindGaps, marshaled(t, frame.Gaps{Conversation: room[:], Missing: l.everythingBy(ben, room)}))
		ben.await(t, "words for a member", func() bool { return l.count(wire.KindWords) >= 2 })
		synctest.Wait()
		given, _ := l.words(t)
		before := l.count(wire.KindWords)
		if _, err := ben.Remove(t.Context(), room, l.id.Person()); err != nil {
			t.Fatal(err)
		}
		l.send(wire.KindGaps, marshaled(t, frame.Gaps{Conversation: room[:], Missing: l.everythingBy(ben, room)}))
		ben.await(t, "the end of the answer", func() bool { return l.count(wire.KindWords) > before })
		synctest.Wait()
		after, _ := l.words(t)
		for _, w := range after[len(given):] {
			if !slices.Equal(w.ID, mute.ID[:]) && !slices.Equal(w.ID, said.ID[:]) {
				t.Errorf("who is no member got words of %x, which they did not write", w.ID)
			}
		}
	})
}

// everythingBy is all that an agent may have written in a room.
func (l *liar) everythingBy(a *agent, room event.ConversationID) (all []frame.Gap) {
	for _, w := range a.known(room).allViews() {
		all = append(all, frame.Gap{Peer: w.log.Peer, Log: w.log.ID, First: 1, Last: event.MaxNumber})
	}
	return all
}

// count returns how many frames of a kind came.
func (l *liar) count(k wire.Kind) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.seen {
		if f.Kind == k {
			n++
		}
	}
	return n
}

// TestWordsCountOnce: the same words many times in one frame are one event of their author's share.
func TestWordsCountOnce(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		l, room := roomWithLiar(t, s, anna, ben)
		mute, _ := l.muteAndSaid(ben, room)
		ben.await(t, "the gap", func() bool { return ben.gaps(t) == 1 })
		share := func() int64 {
			f := &ben.known(room).room.flows
			f.mu.Lock()
			defer f.mu.Unlock()
			return f.of[l.id.Person()].bytes
		}
		before := share()
		var many []frame.Word
		for range 500 {
			many = append(many, frame.Word{ID: mute.ID[:], Salt: mute.Salt, Body: mute.Body})
		}
		l.send(wire.KindWords, marshaled(t, frame.Words{Conversation: room[:], Words: many, Done: 1}))
		synctest.Wait()
		ben.awaitSaid(t, room, "mute", "said")
		if n := share() - before; n > 10*int64(mute.Size()) {
			t.Errorf("one event of %d bytes counts as %d", mute.Size(), n)
		}
	})
}

// TestWordsBesideADamagedHeader: a header that cannot be read is left out of what is asked for and of what is answered; that holds up nothing else.
func TestWordsBesideADamagedHeader(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		l, room := roomWithLiar(t, s, anna, ben)
		l.muteAndSaid(ben, room)
		ben.await(t, "the gap", func() bool { return ben.gaps(t) == 1 })
		anna.say(t, room, "one", "second")
		ben.awaitSaid(t, room, "said", "one", "second")
		anna.awaitVector(t, room, ben)
		time.Sleep(2 * statePause) // Ben knows it, and has nothing to pass on any more
		ben.damage(t, `instr(body, 'second') > 0 OR length(salt) = 0 AND kind = 1`)
		asked := l.count(wire.KindGaps)
		l.send(wire.KindGaps, marshaled(t, frame.Gaps{Conversation: room[:], Missing: l.everythingBy(anna, room), Again: 1}))
		ben.await(t, "the end of the answer", func() bool { _, done := l.words(t); return done })
		words, _ := l.words(t)
		holds := func(text string) bool {
			return slices.ContainsFunc(words, func(w frame.Word) bool { return bytes.Contains(w.Body, []byte(text)) })
		}
		if !holds("one") || holds("second") {
			t.Errorf("got the words of \"one\": %v, of what cannot be placed: %v", holds("one"), holds("second"))
		}
		time.Sleep(2 * gapPause)
		synctest.Wait()
		if n := l.count(wire.KindGaps); n != asked {
			t.Errorf("Ben asked %d times more for words of what he cannot read", n-asked)
		}
		anna.say(t, room, "three")
		if told := ben.awaitTold(t, 4); told[3] != "three" {
			t.Errorf("Ben was told %q", told)
		}
		if p := ben.Problems(); len(p) > 0 {
			t.Errorf("problems: %+v", p)
		}
	})
}

// words are those that the liar was given, and whether an answer ended.
func (l *liar) words(t *testing.T) (all []frame.Word, done bool) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.seen {
		if f.Kind != wire.KindWords {
			continue
		}
		w, err := frame.ReadWords(f.Body)
		if err != nil {
			t.Fatal(err)
		}
		all, done = append(all, w.Words...), done || w.Done == 1
	}
	return all, done
}

// damage alters headers of events in the database of a running agent so that nobody can read them.
func (a *agent) damage(t *testing.T, which string) {
	t.Helper()
	err := a.config.DB.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE chat_event SET header = x'ff' WHERE ` + which)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
