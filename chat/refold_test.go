package chat

import (
	"slices"
	"testing"

	"lanyard/internal/store"
)

// TestRefold: an index that has words by keys of before is made anew, and any other stays as it is.
func TestRefold(t *testing.T) {
	for _, c := range []struct{ about, text, old, typed string }{
		{"Cherokee", "ᎠᏯ walrus", "ꭰꮿ walrus", "ꭰꮿ"},
		{"a letter of two", "ໜ walrus", "ຫນ walrus", "ຫນ"},
		{"a sign beside a letter", "A㆒ walrus", "a一 walrus", "一"},
		{"any other", "Ärger 日本 walrus", "", "日"},
	} {
		t.Run(c.about, func(t *testing.T) {
			inMemory(t, func(t *testing.T, s *site) {
				a, b := s.start(t, "Anna"), s.start(t, "Ben")
				a.meet(t, b)
				a.send(t, b, c.text)
				a.search(t, Search{Text: "walrus"})
				if again := a.refold(t, refoldSchema, c.old); again != (c.old != "") {
					t.Errorf("indexed anew: %v", again)
				}
				a.stop()
				a.run(t)
				for _, typed := range []string{c.typed, "walrus"} {
					if found := a.search(t, Search{Text: typed}); !slices.Equal(found, []string{c.text}) {
						t.Errorf("%q finds %q", typed, found)
					}
				}
			})
		})
	}
}

// TestEmojiOfBefore: what was indexed before emoji were words is found by them, and can be edited and deleted.
func TestEmojiOfBefore(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		a, b := s.start(t, "Anna"), s.start(t, "Ben")
		a.meet(t, b)
		sent := a.send(t, b, "walrus 🍕 v1.2.3")[0]
		a.search(t, Search{Text: "walrus"})
		if !a.refold(t, emojiSchema, "walrus v1 2 3") {
			t.Error("it is not indexed anew")
		}
		a.stop()
		a.run(t)
		for _, typed := range []string{"🍕", "walrus", "1.2", "v1"} {
			if found := a.search(t, Search{Text: typed}); !slices.Equal(found, []string{sent.Text}) {
				t.Errorf("%q finds %q", typed, found)
			}
		}
		if _, err := a.Edit(t.Context(), sent.ID, "walrus 🍔", nil); err != nil {
			t.Fatal(err)
		}
		for typed, want := range map[string][]string{"🍕": nil, "1.2": nil, "🍔": {"walrus 🍔"}} {
			if found := a.search(t, Search{Text: typed}); !slices.Equal(found, want) {
				t.Errorf("after the edit %q finds %q", typed, found)
			}
		}
	})
}

// refold gives the one text that is indexed the keys that it had before, if any, and lifts the index. It reports whether all is to be indexed anew.
func (a *agent) refold(t *testing.T, schema, old string) (again bool) {
	t.Helper()
	err := a.config.DB.Write(t.Context(), func(tx *store.Tx) (err error) {
		if old != "" {
			if _, err := tx.Exec(`INSERT INTO chat_search(chat_search) VALUES ('delete-all')`); err != nil {
				return err
			}
			if _, err := tx.Exec(`INSERT INTO chat_search (rowid, words, marks) SELECT max(key), ?, 'c1' FROM chat_time`, old); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(schema); err != nil {
			return err
		}
		return tx.QueryRow(`SELECT NOT EXISTS (SELECT 1 FROM chat_indexed)`).Scan(&again)
	})
	if err != nil {
		t.Fatal(err)
	}
	return again
}
