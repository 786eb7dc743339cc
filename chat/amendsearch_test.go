package chat

import "testing"

// TestAmendedIsFoundAsItIs: a search finds what a message says now, not what it said; what was deleted is not found, on either side.
func TestAmendedIsFoundAsItIs(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		sent := anna.send(t, ben, "the walrus", "the dolphin")
		ben.awaitTexts(t, anna, "the walrus", "the dolphin")
		finds := func(a *agent, text string) int {
			hits, err := a.Search(t.Context(), Search{Text: text})
			if err != nil {
				t.Fatal(err)
			}
			return len(hits.Hits)
		}
		for _, a := range []*agent{anna, ben} {
			a.await(t, "both are indexed", func() bool { return finds(a, "walrus") == 1 && finds(a, "dolphin") == 1 })
		}
		must(t)(anna.Edit(t.Context(), sent[0].ID, "the penguin", nil))
		must(t)(anna.Delete(t.Context(), sent[1].ID))
		for _, a := range []*agent{anna, ben} {
			a.await(t, "both amendments", func() bool { return a.message(t, sent[0].ID).Edits == 1 && a.message(t, sent[1].ID).Deleted })
			if finds(a, "penguin") != 1 || finds(a, "walrus") != 0 || finds(a, "dolphin") != 0 {
				t.Errorf("%s finds %d penguins, %d walruses, %d dolphins", a.name, finds(a, "penguin"), finds(a, "walrus"), finds(a, "dolphin"))
			}
		}
		must(t)(anna.Delete(t.Context(), sent[0].ID))
		for _, a := range []*agent{anna, ben} {
			a.await(t, "the deletion", func() bool { return a.message(t, sent[0].ID).Deleted })
			if finds(a, "penguin") != 0 {
				t.Errorf("%s finds what was deleted", a.name)
			}
		}
	})
}
