package chat

import (
	"path/filepath"
	"strings"
	"testing"

	"lanyard/chat/event"
	"lanyard/internal/store"
)

// altersBody makes capitals of a text in the database of a stopped agent.
func (a *agent) altersBody(t *testing.T, text string) {
	t.Helper()
	a.tamper(t, `UPDATE chat_event SET body = replace(body, '`+text+`', '`+strings.ToUpper(text)+`') WHERE instr(body, '`+text+`') > 0`)
}

// awaitAltered waits until a tells as its only problem that what somebody wrote was altered there.
func (a *agent) awaitAltered(t *testing.T, sentence string) {
	t.Helper()
	a.await(t, "the problem is told", func() bool { return len(a.Problems()) > 0 })
	if p := a.Problems(); len(p) != 1 || p[0].Sentence != sentence || !strings.Contains(p[0].Remedy, "lanyard verify-log") {
		t.Errorf("%s tells %+v", a.name, p)
	}
}

// TestAlteredNoMore: once all is as it was written, verifying takes the problem back, and not before.
func TestAlteredNoMore(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{}, anna, ben)
		anna.say(t, room, "one")
		anna.say(t, room, "second")
		ben.awaitSaid(t, room, "one", "second")
		anna.stop()
		ben.stop()
		ben.altersBody(t, "second")
		ben.run(t)
		carla.meet(t, ben)
		if _, err := ben.Invite(t.Context(), room, carla.person()); err != nil {
			t.Fatal(err)
		}
		carla.awaitMembers(t, room, all...)
		carla.awaitSaid(t, room, "one")
		ben.awaitAltered(t, "What Anna wrote in the room Plans was altered on this computer.")
		ben.unalteredAfterRepair(t, room)
	})
}

