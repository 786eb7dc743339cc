package chat

import (
	"strings"
	"testing"

	"lanyard/chat/event"
	"lanyard/internal/wire"
)

// TestThroughHook: everybody is told through which webhook a text came, also after it was edited, and a name that lies is cleaned on both sides.
func TestThroughHook(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		sent := must(t)(anna.Post(t.Context(), anna.Direct(ben.person()), Post{Text: "green", Hook: "Build\u202e"}))
		if sent.Hook != "Build" || sent.From != "" {
			t.Errorf("sent: %+v", sent)
		}
		ben.awaitTexts(t, anna, "green")
		must(t)(anna.Edit(t.Context(), sent.ID, "red", nil))
		ben.awaitTexts(t, anna, "red")
		if got := ben.message(t, sent.ID); got.Hook != "Build" || got.Author != anna.person() {
			t.Errorf("it came as %+v", got)
		}
		must(t)(anna.Delete(t.Context(), sent.ID))
		ben.await(t, "deleted", func() bool { m := ben.message(t, sent.ID); return m.Deleted && m.Hook == "" })
		if _, err := anna.Post(t.Context(), anna.Direct(ben.person()), Post{Text: "x", Hook: "\u202e"}); err == nil {
			t.Error("a webhook without a name that can be shown was taken")
		}
		if _, err := event.ReadText(marshaled(t, event.Text{Text: "x", Hook: strings.Repeat("a", 161)})); err == nil {
			t.Error("a name of 161 bytes was taken")
		}
		if b, err := event.ReadText(marshaled(t, event.Text{Text: "x", Hook: "\u202e"})); err != nil || b.Hook != "?" {
			t.Errorf("a name of which nothing can be shown: %q, %v", b.Hook, err)
		}
	})
}

func marshaled(t *testing.T, body any) []byte {
	t.Helper()
	b, err := wire.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
