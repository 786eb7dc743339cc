package chat

import (
	"database/sql"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"lanyard/chat/event"
	"lanyard/internal/identity"
)

// tamper changes the database of a stopped agent, as somebody would who has a tool for it.
func (a *agent) tamper(t *testing.T, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(a.dir, "lanyard.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		r, err := db.Exec(s)
		if err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		if n, err := r.RowsAffected(); err != nil || n == 0 && !strings.HasPrefix(s, "PRAGMA") {
			t.Fatalf("%s changed nothing: %v", s, err)
		}
	}
}

// TestVerifyTellsTampering tampers with the database in each way. Places: Anna's log is branch 1, Ben's is branch 2, five events each.
func TestVerifyTellsTampering(t *testing.T) {
	const anna1, ben1 = "(1 << 40)", "(2 << 40)" // places before the first event
	talked, ben := twoWhoTalked(t)
	id := talked.id
	for _, c := range []struct {
		what       string
		statements []string
		want       string // a part of what is told; empty: nothing is
	}{
		{"nothing", nil, ""},
		{"a text of ours", []string{`UPDATE chat_event SET body = x'a10161' || '!' WHERE place = ` + anna1 + ` + 3`}, "the text of event 3 was altered"},
		{"a text of theirs", []string{`UPDATE chat_event SET body = replace(body, 'two', 'ten') WHERE place = ` + ben1 + ` + 2`}, "the text of event 2 was altered"},
		{"the salt", []string{`UPDATE chat_event SET salt = zeroblob(16) WHERE place = ` + ben1 + ` + 2`}, "the text of event 2 was altered"},
		{"the body alone dropped", []string{`UPDATE chat_event SET body = x'' WHERE place = ` + ben1 + ` + 2`}, "the text of event 2 was altered"},
		{"salt and body taken away", []string{`UPDATE chat_event SET salt = x'', body = x'' WHERE place = ` + ben1 + ` + 2`}, "the words of event 2 were taken away"},
		{"salt and body dropped", []string{`UPDATE chat_event SET salt = x'', body = x'', hidden = 2 WHERE place = ` + ben1 + ` + 2`}, ""},
		{"a byte of a header", []string{`UPDATE chat_event SET header = substr(header, 1, length(header) - 1) || iif(substr(header, -1) = x'ee', x'ed', x'ee') WHERE place = ` + ben1 + ` + 2`}, "order, time or kind of event 2"},
		{"a header that cannot be read", []string{`UPDATE chat_event SET header = x'ff' WHERE place = ` + ben1 + ` + 2`}, "cannot be read"},
		{"two events in each other's place", []string{
			`UPDATE chat_event SET place = -1 WHERE place = ` + ben1 + ` + 2`,
			`UPDATE chat_event SET place = ` + ben1 + ` + 2 WHERE place = ` + ben1 + ` + 3`,
			`UPDATE chat_event SET place = ` + ben1 + ` + 3 WHERE place = -1`}, "in the place of event 2 stands another one"},
		{"the order on screen", []string{`UPDATE chat_event SET lamport = lamport + 100 WHERE place = ` + ben1 + ` + 2`}, "order, time or kind of event 2"},
		{"the time on screen", []string{`UPDATE chat_event SET time = time - 86400000 WHERE place = ` + ben1 + ` + 2`}, "order, time or kind of event 2"},
		{"the kind", []string{`UPDATE chat_event SET kind = 99 WHERE place = ` + ben1 + ` + 2`}, "order, time or kind of event 2"},
		{"an event taken out", []string{`DELETE FROM chat_event WHERE place = ` + ben1 + ` + 2`}, "event 2 is missing"},
		{"their newest event taken out", []string{`DELETE FROM chat_event WHERE place = ` + ben1 + ` + 5`}, "event 5 is missing at the end: this computer signed to have it"},
		{"our newest events taken out", []string{`DELETE FROM chat_event WHERE place > ` + anna1 + ` + 3 AND place < ` + ben1}, " and this computer signed to have them"},
		{"our newest events, and that we said so", []string{`DELETE FROM chat_event WHERE place > ` + anna1 + ` + 3 AND place < ` + ben1,
			`DELETE FROM chat_state WHERE peer = (SELECT peer FROM chat_branch WHERE key = 1)`}, "events 4 to 5 are missing at the end: computer "},
		{"what we said", []string{`DELETE FROM chat_state WHERE peer = (SELECT peer FROM chat_branch WHERE key = 1)`}, "our own signed statement"},
		{"the signature of what they said", []string{`UPDATE chat_state SET signature = zeroblob(64) WHERE peer = (SELECT peer FROM chat_branch WHERE key = 2)`},
			"is not signed by it"},
		{"the counter of what they said", []string{`UPDATE chat_state SET counter = counter + 1 WHERE peer = (SELECT peer FROM chat_branch WHERE key = 2)`},
			"the signed statement of what this computer has was altered"},
		{"a signature", []string{`UPDATE chat_event SET signature = zeroblob(64) WHERE place = ` + ben1 + ` + 5`}, "the signature of event 5"},
		{"the signature at the end taken away", []string{`UPDATE chat_event SET signature = NULL WHERE place = ` + ben1 + ` + 5`}, "event 5 does not have its author's signature"},
		{"text and header, to fit each other", []string{`UPDATE chat_event SET body = (SELECT body FROM chat_event WHERE place = ` + ben1 + ` + 3),
			salt = (SELECT salt FROM chat_event WHERE place = ` + ben1 + ` + 3), header = (SELECT header FROM chat_event WHERE place = ` + ben1 + ` + 3)
			WHERE place = ` + ben1 + ` + 2`}, "in the place of event 2 stands another one"},
		{"a whole log", []string{`PRAGMA foreign_keys = OFF`, `DELETE FROM chat_event WHERE place > ` + ben1, `DELETE FROM chat_read`, `DELETE FROM chat_indexed WHERE branch = 2`,
			`DELETE FROM chat_branch WHERE key = 2`}, "events 1 to 5 are missing at the end: this computer signed to have them"},
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
				found, err := anna.Verify(t.Context(), anna.Direct(ben))
				if err != nil {
					t.Fatal(err)
				}
				var told []string
				about := map[uint64]int{}
				for _, a := range found.Alterations {
					told = append(told, a.What)
					if about[a.Number]++; a.Number > 0 && about[a.Number] > 1 {
						t.Errorf("of event %d is told twice: %q", a.Number, told)
					}
				}
				if len(told) > 1 && !slices.Contains([]string{"two events in each other's place", "our newest events, and that we said so"}, c.what) {
					t.Errorf("one thing is told as %q", told)
				}
				if all := strings.Join(told, "\n"); c.want == "" && all != "" || !strings.Contains(all, c.want) {
					t.Errorf("told %q, not %q", told, c.want)
				}
				page, err := anna.History(t.Context(), anna.Direct(ben), Query{})
				if err != nil {
					t.Fatal(err)
				}
				gone := slices.ContainsFunc(page.Messages, func(m Message) bool { return m.Gone && m.Opaque && m.Text == "" })
				if is := c.what == "salt and body taken away" || c.what == "the body alone dropped"; gone != is {
					t.Errorf("a message is shown as one that lost its words: %v", gone)
				}
				if c.want == "" && (found.Events != 10 || found.Signatures != 10 || found.Logs != 2) {
					t.Errorf("looked at %+v", found)
				}
			})
		})
	}
}

