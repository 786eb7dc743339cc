package chat

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"lanyard/chat/event"
)

// TestPinned: what is pinned is found again, the newest pin first, the same with both and after a restart; what was unpinned or deleted is not, and of each conversation its own.
func TestPinned(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, carla := s.start(t, "Anna"), s.start(t, "Ben"), s.start(t, "Carla")
		anna.meet(t, ben)
		anna.meet(t, carla)
		sent := anna.send(t, ben, "one", "two", "three", "four")
		other := anna.send(t, carla, "elsewhere")
		ben.awaitTexts(t, anna, "one", "two", "three", "four")
		pinned := func(a, with *agent, want ...string) {
			t.Helper()
			a.await(t, strings.Join(want, ", ")+" pinned", func() bool {
				all, err := a.Pinned(t.Context(), a.Direct(with.person()))
				var texts []string
				for _, m := range all {
					texts = append(texts, m.Text)
					if !m.Pinned {
						t.Errorf("%q is listed, and not pinned", m.Text)
					}
				}
				return err == nil && slices.Equal(texts, want)
			})
		}
		pinned(anna, ben)
		must(t)(anna.Pin(t.Context(), other[0].ID, true))
		must(t)(anna.Pin(t.Context(), sent[2].ID, true))
		pinned(ben, anna, "three")
		must(t)(ben.Pin(t.Context(), sent[0].ID, true))
		must(t)(ben.Pin(t.Context(), sent[3].ID, true))
		must(t)(ben.Star(t.Context(), sent[0].ID, true))
		pinned(ben, anna, "four", "one", "three")
		pinned(anna, ben, "four", "one", "three")
		pinned(anna, carla, "elsewhere")
		must(t)(anna.Edit(t.Context(), sent[0].ID, "first", nil))
		must(t)(anna.Pin(t.Context(), sent[3].ID, false))
		must(t)(anna.Delete(t.Context(), sent[2].ID))
		pinned(ben, anna, "first")
		ben.stop()
		ben.run(t)
		pinned(ben, anna, "first")
		if all, err := ben.Pinned(t.Context(), ben.Direct(anna.person())); err != nil || len(all) != 1 || !all[0].Starred {
			t.Errorf("Ben's own star is not on it: %+v, %v", all, err)
		}
		must(t)(ben.Pin(t.Context(), sent[3].ID, true))
		pinned(anna, ben, "four", "first")
		if _, err := ben.Pinned(t.Context(), event.ConversationID{1}); !errors.Is(err, ErrNoConversation) {
			t.Errorf("a conversation that is not here: %v", err)
		}
		if plan := ben.plan(t, pinQuery, 1); !strings.Contains(plan, "chat_event_pin (conversation=?)") || strings.Contains(plan, "SCAN a") {
			t.Errorf("all messages are read for it: %s", plan)
		}
	})
}
