package chat

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/chat/amend"
	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/store"
)

// TestOldAmendments opens a database that a version without amendments wrote, which took them for something newer: they count now.
func TestOldAmendments(t *testing.T) {
	s := &site{}
	a := s.agent(t, "Ben")
	for _, file := range []string{"lanyard.db", "identity.pem"} {
		b, err := os.ReadFile(filepath.Join("testdata", "version1", file))
		if err == nil {
			err = os.WriteFile(filepath.Join(a.dir, file), b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	if a.id, err = identity.Open(a.dir); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second start finds nothing to take in
		a.run(t)
		rows, err := a.Conversations(t.Context())
		if err != nil || len(rows) != 1 {
			t.Fatalf("%d conversations: %v", len(rows), err)
		}
		page, err := a.History(t.Context(), rows[0].ID, Query{})
		if err != nil || len(page.Messages) != 5 {
			t.Fatalf("%+v: %v", page.Messages, err)
		}
		m := page.Messages
		if m[0].Text != "Lunch at one?" || m[0].Edits != 1 || len(m[0].Reactions) != 1 || m[0].Reactions[0].Emoji != "👍" {
			t.Errorf("the first is %+v", m[0])
		}
		if !m[1].Deleted || m[1].Text != "" || m[1].Unread || !m[2].Pinned || m[3].Text != "At one" || !m[4].Opaque {
			t.Errorf("the others are %+v", m[1:])
		}
		if rows[0].Unread != 3 || page.FirstUnread != m[0].ID { // the first, the third and the one that a newer version is needed for
			t.Errorf("%d are unread, the first is %s", rows[0].Unread, page.FirstUnread)
		}
		if dropped(t, a) != 1 {
			t.Errorf("%d bodies are dropped", dropped(t, a))
		}
		a.stop()
	}
}

// dropped counts the events of which the body is gone.
func dropped(t *testing.T, a *agent) (n int) {
	t.Helper()
	err := a.config.DB.Read(t.Context(), func(tx *store.Tx) error {
		return tx.QueryRow(`SELECT count(*) FROM chat_event WHERE body = x'' AND salt = x''`).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// message returns one message as a shows it.
func (a *agent) message(t *testing.T, id event.ID) Message {
	t.Helper()
	m, err := a.Shown(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func must(t *testing.T) func(Message, error) Message {
	return func(m Message, err error) Message {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
}

func TestAmendments(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		lunch := anna.send(t, ben, "Lunch at noon?")[0]
		ben.awaitTexts(t, anna, "Lunch at noon?")
		reply := must(t)(ben.Post(t.Context(), ben.Direct(anna.person()), Post{Text: "Yes", ReplyTo: lunch.ID, Mentions: []identity.PersonID{anna.person()}, From: "Carla\u202e"}))
		if reply.Reply == nil || reply.Reply.Text != "Lunch at noon?" || !reply.Reply.Here || reply.Reply.Author != anna.person() {
			t.Errorf("the quote is %+v", reply.Reply)
		}
		anna.awaitTexts(t, ben, "Lunch at noon?", "Yes")
		if got := anna.message(t, reply.ID); got.From != "Carla" || !slices.Equal(got.Mentions, []identity.PersonID{anna.person()}) || got.Reply.Text != "Lunch at noon?" {
			t.Errorf("the reply came as %+v", got)
		}
		if _, err := ben.MarkRead(t.Context(), ben.Direct(anna.person()), event.ID{}); err != nil {
			t.Fatal(err)
		}

		edited := must(t)(anna.Edit(t.Context(), lunch.ID, "Lunch at one?", nil))
		if edited.Text != "Lunch at one?" || edited.Edits != 1 || edited.Edited.IsZero() || edited.ID != lunch.ID {
			t.Errorf("edited: %+v", edited)
		}
		must(t)(anna.Edit(t.Context(), lunch.ID, "Lunch at one?", nil)) // the same words: no second edit
		must(t)(anna.Edit(t.Context(), lunch.ID, "Lunch at two?", nil))
		must(t)(ben.React(t.Context(), lunch.ID, "👍", true))
		must(t)(ben.React(t.Context(), lunch.ID, "🎉", true))
		must(t)(ben.React(t.Context(), lunch.ID, "🎉", false))
		must(t)(ben.React(t.Context(), lunch.ID, "❤", true))
		must(t)(ben.React(t.Context(), lunch.ID, "❤\ufe0f", false)) // the same to the eye
		must(t)(ben.Pin(t.Context(), lunch.ID, true))
		for _, a := range []*agent{anna, ben} {
			a.await(t, "both see the same", func() bool {
				m := a.message(t, lunch.ID)
				return m.Text == "Lunch at two?" && m.Edits == 2 && m.Pinned && len(m.Reactions) == 1 && m.Reactions[0].Count == 1 && m.Reactions[0].Mine == (a == ben)
			})
			if q := a.message(t, reply.ID).Reply; q.Text != "Lunch at two?" {
				t.Errorf("%s quotes %+v", a.name, q)
			}
			versions, err := a.Versions(t.Context(), lunch.ID)
			if err != nil || len(versions) != 3 || versions[0].Text != "Lunch at noon?" || versions[2].Text != "Lunch at two?" {
				t.Errorf("%s has the versions %+v: %v", a.name, versions, err)
			}
		}
		if row, err := ben.Conversation(t.Context(), ben.Direct(anna.person())); err != nil || row.Unread != 0 {
			t.Errorf("an edit made %d messages unread: %v", row.Unread, err)
		}

		if _, err := ben.Edit(t.Context(), lunch.ID, "x", nil); !errors.Is(err, ErrNotMine) {
			t.Errorf("somebody else's edit: %v", err)
		}
		if _, err := ben.Delete(t.Context(), lunch.ID); !errors.Is(err, ErrNotMine) {
			t.Errorf("somebody else's deletion: %v", err)
		}
		if _, err := ben.React(t.Context(), lunch.ID, "a b", true); !errors.Is(err, amend.ErrEmoji) {
			t.Errorf("a reaction of two words: %v", err)
		}
		before := dropped(t, ben)
		if m := must(t)(anna.Delete(t.Context(), lunch.ID)); !m.Deleted || m.Text != "" || len(m.Reactions) != 0 || m.Pinned {
			t.Errorf("deleted: %+v", m)
		}
		for _, a := range []*agent{anna, ben} {
			a.await(t, "it is deleted", func() bool { return a.message(t, lunch.ID).Deleted })
			if got := dropped(t, a) - before; got != 3 { // the text and its two edits
				t.Errorf("%s dropped %d bodies", a.name, got)
			}
			if q := a.message(t, reply.ID).Reply; !q.Deleted || q.Text != "" {
				t.Errorf("%s quotes %+v", a.name, q)
			}
			if _, err := a.Pin(t.Context(), lunch.ID, true); !errors.Is(err, ErrDeleted) {
				t.Errorf("pin what was deleted: %v", err)
			}
			if by, when, is, err := a.Deleted(t.Context(), lunch.ID); err != nil || !is || by != anna.person() || when.Before(lunch.Time) || time.Since(when) < 0 {
				t.Errorf("deleted by %v at %v: %v, %v", by, when, is, err)
			}
			if _, _, is, err := a.Deleted(t.Context(), reply.ID); err != nil || is {
				t.Errorf("what was not deleted is: %v", err)
			}
			if versions, err := a.Versions(t.Context(), lunch.ID); err != nil || len(versions) != 0 {
				t.Errorf("versions of what was deleted: %v %v", versions, err)
			}
		}
		// The chain is whole: what comes after still goes through, also after a restart.
		ben.stop()
		ben.run(t)
		ben.awaitLink(t, anna)
		after := anna.send(t, ben, "after")[0]
		anna.awaitState(t, after.ID, Delivered)
		if m := ben.message(t, lunch.ID); !m.Deleted {
			t.Errorf("after a restart: %+v", m)
		}
	})
}

// TestAmendmentsWhileAway: what was edited and deleted while somebody was away never shows them the old words; somebody who was told is told again.
// TestReactionsThatLookTheSame: who reacted with one form of an emoji while another person did with the other takes off their own, by either form, and adds no second one.
func TestReactionsThatLookTheSame(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		m := anna.send(t, ben, "one")[0]
		ben.awaitTexts(t, anna, "one")
		const plain, coloured = "\u2764", "\u2764\ufe0f"
		inTheSameMoment := func(a *agent, emoji string) {
			must(t)(a.amend(t.Context(), m, amend.Amendment{Kind: event.KindReaction, Named: m.ID, Emoji: emoji, On: true}))
		}
		inTheSameMoment(anna, plain)
		inTheSameMoment(ben, coloured)
		ben.await(t, "both reactions", func() bool { return len(ben.message(t, m.ID).Reactions) == 2 })
		must(t)(ben.React(t.Context(), m.ID, plain, true)) // he has one that looks the same
		for _, emoji := range []string{coloured, plain} {
			got := must(t)(ben.React(t.Context(), m.ID, emoji, false))
			if len(got.Reactions) != 1 || got.Reactions[0].Emoji != plain || got.Reactions[0].Count != 1 || got.Reactions[0].Mine {
				t.Errorf("after he took off %+q: %+v", emoji, got.Reactions)
			}
		}
		anna.await(t, "his reaction to be gone", func() bool { return len(anna.message(t, m.ID).Reactions) == 1 })
		if got := must(t)(anna.React(t.Context(), m.ID, coloured, false)); len(got.Reactions) != 0 {
			t.Errorf("after both took theirs off: %+v", got.Reactions)
		}
	})
}

func TestAmendmentsWhileAway(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		first := anna.send(t, ben, "first")[0]
		ben.awaitTexts(t, anna, "first")
		ben.stop()
		second := anna.send(t, ben, "secret")[0]
		must(t)(anna.Edit(t.Context(), first.ID, "first, again", nil))
		must(t)(anna.Delete(t.Context(), second.ID))
		ben.run(t)
		ben.awaitLink(t, anna)
		ben.awaitTexts(t, anna, "first, again", "")
		ben.ear.mu.Lock()
		defer ben.ear.mu.Unlock()
		if len(ben.ear.amended) == 0 || ben.ear.amended[len(ben.ear.amended)-1].Text == "first" {
			t.Errorf("told %+v", ben.ear.amended)
		}
		if row := ben.ear.rows[event.DirectID(anna.person(), ben.person())]; row.Unread != 1 || row.Last == nil || !row.Last.Deleted {
			t.Errorf("the row is %+v", row)
		}
		for _, m := range ben.ear.messages {
			if strings.Contains(m.Text, "secret") {
				t.Errorf("told what was deleted before it came")
			}
		}
	})
}

// TestDeletedOffer: the offer of a file ends when its message is deleted.
func TestDeletedOffer(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		path := filepath.Join(t.TempDir(), "plan.txt")
		if err := os.WriteFile(path, []byte("plan"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := anna.Offer(t.Context(), anna.Direct(ben.person()), []string{path}); err != nil {
			t.Fatal(err)
		}
		files := func(a *agent) []File {
			all, err := a.Files(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		ben.await(t, "the offer", func() bool { return len(files(ben)) == 1 })
		id := files(ben)[0].ID
		must(t)(anna.Delete(t.Context(), id))
		for _, a := range []*agent{anna, ben} {
			a.await(t, "the offer is gone", func() bool { return len(files(a)) == 0 && a.message(t, id).Deleted })
		}
		ben.stop()
		ben.run(t)
		if got := files(ben); len(got) != 0 {
			t.Errorf("after a restart %+v", got)
		}
		if _, err := ben.Accept(t.Context(), id); !errors.Is(err, event.ErrUnknown) {
			t.Errorf("accepting what was deleted: %v", err)
		}
	})
}

// TestRestoredEdits: a profile that was put back re-issues what was lost, and the re-issue carries the edits of what it re-issues.
func TestRestoredEdits(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := putBack(t, s, func(anna, ben *agent) {
			lost := anna.send(t, ben, "one")[0]
			must(t)(anna.Edit(t.Context(), lost.ID, "one, edited", nil))
			ben.awaitTexts(t, anna, "zero", "one, edited")
		})
		alone := anna.send(t, ben, "two")[0] // under a number that is taken
		must(t)(anna.Edit(t.Context(), alone.ID, "two, edited", nil))
		must(t)(anna.React(t.Context(), alone.ID, "👍", true))
		ben.run(t)
		anna.awaitLink(t, ben)
		for _, pair := range [][2]*agent{{anna, ben}, {ben, anna}} {
			a, other := pair[0], pair[1]
			a.await(t, "all is there, edited", func() bool {
				got := a.texts(t, other)
				slices.Sort(got)
				return slices.Equal(got, []string{"one, edited", "two, edited", "zero"})
			})
			a.await(t, "with the reaction", func() bool { return len(a.message(t, alone.ID).Reactions) == 1 })
		}
		must(t)(anna.Edit(t.Context(), alone.ID, "two, edited again", nil))
		ben.await(t, "the edit of what was re-issued", func() bool { return slices.Contains(ben.texts(t, anna), "two, edited again") })
		must(t)(anna.Delete(t.Context(), alone.ID))
		ben.await(t, "the deletion of what was re-issued", func() bool { return ben.message(t, alone.ID).Deleted })
		same(t, anna, ben)
	})
}
