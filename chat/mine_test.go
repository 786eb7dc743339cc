package chat

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"lanyard/chat/event"
	"lanyard/internal/identity"
)

// TestMine: what our person decides for themselves outlives a restart, is theirs alone, and goes when it is over.
func TestMine(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		sent := anna.send(t, ben, "one", "two")
		ben.awaitTexts(t, anna, "one", "two")
		for _, do := range []func() (Conversation, error){
			func() (Conversation, error) { return ben.Mute(t.Context(), ben.Direct(anna.person()), true) },
			func() (Conversation, error) { return ben.MarkUnread(t.Context(), ben.Direct(anna.person())) },
			func() (Conversation, error) { return ben.Draft(t.Context(), ben.Direct(anna.person()), "half") },
		} {
			if _, err := do(); err != nil {
				t.Fatal(err)
			}
		}
		before := ben.conversation(anna.person()).vector()
		must(t)(ben.Star(t.Context(), sent[0].ID, true))
		must(t)(ben.Star(t.Context(), sent[1].ID, true))
		if !ben.conversation(anna.person()).vector().Equal(before) {
			t.Error("a star became an event")
		}
		ben.stop()
		ben.run(t)
		row, err := ben.Conversation(t.Context(), ben.Direct(anna.person()))
		if err != nil || row.Mine != (Mine{Muted: true, Marked: true, Draft: "half"}) || !ben.Muted(ben.Direct(anna.person())) {
			t.Errorf("after a restart %+v: %v", row.Mine, err)
		}
		page := ben.history(t, anna, Query{})
		if !page.Messages[0].Starred || !page.Messages[1].Starred {
			t.Errorf("the stars are gone: %+v", page.Messages)
		}
		must(t)(ben.React(t.Context(), sent[0].ID, "👍", true))
		ben.await(t, "the reaction is told with the star", func() bool {
			ben.ear.mu.Lock()
			defer ben.ear.mu.Unlock()
			return slices.ContainsFunc(ben.ear.amended, func(m Message) bool { return m.ID == sent[0].ID && m.Starred && len(m.Reactions) == 1 })
		})
		must(t)(anna.Delete(t.Context(), sent[1].ID))
		ben.await(t, "what was deleted is starred no more", func() bool {
			starred, err := ben.Starred(t.Context())
			return err == nil && len(starred) == 1 && starred[0].ID == sent[0].ID
		})
		ben.await(t, "the deletion is told", func() bool {
			ben.ear.mu.Lock()
			defer ben.ear.mu.Unlock()
			return slices.ContainsFunc(ben.ear.amended, func(m Message) bool { return m.ID == sent[1].ID && m.Deleted })
		})
		ben.ear.mu.Lock()
		told := slices.Clone(ben.ear.amended)
		ben.ear.mu.Unlock()
		told = append(told, ben.history(t, anna, Query{}).Messages...)
		if at := slices.IndexFunc(told, func(m Message) bool { return m.Deleted && m.Starred }); at >= 0 {
			t.Errorf("what was deleted keeps its star: %+v", told[at])
		}
		if starred, err := anna.Starred(t.Context()); err != nil || len(starred) != 0 {
			t.Errorf("Anna has the stars %v: %v", starred, err)
		}
		if row, err = ben.MarkRead(t.Context(), ben.Direct(anna.person()), event.ID{}); err != nil || row.Marked || row.Unread != 0 || !row.Muted {
			t.Errorf("read again: %+v, %v", row, err)
		}
		var long *event.TooLongError
		if _, err := ben.Draft(t.Context(), ben.Direct(anna.person()), strings.Repeat("x", MaxDraft+1)); !errors.As(err, &long) {
			t.Errorf("too long a draft: %v", err)
		}
		if _, err := ben.Draft(t.Context(), ben.Direct(anna.person()), "\xff"); !errors.Is(err, event.ErrText) {
			t.Errorf("a draft that is no text: %v", err)
		}
		if m := must(t)(ben.Forward(t.Context(), sent[0].ID, ben.Direct(anna.person()), func(identity.PersonID) string { return "Anna B" })); m.From != "Anna B" || m.Text != "one" {
			t.Errorf("forwarded: %+v", m)
		}
	})
}
