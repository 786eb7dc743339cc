package chat

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/identity"
)

// TestVerifyTellsWhatIsShown tampers with what the database has beside the events, by which is shown what they say.
func TestVerifyTellsWhatIsShown(t *testing.T) {
	const conversation = `(SELECT key FROM chat_conversation WHERE length(person) = 32)`
	talked, ben := twoWhoAmended(t)
	id := talked.id
	said := func(text string) string {
		return `(SELECT place FROM chat_event WHERE instr(body, CAST('` + text + `' AS BLOB)) > 0 AND kind = 1)`
	}
	taken := `(SELECT place FROM chat_event WHERE deleted = 1)`
	words := `salt = x'', body = x''`
	for _, c := range []struct {
		what       string
		statements []string
		want       string // a part of what is told; empty: nothing is
	}{
		{"nothing", nil, ""},
		{"the words after an edit", []string{`UPDATE chat_upshot SET body = CAST(replace(body, 'six', 'two') AS BLOB) WHERE instr(body, CAST('six' AS BLOB)) > 0`}, "what is shown of event"},
		{"that it was edited", []string{`DELETE FROM chat_upshot WHERE place = ` + said("meeting at")}, "what is shown of event"},
		{"other words of one that nobody edited", []string{`INSERT INTO chat_upshot SELECT ` + said("left alone") + `, body FROM chat_upshot WHERE place = ` + said("meeting at")}, "what is shown of event"},
		{"an upshot that cannot be read", []string{`UPDATE chat_upshot SET body = x'ff' WHERE place = ` + said("meeting at")}, "cannot be read"},
		{"an emoji", []string{`UPDATE chat_upshot SET body = CAST(replace(body, '👍', '👎') AS BLOB) WHERE instr(body, CAST('👍' AS BLOB)) > 0`}, "what is shown of event"},
		{"a pin", []string{`DELETE FROM chat_upshot WHERE place = ` + said("important")}, "what is shown of event"},
		{"an edit, as if there were none", []string{`DELETE FROM chat_upshot WHERE place = ` + said("meeting at"),
			`DELETE FROM chat_amendment WHERE place IN (SELECT place FROM chat_event WHERE kind = 4)`}, "changes another one, and does not count"},
		{"an edit, as if of another one", []string{`DELETE FROM chat_upshot WHERE place = ` + said("meeting at"),
			`UPDATE chat_amendment SET target = zeroblob(32) WHERE place IN (SELECT place FROM chat_event WHERE kind = 4)`}, "changes another one than it counts for"},
		{"a pin, as if what it pins were not here", []string{`UPDATE chat_amendment SET waiting = 1 WHERE place IN (SELECT place FROM chat_event WHERE kind = 7)`}, "changes another one, and does not count"},
		{"a text, as if it changed another", []string{`INSERT INTO chat_amendment SELECT ` + said("left alone") + `, conversation, target, 0 FROM chat_amendment LIMIT 1`}, "is no change of another one, and counts as one"},
		{"the words of an edit, with what is shown", []string{`UPDATE chat_upshot SET body = CAST(replace(body, 'six', 'two') AS BLOB) WHERE instr(body, CAST('six' AS BLOB)) > 0`,
			`UPDATE chat_event SET hidden = 2, ` + words + ` WHERE kind = 4`}, "what is shown of event"},
		{"hidden as too old", []string{`UPDATE chat_event SET hidden = 2 WHERE place = ` + said("left alone")}, "is hidden, although its words are here"},
		{"hidden as a re-issue", []string{`UPDATE chat_event SET hidden = 1 WHERE place = ` + said("left alone")}, "is hidden, although nothing stands in its place"},
		{"hidden as cut", []string{`UPDATE chat_event SET hidden = 3 WHERE place = ` + said("left alone")}, "is hidden, although it counts"},
		{"hidden as out of place", []string{`UPDATE chat_event SET hidden = 4 WHERE place = ` + said("left alone")}, "is hidden, although it counts"},
		{"hidden as blocked", []string{`UPDATE chat_event SET hidden = 5 WHERE place = ` + said("left alone")}, "is hidden, although it counts"},
		{"hidden for no reason", []string{`UPDATE chat_event SET hidden = 7 WHERE place = ` + said("left alone")}, "is hidden, and nothing says why"},
		{"hidden as refused", []string{`UPDATE chat_event SET hidden = 6 WHERE place = ` + said("left alone")}, "is shown as refused, and is not"},
		{"listed elsewhere", []string{`UPDATE chat_event SET conversation = conversation + 1000 WHERE place = ` + said("left alone")}, "is listed in another conversation"},
		{"deleted, with its words", []string{`UPDATE chat_event SET deleted = 1 WHERE place = ` + said("left alone")}, "counts as deleted, and is not"},
		{"deleted, without them", []string{`UPDATE chat_event SET deleted = 1, ` + words + ` WHERE place = ` + said("left alone")}, "counts as deleted, although its author did not delete it"},
		{"words taken away", []string{`UPDATE chat_event SET ` + words + ` WHERE place = ` + said("left alone")}, "the words of event 3 were taken away"},
		{"not deleted", []string{`DELETE FROM chat_upshot WHERE place = ` + taken, `UPDATE chat_event SET deleted = 0 WHERE place = ` + taken}, "what is shown of event"},
		{"a room's person", []string{`UPDATE chat_conversation SET person = zeroblob(32) WHERE key = ` + conversation}, "is with somebody else than it is"},
		{"words taken away as too old", []string{`UPDATE chat_event SET hidden = 2, ` + words + ` WHERE place = ` + said("left alone")}, ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				anna := s.agent(t, "Anna")
				anna.id = id
				talked.copyProfileTo(t, anna)
				if len(c.statements) > 0 {
					anna.tamper(t, c.statements...)
				}
				anna.run(t)
				anna.verifies(t, anna.Direct(ben), c.want)
			})
		})
	}
}