// unalteredAfterRepair: once the body is as it was, verify-log takes the problem back.
func (a *agent) unalteredAfterRepair(t *testing.T, in event.ConversationID) {
	t.Helper()
	if found, err := a.Verify(t.Context(), in); err != nil || len(found.Alterations) != 1 || len(a.Problems()) != 1 {
		t.Fatalf("%+v %v %+v", found, err, a.Problems())
	}
	err := a.config.DB.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE chat_event SET body = replace(body, 'SECOND', 'second') WHERE instr(body, 'SECOND') > 0`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if found, err := a.Verify(t.Context(), in); err != nil || len(found.Alterations) != 0 || len(a.Problems()) != 0 {
		t.Errorf("%+v %v %+v", found, err, a.Problems())
	}
}

// TestAlteredChange: a change and a deletion do not go without their bodies, which would undo them for good; others have them.
func TestAlteredChange(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{}, anna, ben)
		gone := anna.say(t, room, "taken back")[0]
		if _, err := anna.Delete(t.Context(), gone.ID); err != nil {
			t.Fatal(err)
		}
		anna.say(t, room, "after")
		ben.awaitSaid(t, room, "", "after")
		anna.stop()
		ben.stop()
		ben.tamper(t, `UPDATE chat_event SET body = body || 'x' WHERE kind = 5`)
		ben.run(t)
		carla.meet(t, ben)
		if _, err := ben.Invite(t.Context(), room, carla.person()); err != nil {
			t.Fatal(err)
		}
		ben.say(t, room, "welcome")
		carla.awaitMembers(t, room, all...)
		carla.awaitSaid(t, room, "welcome")
		ben.awaitAltered(t, "What Anna wrote in the room Plans was altered on this computer.")
		anna.run(t)
		anna.meet(t, carla)
		carla.await(t, "the deletion and what follows it", func() bool {
			m, err := carla.Shown(t.Context(), gone.ID)
			return err == nil && m.Deleted && carla.known(room).vector().Equal(anna.known(room).vector())
		})
	})
}

// TestAlteredHeader: a log that cannot be read further waits here alone.
func TestAlteredHeader(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{}, anna, ben)
		anna.say(t, room, "one")
		ben.awaitSaid(t, room, "one") // with its own signature
		anna.say(t, room, "second")
		anna.say(t, room, "three")
		ben.awaitSaid(t, room, "one", "second", "three")
		anna.stop()
		ben.stop()
		ben.tamper(t, `UPDATE chat_event SET header = x'ff' WHERE instr(body, 'second') > 0`)
		ben.run(t)
		carla.meet(t, ben)
		if _, err := ben.Invite(t.Context(), room, carla.person()); err != nil {
			t.Fatal(err)
		}
		ben.say(t, room, "four")
		carla.awaitMembers(t, room, all...)
		carla.awaitSaid(t, room, "one", "four")
		ben.awaitAltered(t, "What Anna wrote in the room Plans was altered on this computer.")
		anna.run(t)
		anna.meet(t, carla)
		carla.awaitSaid(t, room, "one", "second", "three", "four")
	})
}

// TestAlteredDirect: of what waits for somebody the altered text goes without its words, over a link and by a carrier.
func TestAlteredDirect(t *testing.T) {
	for _, carried := range []bool{false, true} {
		t.Run(map[bool]string{false: "link", true: "carrier"}[carried], func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				all := s.colleagues(t, "Anna", "Ben", "Cleo")
				anna, ben, cleo := all[0], all[1], all[2]
				ben.stop()
				cleo.stop()
				anna.awaitAlone(t, ben)
				anna.awaitAlone(t, cleo)
				anna.send(t, ben, "one", "second", "three")
				anna.stop()
				anna.altersBody(t, "second")
				anna.run(t)
				other := ben
				if carried {
					cleo.run(t)
					other = cleo
					anna.meet(t, cleo)
					cleo.await(t, "the mail", func() bool { return cleo.carriesFrom(t, anna) == 1 })
					anna.stop()
				}
				ben.run(t)
				ben.meet(t, map[bool]*agent{false: anna, true: cleo}[carried])
				ben.awaitTexts(t, anna, "one", "three")
				if carried {
					anna.run(t)
				}
				anna.meet(t, other)
				if !carried {
					anna.awaitAltered(t, "What Anna wrote in the conversation with Ben was altered on this computer.")
				}
				anna.send(t, ben, "four")
				ben.awaitTexts(t, anna, "one", "three", "four")
			})
		})
	}
}

// TestAlteredAnnouncement: an announcement goes to nobody without its words before it is old, nor does what its author said later; all others go.
func TestAlteredAnnouncement(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		anna.announce(t, "one")
		ben.awaitSaid(t, event.OfficeID(), "one") // each with its own signature: before what was altered a log is passed on up to one
		anna.announce(t, "second")
		ben.awaitSaid(t, event.OfficeID(), "one", "second")
		anna.stop()
		ben.stop()
		ben.altersBody(t, "second")
		ben.run(t)
		ben.announce(t, "Ben's")
		dora := s.start(t, "Dora")
		dora.meet(t, ben)
		dora.awaitSaid(t, event.OfficeID(), "one", "Ben's")
		ben.awaitAltered(t, "What Anna wrote in the announcements was altered on this computer.")
		anna.run(t)
		anna.meet(t, dora)
		dora.awaitSaid(t, event.OfficeID(), "one", "second", "Ben's")
	})
}

// TestStartsWithAltered: bodies that were altered keep no agent from starting, whatever they were: the offer of a file, the change by which somebody is a member.
func TestStartsWithAltered(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben")
		anna, ben := all[0], all[1]
		room := roomOfAll(t, NewRoom{}, anna, ben)
		path := filepath.Join(t.TempDir(), "plan.txt")
		writeFile(t, path, []byte("content"))
		offered := anna.offer(t, ben, path)[0]
		ben.awaitFile(t, offered.ID, FileOffered)
		ben.stop()
		ben.tamper(t, `UPDATE chat_event SET body = body || 'x' WHERE kind IN (2, 8)`)
		ben.run(t)
		ben.awaitAltered(t, "What Anna wrote in the room Plans was altered on this computer.")
		if row, err := ben.Conversation(t.Context(), room); err != nil || row.Room.Member {
			t.Errorf("%+v %v", row, err)
		}
		ben.meet(t, anna)
		anna.send(t, ben, "hello")
		ben.await(t, "what comes next", func() bool { texts := ben.texts(t, anna); return len(texts) > 0 && texts[len(texts)-1] == "hello" })
	})
}
