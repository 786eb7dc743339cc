package chat

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
)

// TestMentionedInUnread: a row of the list tells whether our person is mentioned in what they have not read, in a muted room, too, by what the words are now and by the groups in which they are now.
func TestMentionedInUnread(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		all := s.office(t, "Anna", "Ben", "Carl")
		anna, ben, carl := all[0], all[1], all[2]
		room := roomOfAll(t, NewRoom{}, all...)
		do := func(_ Conversation, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		do(anna.Mute(t.Context(), room, true))
		count := 0
		mentioned := func(what string, want bool) {
			t.Helper()
			anna.await(t, what, func() bool {
				row, err := anna.Conversation(t.Context(), room)
				return err == nil && row.Unread == count && row.Mentioned == want
			})
			anna.stop()
			anna.run(t)
			if row, err := anna.Conversation(t.Context(), room); err != nil || row.Unread != count || row.Mentioned != want {
				t.Errorf("%s: after a restart %d unread, mentioned %v: %v", what, row.Unread, row.Mentioned, err)
			}
			for _, other := range []*agent{ben, carl} {
				anna.awaitLink(t, other)
			}
		}
		post := func(p Post) event.ID {
			t.Helper()
			count++
			return must(t)(ben.Post(t.Context(), room, p)).ID
		}
		read := func() {
			t.Helper()
			count = 0
			if row, err := anna.MarkRead(t.Context(), room, event.ID{}); err != nil || row.Mentioned {
				t.Fatalf("read, and mentioned %v: %v", row.Mentioned, err)
			}
		}
		her := []identity.PersonID{anna.person()}
		post(Post{Text: "plain"})
		post(Post{Text: "@Carl", Mentions: []identity.PersonID{carl.person()}})
		mentioned("somebody else is mentioned", false)
		one := post(Post{Text: "@Anna", Mentions: her})
		post(Post{Text: "plain again"})
		mentioned("she is mentioned", true)
		must(t)(ben.Edit(t.Context(), one, "never mind", nil))
		mentioned("no more, as it is worded now", false)
		must(t)(ben.Edit(t.Context(), one, "@Anna after all", her))
		mentioned("again", true)
		must(t)(ben.Delete(t.Context(), one))
		count--
		mentioned("it was deleted", false)
		two := post(Post{Text: "@everyone", Groups: []string{membership.Everyone}})
		mentioned("everyone is", true)
		if row, err := anna.MarkRead(t.Context(), room, two); err != nil || row.Mentioned {
			t.Errorf("read up to there, and mentioned %v: %v", row.Mentioned, err)
		}
		read()
		post(Post{Text: "@sales", Groups: []string{"sales"}})
		mentioned("a group that is none", false)
		do(ben.NameGroup(t.Context(), room, "Sales", her))
		mentioned("a group that she is in", true)
		do(ben.NameGroup(t.Context(), room, "Sales", []identity.PersonID{carl.person()}))
		mentioned("a group that she is not in any more", false)
		read()
		post(Post{Text: "@Anna", Mentions: her})
		block := func(do func(context.Context, identity.PersonID) error) {
			t.Helper()
			if err := do(t.Context(), ben.person()); err != nil {
				t.Fatal(err)
			}
		}
		told := func(want bool) {
			t.Helper()
			anna.await(t, "the row is told", func() bool {
				anna.ear.mu.Lock()
				defer anna.ear.mu.Unlock()
				row, is := anna.ear.rows[room]
				return is && row.Mentioned == want
			})
		}
		told(true)
		block(anna.roster.Block)
		told(false)
		block(anna.roster.Unblock)
		told(true)
		anna.awaitLink(t, ben)
		read()
		must(t)(anna.Post(t.Context(), room, Post{Text: "@Anna @everyone", Mentions: her, Groups: []string{membership.Everyone}}))
		mentioned("her own words", false)
	})
}

// TestMentionedBefore: what was unread when the table of mentions began counts in it.
func TestMentionedBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		anna := thawed(t, "testdata/version30")
		anna.run(t)
		rows, err := anna.Conversations(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, row := range rows {
			switch {
			case row.Mentioned && row.Room != nil:
				found = append(found, row.Room.Name)
			case row.Mentioned:
				found = append(found, anna.roster.Called(row.With))
			}
		}
		slices.Sort(found)
		if !slices.Equal(found, []string{"Ben", "Plans 2027"}) {
			t.Errorf("Anna is mentioned in %q", found)
		}
	})
}
