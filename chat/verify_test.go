package chat

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"
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
		{"salt and body dropped", []string{`UPDATE chat_event SET salt = x'', body = x'' WHERE place = ` + ben1 + ` + 2`}, ""},
		{"a byte of a header", []string{`UPDATE chat_event SET header = substr(header, 1, length(header) - 1) || x'ee' WHERE place = ` + ben1 + ` + 2`}, "event 3 does not follow"},
		{"a header that cannot be read", []string{`UPDATE chat_event SET header = x'ff' WHERE place = ` + ben1 + ` + 2`}, "cannot be read"},
		{"two events in each other's place", []string{
			`UPDATE chat_event SET place = -1 WHERE place = ` + ben1 + ` + 2`,
			`UPDATE chat_event SET place = ` + ben1 + ` + 2 WHERE place = ` + ben1 + ` + 3`,
			`UPDATE chat_event SET place = ` + ben1 + ` + 3 WHERE place = -1`}, "in the place of event 2 stands another one"},
		{"the order on screen", []string{`UPDATE chat_event SET lamport = lamport + 100 WHERE place = ` + ben1 + ` + 2`}, "order, time or kind of event 2"},
		{"the time on screen", []string{`UPDATE chat_event SET time = time - 86400000 WHERE place = ` + ben1 + ` + 2`}, "order, time or kind of event 2"},
		{"the kind", []string{`UPDATE chat_event SET kind = 99 WHERE place = ` + ben1 + ` + 2`}, "order, time or kind of event 2"},
		{"an event taken out", []string{`DELETE FROM chat_event WHERE place = ` + ben1 + ` + 2`}, "events 2 to 2 are missing"},
		{"their newest event taken out", []string{`DELETE FROM chat_event WHERE place = ` + ben1 + ` + 5`}, "events 5 to 5 are missing at the end: this computer signed to have them"},
		{"our newest events taken out", []string{`DELETE FROM chat_event WHERE place > ` + anna1 + ` + 3 AND place < ` + ben1}, "events 4 to 5 are missing at the end: computer "},
		{"our newest events, and that we said so", []string{`DELETE FROM chat_event WHERE place > ` + anna1 + ` + 3 AND place < ` + ben1,
			`DELETE FROM chat_state WHERE peer = (SELECT peer FROM chat_branch WHERE key = 1)`}, "events 4 to 5 are missing at the end: computer "},
		{"what we said", []string{`DELETE FROM chat_state WHERE peer = (SELECT peer FROM chat_branch WHERE key = 1)`}, "our own signed statement"},
		{"the signature of what they said", []string{`UPDATE chat_state SET signature = zeroblob(64) WHERE peer = (SELECT peer FROM chat_branch WHERE key = 2)`},
			"is not signed by it"},
		{"the counter of what they said", []string{`UPDATE chat_state SET counter = counter + 1 WHERE peer = (SELECT peer FROM chat_branch WHERE key = 2)`},
			"the signed statement of what this computer has was altered"},
		{"a signature", []string{`UPDATE chat_event SET signature = zeroblob(64) WHERE place = ` + ben1 + ` + 5`}, "the signature of event 5"},
		{"the signature at the end taken away", []string{`UPDATE chat_event SET signature = NULL WHERE place = ` + ben1 + ` + 5`}, "do not have their author's signature"},
		{"text and header, to fit each other", []string{`UPDATE chat_event SET body = (SELECT body FROM chat_event WHERE place = ` + ben1 + ` + 3),
			salt = (SELECT salt FROM chat_event WHERE place = ` + ben1 + ` + 3), header = (SELECT header FROM chat_event WHERE place = ` + ben1 + ` + 3)
			WHERE place = ` + ben1 + ` + 2`}, "in the place of event 2 stands another one"},
		{"a whole log", []string{`PRAGMA foreign_keys = OFF`, `DELETE FROM chat_event WHERE place > ` + ben1, `DELETE FROM chat_read`, `DELETE FROM chat_indexed WHERE branch = 2`,
			`DELETE FROM chat_branch WHERE key = 2`}, "events 1 to 5 are missing at the end: this computer signed to have them"},
	} {
		t.Run(c.what, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
				anna.meet(t, ben)
				var last [2]Message
				for _, text := range []string{"one", "two", "three", "four", "five"} {
					last[0] = anna.send(t, ben, text)[0]
					ben.await(t, "it", func() bool { texts := ben.texts(t, anna); return len(texts) > 0 && texts[len(texts)-1] == text })
					last[1] = ben.send(t, anna, "Ben's "+text)[0]
					anna.await(t, "the answer", func() bool { texts := anna.texts(t, ben); return texts[len(texts)-1] == "Ben's "+text })
				}
				anna.awaitState(t, last[0].ID, Delivered)
				ben.awaitState(t, last[1].ID, Delivered)
				if _, err := anna.MarkRead(t.Context(), ben.person(), EventID{}); err != nil {
					t.Fatal(err)
				}
				anna.search(t, Search{Text: "one"}) // all is indexed
				ben.stop()
				anna.stop()
				if len(c.statements) > 0 {
					anna.tamper(t, c.statements...)
				}
				anna.run(t)
				found, err := anna.Verify(t.Context(), ben.person())
				if err != nil {
					t.Fatal(err)
				}
				var told []string
				for _, a := range found.Alterations {
					told = append(told, a.What)
				}
				if all := strings.Join(told, "\n"); c.want == "" && all != "" || !strings.Contains(all, c.want) {
					t.Errorf("told %q, not %q", told, c.want)
				}
				if c.want == "" && (found.Events != 10 || found.Signatures != 10 || found.Logs != 2) {
					t.Errorf("looked at %+v", found)
				}
			})
		})
	}
}

// TestVerifyForksAndReissues: a profile that was put back and went on is no tampering.
func TestVerifyForksAndReissues(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		anna.send(t, ben, "one")
		ben.awaitTexts(t, anna, "one")
		anna.stop()
		put := anna.copyProfile(t)
		anna.run(t)
		anna.awaitLink(t, ben)
		anna.send(t, ben, "two")
		ben.awaitTexts(t, anna, "one", "two")
		anna.stop()
		put()
		ben.stop()
		anna.run(t)
		anna.send(t, ben, "three")
		ben.run(t)
		anna.awaitLink(t, ben)
		ben.awaitTexts(t, anna, "one", "two", "three")
		anna.awaitTexts(t, ben, "one", "two", "three")
		for a, with := range map[*agent]*agent{anna: ben, ben: anna} {
			a.await(t, "the logs agree", func() bool {
				found, err := a.Verify(t.Context(), with.person())
				if err != nil {
					t.Fatal(err)
				}
				return len(found.Alterations) == 0 && found.Events > 3
			})
		}
	})
}
