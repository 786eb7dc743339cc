package chat

import (
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/chat/event"
	"lanyard/internal/identity"
	"lanyard/internal/lantest"
	"lanyard/internal/store"
)

// TestSearchByAuthor: whose words are looked for is asked of every conversation: between two, in rooms, in the office, of every machine of a person, and of our own.
func TestSearchByAuthor(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		ben := s.household(t, "Ben", 2)
		all := s.office(t, "Anna", "Carla")
		anna, carla := all[0], all[1]
		for _, b := range ben {
			b.run(t)
			b.meet(t, anna)
			b.meet(t, carla)
		}
		room := roomOfAll(t, NewRoom{}, anna, carla, ben[0])
		ben[1].awaitMembers(t, room, anna, carla, ben[0])
		said := func(text string) {
			anna.await(t, text, func() bool { return len(anna.search(t, Search{Text: `"` + text + `"`})) == 1 })
			time.Sleep(time.Second) // of the bubble's clock: results are sorted by it
		}
		carla.say(t, room, "badge of carla, in the room")
		said("badge of carla, in the room")
		ben[0].say(t, room, "badge of ben, in the room")
		said("badge of ben, in the room")
		ben[1].say(t, room, "badge of ben, at home")
		said("badge of ben, at home")
		ben[0].send(t, anna, "badge of ben, to anna")
		said("badge of ben, to anna")
		anna.send(t, ben[0], "badge of anna")
		said("badge of anna")
		carla.announce(t, "badge of carla, to everybody")
		said("badge of carla, to everybody")
		path := filepath.Join(t.TempDir(), "badge.txt")
		writeFile(t, path, []byte("x"))
		ben[0].offer(t, anna, path)
		said("badge.txt")
		benSaid := []string{"badge.txt", "badge of ben, to anna", "badge of ben, at home", "badge of ben, in the room"}
		for _, c := range []struct {
			what string
			ask  Search
			want []string
		}{
			{"of all his machines", Search{Text: "badge", From: []identity.PersonID{ben[0].person()}}, benSaid},
			{"our own", Search{Text: "badge", From: []identity.PersonID{anna.person()}}, []string{"badge of anna"}},
			{"in the office too", Search{Text: "badge", From: []identity.PersonID{carla.person()}}, []string{"badge of carla, to everybody", "badge of carla, in the room"}},
			{"of either", Search{Text: "badge", From: []identity.PersonID{anna.person(), ben[1].person()}}, append([]string{"badge.txt", "badge of anna"}, benSaid[1:]...)},
			{"in one conversation", Search{Text: "badge", From: []identity.PersonID{ben[0].person()}, In: []event.ConversationID{room}}, benSaid[2:]},
			{"in the office", Search{Text: "badge", From: []identity.PersonID{ben[0].person()}, In: []event.ConversationID{event.OfficeID()}}, []string{}},
			{"files", Search{Files: true, From: []identity.PersonID{ben[0].person()}}, benSaid[:1]},
			{"no files", Search{Files: true, From: []identity.PersonID{carla.person()}}, []string{}},
			{"somebody who wrote nothing", Search{Text: "badge", From: []identity.PersonID{{1}}}, []string{}},
			{"of nobody", Search{Text: "badge", From: []identity.PersonID{}}, []string{}},
		} {
			if got := anna.search(t, c.ask); !slices.Equal(got, c.want) {
				t.Errorf("%s: %q, not %q", c.what, got, c.want)
			}
		}
	})
}

// TestAmendedIsFoundByAuthor: what is taken out of the index when its words change leaves no mark of its author behind.
func TestAmendedIsFoundByAuthor(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		sent := anna.send(t, ben, "the walrus", "the dolphin")
		ben.awaitTexts(t, anna, "the walrus", "the dolphin")
		of := []identity.PersonID{anna.person()}
		if got := ben.search(t, Search{Text: "the", From: of}); len(got) != 2 {
			t.Errorf("before: %q", got)
		}
		must(t)(anna.Edit(t.Context(), sent[0].ID, "the penguin", nil))
		must(t)(anna.Delete(t.Context(), sent[1].ID))
		ben.await(t, "both amendments", func() bool {
			return ben.message(t, sent[0].ID).Edits == 1 && ben.message(t, sent[1].ID).Deleted
		})
		if got := ben.search(t, Search{Text: "the", From: of}); !slices.Equal(got, []string{"the penguin"}) {
			t.Errorf("afterwards: %q", got)
		}
		var left int
		if err := ben.config.DB.Read(t.Context(), func(tx *store.Tx) error {
			id := anna.id.PeerID()
			return tx.QueryRow(`SELECT count(*) FROM chat_search WHERE chat_search MATCH ?`, "marks : "+authorMark(id[:])).Scan(&left)
		}); err != nil || left != 1 {
			t.Errorf("the index has %d with her mark, %v", left, err)
		}
	})
}

// TestOldMessagesAreFoundByAuthor: a database whose index knows of no authors is indexed anew, and finds each message as its author's and nobody else's.
func TestOldMessagesAreFoundByAuthor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := filepath.Join("testdata", "version18")
		a := (&site{lan: lantest.New(1)}).agent(t, "Anna")
		for _, name := range []string{"lanyard.db", "identity.pem"} {
			writeFile(t, filepath.Join(a.dir, name), readFile(t, filepath.Join(from, name)))
		}
		var err error
		if a.id, err = identity.Open(a.dir); err != nil {
			t.Fatal(err)
		}
		a.run(t)
		all, err := a.Everything(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		authors := map[identity.PersonID]int{}
		for _, in := range all {
			page, err := a.History(t.Context(), in, Query{})
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range page.Messages {
				if m.searched() == "" || m.Change != nil {
					continue
				}
				authors[m.Author]++
				for who := range authors {
					found := slices.ContainsFunc(a.hits(t, Search{Text: m.searched(), From: []identity.PersonID{who}}).Hits, func(h Hit) bool { return h.ID == m.ID })
					if found != (who == m.Author) {
						t.Errorf("%q of %s is found as of %s: %v", m.searched(), m.Author.Short(), who.Short(), found)
					}
				}
			}
		}
		if len(authors) < 2 {
			t.Errorf("%d authors in the frozen profile", len(authors))
		}
	})
}