// twoWhoTalked returns Anna, who has stopped, and Ben: five texts of each, in turns, read, indexed, and known to both to have arrived.
func twoWhoTalked(t *testing.T) (anna *agent, ben identity.PersonID) {
	t.Helper()
	return profileAfter(t, func(t *testing.T, a, b *agent) {
		var last [2]Message
		for _, text := range []string{"one", "two", "three", "four", "five"} {
			last[0] = a.send(t, b, text)[0]
			b.await(t, "it", func() bool { texts := b.texts(t, a); return len(texts) > 0 && texts[len(texts)-1] == text })
			last[1] = b.send(t, a, "Ben's "+text)[0]
			a.await(t, "the answer", func() bool { texts := a.texts(t, b); return texts[len(texts)-1] == "Ben's "+text })
		}
		a.awaitState(t, last[0].ID, Delivered)
		b.awaitState(t, last[1].ID, Delivered)
		if _, err := a.MarkRead(t.Context(), a.Direct(b.person()), event.ID{}); err != nil {
			t.Fatal(err)
		}
	})
}

// profileAfter returns Anna, who has stopped, and Ben, after the two met and did something; her profile is where no agent runs, all of it indexed.
func profileAfter(t *testing.T, did func(t *testing.T, anna, ben *agent)) (anna *agent, ben identity.PersonID) {
	t.Helper()
	dir := t.TempDir()
	inMemory(t, func(t *testing.T, s *site) {
		a, b := s.start(t, "Anna"), s.start(t, "Ben")
		a.meet(t, b)
		did(t, a, b)
		a.search(t, Search{Text: "one"}) // all is indexed
		b.stop()
		a.stop()
		anna, ben = &agent{id: a.id, dir: dir}, b.person()
		a.copyProfileTo(t, anna)
	})
	return anna, ben
}

// TestVerifyForksAndReissues: a profile that was put back and went on is no tampering.
func TestVerifyForksAndReissues(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := putBack(t, s, func(anna, ben *agent) {
			anna.send(t, ben, "one")
			ben.awaitTexts(t, anna, "zero", "one")
		})
		anna.send(t, ben, "two")
		ben.run(t)
		anna.awaitLink(t, ben)
		ben.await(t, "three texts", func() bool { return len(ben.texts(t, anna)) == 3 })
		anna.await(t, "three texts", func() bool { return len(anna.texts(t, ben)) == 3 })
		for a, with := range map[*agent]*agent{anna: ben, ben: anna} {
			time.Sleep(10 * time.Second) // of the bubble's clock: until nothing goes on any more
			found, err := a.Verify(t.Context(), a.Direct(with.person()))
			if err != nil || len(found.Alterations) > 0 || found.Events < 3 || found.Logs < 1 {
				t.Errorf("%s: %+v %v", a.name, found, err)
			}
		}
	})
}