// verifies looks for what verifying a conversation tells; empty: nothing.
func (a *agent) verifies(t *testing.T, talk event.ConversationID, want string) Verification {
	t.Helper()
	found, err := a.Verify(t.Context(), talk)
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, one := range found.Alterations {
		told = append(told, one.What)
	}
	if all := strings.Join(told, "\n"); want == "" && all != "" || !strings.Contains(all, want) {
		t.Errorf("told %q, not %q", told, want)
	}
	return found
}

// twoWhoAmended returns Anna, who has stopped, and Ben: to her texts much was done by both.
func twoWhoAmended(t *testing.T) (anna *agent, ben identity.PersonID) {
	t.Helper()
	return profileAfter(t, func(t *testing.T, a, b *agent) {
		sent := a.send(t, b, "meeting at five", "important", "left alone", "taken back")
		b.awaitTexts(t, a, "meeting at five", "important", "left alone", "taken back")
		_, edit := a.Edit(t.Context(), sent[0].ID, "meeting at six", nil)
		_, react := b.React(t.Context(), sent[0].ID, "👍", true)
		_, pin := b.Pin(t.Context(), sent[1].ID, true)
		_, drop := a.Delete(t.Context(), sent[3].ID)
		for _, err := range []error{edit, react, pin, drop} {
			if err != nil {
				t.Fatal(err)
			}
		}
		a.await(t, "the reaction and the pin", func() bool {
			return len(a.message(t, sent[0].ID).Reactions) == 1 && a.message(t, sent[1].ID).Pinned
		})
		b.await(t, "the deletion", func() bool { return b.message(t, sent[3].ID).Deleted })
	})
}

// TestVerifyAnnouncements: the same of the office, the end of which nobody signs to have: that it was here is noted.
func TestVerifyAnnouncements(t *testing.T) {
	for _, c := range []struct{ what, statement, want string }{
		{"nothing", "", ""},
		{"the end", `DELETE FROM chat_event WHERE instr(body, CAST('the last' AS BLOB)) > 0`, "is missing at the end: it was here"},
		{"words after an edit", `UPDATE chat_upshot SET body = CAST(replace(body, 'six', 'two') AS BLOB)`, "what is shown of event"},
		{"hidden as if somebody were blocked, which is set right at the start", `UPDATE chat_event SET hidden = 5 WHERE instr(body, CAST('the last' AS BLOB)) > 0`, ""},
		{"hidden as out of place", `UPDATE chat_event SET hidden = 4 WHERE instr(body, CAST('the last' AS BLOB)) > 0`, "is hidden, although it counts"},
	} {
		t.Run(c.what, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				all := s.office(t, "Anna", "Ben")
				anna, ben := all[0], all[1]
				first := anna.announce(t, "fire drill at five")
				if _, err := anna.Edit(t.Context(), first.ID, "fire drill at six", nil); err != nil {
					t.Fatal(err)
				}
				anna.announce(t, "the last")
				ben.awaitSaid(t, event.OfficeID(), "fire drill at six", "the last")
				anna.stop()
				ben.search(t, Search{Text: "last"})
				ben.stop()
				if c.statement != "" {
					ben.tamper(t, c.statement)
				}
				ben.run(t)
				v := ben.known(event.OfficeID())
				ben.await(t, "that it is known who is blocked", func() bool {
					v.mu.Lock()
					defer v.mu.Unlock()
					return v.office.judged
				})
				ben.verifies(t, event.OfficeID(), c.want)
			})
		})
	}
}

