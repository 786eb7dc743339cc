package chat

import (
	"errors"
	"slices"
	"testing"

	"lanyard/chat/event"
	"lanyard/chat/membership"
	"lanyard/internal/identity"
	"lanyard/internal/name"
)

// TestMentionGroups: whoever is in a group is mentioned by its name, and by everyone's; who is no member any more is not; an edit changes it.
func TestMentionGroups(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, carl := s.start(t, "Anna"), s.start(t, "Ben"), s.start(t, "Carl")
		anna.meet(t, ben)
		anna.meet(t, carl)
		ben.meet(t, carl)
		room := roomOfAll(t, NewRoom{}, anna, ben, carl)
		row, err := ben.NameGroup(t.Context(), room, "  Sales ", []identity.PersonID{carl.person(), carl.person()})
		if err != nil || len(row.Room.Groups) != 1 || row.Room.Groups[0].Name != "Sales" || !slices.Equal(row.Room.Groups[0].Members, []identity.PersonID{carl.person()}) {
			t.Fatalf("named: %+v, %v", row.Room, err)
		}
		for _, a := range []*agent{anna, carl} {
			a.await(t, "the group", func() bool {
				row, err := a.Conversation(t.Context(), room)
				return err == nil && len(row.Room.Groups) == 1
			})
		}
		sent := must(t)(anna.Post(t.Context(), room, Post{Text: "@Sales look", Groups: []string{"Sales"}}))
		mentioned := func(id event.ID, want ...*agent) {
			t.Helper()
			for _, a := range []*agent{anna, ben, carl} {
				a.await(t, "the message, and whom it mentions", func() bool {
					m, err := a.Shown(t.Context(), id)
					return err == nil && a.Mentioned(&m) == slices.Contains(want, a)
				})
			}
		}
		mentioned(sent.ID, carl)
		must(t)(anna.Edit(t.Context(), sent.ID, "@everyone look", nil, membership.Everyone))
		mentioned(sent.ID, anna, ben, carl)
		direct := must(t)(anna.Post(t.Context(), anna.Direct(ben.person()), Post{Text: "@everyone", Groups: []string{membership.Everyone}}))
		ben.awaitTexts(t, anna, "@everyone")
		if m := ben.message(t, direct.ID); ben.Mentioned(&m) {
			t.Error("a group is mentioned where there is none")
		}
		if _, err := anna.Remove(t.Context(), room, carl.person()); err != nil {
			t.Fatal(err)
		}
		carl.await(t, "Carl is out", func() bool { m, err := carl.Shown(t.Context(), sent.ID); return err == nil && !carl.Mentioned(&m) })
		for what, c := range map[string]struct {
			name    string
			members []identity.PersonID
			want    error
		}{
			"everyone": {"EVERYONE", []identity.PersonID{ben.person()}, ErrGroupName}, "who is no member": {"Sales", []identity.PersonID{carl.person()}, ErrNotIn},
			"a member's": {"Ben", []identity.PersonID{ben.person()}, ErrGroupLike}, "like a member's": {"Вen", []identity.PersonID{ben.person()}, ErrGroupLike},
			"one's own": {"anna", []identity.PersonID{ben.person()}, ErrGroupLike}, "like another group's": {"Ѕales", []identity.PersonID{ben.person()}, ErrGroupLike},
			"like everyone's":   {"еveryone", []identity.PersonID{ben.person()}, ErrGroupLike},
			"none to take away": {"Board", nil, ErrNoGroup}, "no name": {"...", []identity.PersonID{ben.person()}, name.ErrNoName},
		} {
			if _, err := anna.NameGroup(t.Context(), room, c.name, c.members); !errors.Is(err, c.want) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, err := anna.Post(t.Context(), room, Post{Text: "x", Groups: []string{"Sales", "sales"}}); !errors.Is(err, event.ErrText) {
			t.Errorf("a group twice: %v", err)
		}
		row, err = anna.NameGroup(t.Context(), room, "sales", nil)
		if err != nil || len(row.Room.Groups) != 0 {
			t.Errorf("taken away: %+v, %v", row.Room, err)
		}
		ben.stop()
		ben.run(t)
		ben.await(t, "after a restart", func() bool {
			row, err := ben.Conversation(t.Context(), room)
			return err == nil && len(row.Room.Groups) == 0 && row.Room.Member
		})
	})
}