// TestVerifyTellsWhyWordsAreGone: each event without words is counted by why it has none.
func TestVerifyTellsWhyWordsAreGone(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{ClosedHistory: true}, anna, ben)
		sent := anna.say(t, room, "one", "two", "three")
		ben.awaitSaid(t, room, "one", "two", "three")
		if _, err := ben.Invite(t.Context(), room, carla.person()); err != nil {
			t.Fatal(err)
		}
		carla.awaitMembers(t, room, all...)
		anna.awaitMembers(t, room, all...)
		counts := func(a *agent, talk event.ConversationID, want Gone) {
			t.Helper()
			found := a.verifies(t, talk, "")
			g := found.Gone
			if g != want || found.Dropped != g.Deleted+g.TooOld+g.Forgotten+g.NotOurs+g.Awaited+g.Unexplained {
				t.Errorf("%s counts %+v of %d, not %+v", a.name, g, found.Dropped, want)
			}
		}
		counts(anna, room, Gone{})
		counts(carla, room, Gone{NotOurs: 3})
		if _, err := anna.Edit(t.Context(), sent[1].ID, "two, edited", nil); err != nil {
			t.Fatal(err)
		}
		if _, err := anna.Delete(t.Context(), sent[1].ID); err != nil {
			t.Fatal(err)
		}
		ben.await(t, "the deletion", func() bool { return ben.message(t, sent[1].ID).Deleted })
		counts(ben, room, Gone{Deleted: 2}) // the text and its edit
		ben.awaitSaid(t, room, "one", "", "three")
		if _, err := ben.MarkRead(t.Context(), room, event.ID{}); err != nil {
			t.Fatal(err)
		}
		carla.await(t, "all", func() bool { return carla.known(room).vector().Equal(anna.known(room).vector()) })
		time.Sleep(31 * day)
		if err := ben.KeepAll(t.Context(), 30); err != nil {
			t.Fatal(err)
		}
		ben.await(t, "the old messages to go", func() bool { return !slices.Contains(ben.said(t, room), "one") })
		counts(ben, room, Gone{Deleted: 2, TooOld: 2})
		if err := ben.KeepAll(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		counts(ben, room, Gone{Deleted: 2, Unexplained: 2})
	})
}

// TestVerifyCountsWhatIsAwaited: what came without words, and what was forgotten with a room, are counted as that.
func TestVerifyCountsWhatIsAwaited(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		room, anna, ben, carla := aged(t, s, NewRoom{})
		anna.stop()
		if _, err := ben.Invite(t.Context(), room, carla.person()); err != nil {
			t.Fatal(err)
		}
		carla.awaitMembers(t, room, anna, ben, carla)
		carla.awaitSaid(t, room, "new")
		if found := carla.verifies(t, room, ""); found.Gone != (Gone{Awaited: found.Dropped}) || found.Dropped < 3 {
			t.Errorf("%+v", found)
		}
		if _, err := carla.Leave(t.Context(), room); err != nil {
			t.Fatal(err)
		}
		ben.awaitMembers(t, room, anna, ben)
		if err := carla.ForgetRoom(t.Context(), room, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := ben.Invite(t.Context(), room, carla.person()); err != nil {
			t.Fatal(err)
		}
		carla.awaitMembers(t, room, anna, ben, carla)
		if found := carla.verifies(t, room, ""); found.Gone != (Gone{Forgotten: found.Dropped}) || found.Dropped < 4 {
			t.Errorf("%+v", found)
		}
	})
}

// TestVerifyWhileMuchHappens: what is just being stored is no alteration.
func TestVerifyWhileMuchHappens(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carla")
		anna, ben, carla := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{}, anna, ben)
		looked, stop, over := make(chan struct{}), make(chan struct{}), make(chan struct{}) // each receipt of the first lets the next look begin
		go func() {
			defer close(over)
			for {
				for _, a := range []*agent{anna, ben} {
					if found, err := a.Verify(t.Context(), room); err != nil || len(found.Alterations) > 0 {
						t.Errorf("%s: %+v %v", a.name, found.Alterations, err)
					}
				}
				select {
				case looked <- struct{}{}:
				case <-stop:
					return
				}
			}
		}()
		for i := range 5 {
			text := fmt.Sprint("text ", i)
			sent := anna.say(t, room, text)[0]
			<-looked
			if _, err := anna.Invite(t.Context(), room, carla.person()); err != nil {
				t.Fatal(err)
			}
			for _, a := range all {
				a.awaitMembers(t, room, all...)
			}
			<-looked
			if _, err := carla.React(t.Context(), carla.say(t, room, "Carla's "+text)[0].ID, "🎉", true); err != nil {
				t.Fatal(err)
			}
			<-looked
			_, edit := anna.Edit(t.Context(), sent.ID, text+", edited", nil)
			_, out := anna.Remove(t.Context(), room, carla.person())
			if edit != nil || out != nil {
				t.Fatal(edit, out)
			}
			for _, a := range all {
				a.awaitMembers(t, room, anna, ben)
			}
		}
		close(stop)
		<-over
	})
}

// TestVerifyAlteredOrigin: that nobody can read any more what was said anew stops no verifying: it is told.
func TestVerifyAlteredOrigin(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all, room, one := anewBehindAWall(t, s, false)
		carla := all[2]
		carla.awaitVector(t, room, all[0])
		carla.verifies(t, room, "")
		carla.stop()
		carla.tamper(t, fmt.Sprintf(`UPDATE chat_event SET header = x'ff' WHERE name = %d`, event.Name(one.ID)))
		carla.run(t)
		carla.verifies(t, room, "cannot be read")
	})
}
