package chat

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lanyard/chat/event"
	"lanyard/chat/words"
	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

// search returns the texts found, newest first, once everything is indexed.
func (a *agent) search(t testing.TB, s Search) []string {
	t.Helper()
	texts := []string{}
	for _, h := range a.hits(t, s).Hits {
		texts = append(texts, h.searched())
	}
	return texts
}

func (a *agent) hits(t testing.TB, s Search) Hits {
	t.Helper()
	var hits Hits
	a.await(t, "all is indexed", func() bool {
		var err error
		if hits, err = a.Search(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		return hits.Indexed.Done == hits.Indexed.Total
	})
	return hits
}

func TestSearchFinds(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben, carla := s.start(t, "Anna"), s.start(t, "Ben"), s.start(t, "Carla")
		anna.meet(t, ben)
		anna.meet(t, carla)
		for _, text := range []string{"Café at the Straße", "CAFETERIA is closed", "Łódź, Ångström", "re: plan-B v2.pdf", "会議は明日です", "<b>caf&eacute;</b> \"quoted\" 100%", "no words: 👍"} {
			anna.send(t, ben, text)
			time.Sleep(time.Second) // of the bubble's clock: results are sorted by it
		}
		carla.send(t, anna, "the cafe again")
		anna.await(t, "Carla's message", func() bool { return len(anna.texts(t, carla)) == 1 })
		path := filepath.Join(t.TempDir(), "Café plans_2026.txt")
		writeFile(t, path, []byte("x"))
		time.Sleep(time.Second)
		anna.offer(t, ben, path)
		file, carlas, cafeteria, first := "Café plans_2026.txt", "the cafe again", "CAFETERIA is closed", "Café at the Straße"
		html := "<b>caf&eacute;</b> \"quoted\" 100%"
		for _, c := range []struct {
			what string
			ask  Search
			want []string
		}{
			{"a beginning, in any case and without accents", Search{Text: "caf"}, []string{file, carlas, html, cafeteria, first}},
			{"a whole word in quotes", Search{Text: `"cafe"`}, []string{file, carlas, first}},
			{"all words", Search{Text: "cafe the"}, []string{carlas, first}},
			{"only the last is a beginning", Search{Text: "caf the"}, nil},
			{"ß as ss", Search{Text: "strasse"}, []string{first}},
			{"letters with strokes", Search{Text: "lodz angstrom"}, []string{"Łódź, Ångström"}},
			{"decomposed input", Search{Text: "cafe\u0301 at"}, []string{first}},
			{"a phrase by signs", Search{Text: "plan-b"}, []string{"re: plan-B v2.pdf"}},
			{"words the other way round are no phrase", Search{Text: "b-plan"}, nil},
			{"a phrase in quotes, open", Search{Text: `"plan b v`}, []string{"re: plan-B v2.pdf"}},
			{"Japanese within a sentence", Search{Text: "明日"}, []string{"会議は明日です"}},
			{"a part of a file name", Search{Text: "plans"}, []string{file}},
			{"only files", Search{Text: "caf", Files: true}, []string{file}},
			{"all files", Search{Files: true}, []string{file}},
			{"one person", Search{Text: "caf", In: []event.ConversationID{anna.Direct(carla.person())}}, []string{carlas}},
			{"two persons", Search{Text: `"cafe"`, In: []event.ConversationID{anna.Direct(carla.person()), anna.Direct(ben.person())}}, []string{file, carlas, first}},
			{"a stranger", Search{Text: "caf", In: []event.ConversationID{{1}}}, nil},
			{"signs only", Search{Text: "% !"}, nil},
			{"an emoji", Search{Text: "👍 %"}, []string{"no words: 👍"}},
			{"the query language is nobody's business", Search{Text: `cafe" OR words:*) NEAR(`}, nil},
		} {
			if got := anna.search(t, c.ask); !slices.Equal(got, c.want) && len(got)+len(c.want) > 0 {
				t.Errorf("%s: %q, not %q", c.what, got, c.want)
			}
		}
		if _, err := anna.Search(t.Context(), Search{Text: "  "}); err != ErrNoSearch {
			t.Errorf("nothing to look for: %v", err)
		}
		if got := ben.search(t, Search{Text: "lodz"}); len(got) != 1 {
			t.Errorf("who received it finds %q", got)
		}
	})
}

// TestSearchBySigns: the index knows no signs. What it finds is compared with the text, in all conversations and in one, and pages are filled all the same.
func TestSearchBySigns(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		for i := range 4 {
			for _, text := range []string{"C++ and C#, part %d", "naïve café %d", "vitamin C %d"} {
				anna.send(t, ben, fmt.Sprintf(text, i))
				time.Sleep(time.Second) // of the bubble's clock: results are sorted by it
			}
		}
		want := []string{"C++ and C#, part 3", "C++ and C#, part 2", "C++ and C#, part 1", "C++ and C#, part 0"}
		for _, text := range []string{"c++", "c#", "c+"} {
			if got := anna.search(t, Search{Text: text}); !slices.Equal(got, want) {
				t.Errorf("%q finds %q", text, got)
			}
			page, err := anna.History(t.Context(), anna.Direct(ben.person()), Query{Search: text})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, m := range slices.Backward(page.Messages) {
				got = append(got, m.Text)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q finds %q in the conversation", text, got)
			}
		}
		ask := Search{Text: "c++", Limit: 2}
		first := anna.hits(t, ask)
		if len(first.Hits) != 2 || !first.More {
			t.Fatalf("the first page: %d hits, more %v", len(first.Hits), first.More)
		}
		ask.Before = first.Next
		second := anna.hits(t, ask)
		if len(second.Hits) != 2 || second.More || second.Hits[0].Text != want[2] {
			t.Errorf("the second page: %d hits, more %v", len(second.Hits), second.More)
		}
	})
}

// TestSearchBySignsIsBounded: a page looks at so many messages that have the words, and says where to go on; all of them together find each once.
func TestSearchBySignsIsBounded(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		for _, text := range []string{"C++ first", "C 1", "C 2", "C 3", "C 4", "C 5", "C++ last"} {
			anna.send(t, ben, text)
			time.Sleep(time.Second) // of the bubble's clock: results are sorted by it
		}
		anna.hits(t, Search{Text: "c"})
		wanted := words.Read("c++")
		ask := Search{Text: "c++", Limit: 50}
		branches := anna.branchesByKey(anna.hides)
		expression, _ := anna.expression(wanted, &ask, branches)
		var pages [][]string
		for more := true; more && len(pages) < 10; {
			var page Hits
			if err := anna.config.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
				page, err = anna.find(tx, expression, wanted, ask, branches, 3)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			texts := []string{}
			for _, h := range page.Hits {
				texts = append(texts, h.Text)
			}
			pages, more, ask.Before = append(pages, texts), page.More, page.Next
		}
		if want := [][]string{{"C++ last"}, {}, {"C++ first"}}; !reflect.DeepEqual(pages, want) {
			t.Errorf("pages %q and not %q", pages, want)
		}
	})
}

// TestSearchInOneConversationIsBounded: what the index does not know is looked for in so many messages at a time, in both directions. The page says how far that came, and where to go on.
func TestSearchInOneConversationIsBounded(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		begun := time.Now()
		for _, text := range []string{"a -> b", "message 1", "C++ 2", "C 3", "C 4", "x->y", "message 6"} {
			anna.send(t, ben, text)
			time.Sleep(time.Second) // of the bubble's clock: each has its time
		}
		anna.hits(t, Search{Text: "c"})
		v := anna.known(anna.Direct(ben.person()))
		all := anna.history(t, ben, Query{}).Messages
		page := func(q Query) (texts []string, at int) {
			t.Helper()
			q.looks = 3
			var end pageEnd
			if err := anna.config.DB.Read(t.Context(), func(tx *store.Tx) error {
				rows, far, err := q.read(tx, v, v.branchKeys())
				for _, r := range rows {
					texts = append(texts, r.searched())
				}
				end = far
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if !end.more {
				return texts, -1
			}
			at = slices.IndexFunc(all, func(m Message) bool { return m.ID == end.last })
			if at < 0 || end.time != all[at].Time.UnixMilli() {
				t.Fatalf("%q: it came to message %d of %s", q.Search, at, time.UnixMilli(end.time))
			}
			return texts, at
		}
		for _, c := range []struct {
			what string
			q    Query
			want []string
			at   int // which message was looked at last; -1: there is no more
		}{
			{"signs", Query{Search: "->"}, []string{"x->y"}, 4},
			{"signs, further back", Query{Search: "->", Before: all[4].ID}, nil, 1},
			{"signs, to the beginning", Query{Search: "->", Before: all[1].ID}, []string{"a -> b"}, -1},
			{"signs, a full page", Query{Search: "->", Limit: 1, Before: all[6].ID}, []string{"x->y"}, 3},
			{"signs, forwards", Query{Search: "->", After: all[0].ID}, nil, 3},
			{"signs, forwards to the end", Query{Search: "->", After: all[3].ID}, []string{"x->y"}, -1},
			{"signs, since", Query{Search: "->", Since: begun.Add(4 * time.Second)}, []string{"x->y"}, -1},
			{"signs, since long ago", Query{Search: "->", Since: begun}, []string{"x->y"}, 4},
			{"letters within a word", Query{Search: "essage"}, []string{"message 6"}, 4},
			{"nowhere", Query{Search: "::"}, nil, 4},
			{"words, of which the index knows all", Query{Search: "message"}, []string{"message 1", "message 6"}, -1},
			{"a page of them", Query{Search: "message", Limit: 1}, []string{"message 6"}, 6},
			{"no search", Query{Limit: 5}, []string{"C++ 2", "C 3", "C 4", "x->y", "message 6"}, 2},
		} {
			if got, at := page(c.q); !slices.Equal(got, c.want) || at != c.at {
				t.Errorf("%s: %q up to message %d, want %q up to %d", c.what, got, at, c.want, c.at)
			}
		}
		whole := anna.history(t, ben, Query{Search: "->"})
		if whole.More || whole.Next != (event.ID{}) || !whole.Searched.IsZero() || len(whole.Messages) != 2 {
			t.Errorf("a page that holds all: %+v", whole)
		}
		part := anna.history(t, ben, Query{Search: "message", Limit: 1})
		if !part.More || part.Next != all[6].ID || !part.Searched.Equal(all[6].Time) {
			t.Errorf("a page with more: %+v", part)
		}
	})
}

func TestSearchPagesAndDates(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		begun := time.Now()
		var want []string
		for i := range 25 {
			text := fmt.Sprintf("word %d", i)
			anna.send(t, ben, text)
			want = append(want, text)
			time.Sleep(time.Hour)
		}
		slices.Reverse(want)
		var got []string
		ask := Search{Text: "word", Limit: 10}
		for {
			page := anna.hits(t, ask)
			for _, h := range page.Hits {
				got = append(got, h.Text)
				ask.Before = h.Key
			}
			if !page.More {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("in pages: %q", got)
		}
		got = anna.search(t, Search{Text: "word", Since: begun.Add(3 * time.Hour), Until: begun.Add(5 * time.Hour)})
		if !slices.Equal(got, []string{"word 4", "word 3"}) {
			t.Errorf("between dates: %q", got)
		}
	})
}

// TestIndexAgreesWithTerms: what the index finds is what the terms find in the text, whatever people write and look for; of signs it knows nothing, and finds more.
func TestIndexAgreesWithTerms(t *testing.T) {
	db, err := store.Open(filepath.Join(t.TempDir(), "x.db"), nil, Part())
	if err != nil {
		t.Fatal(err)
	}
	end := background(db.Run)
	t.Cleanup(func() {
		if err := end(); err != nil {
			t.Error(err)
		}
		_ = db.Close()
	})
	text := rapid.StringOfN(rapid.SampledFrom([]rune("abvAB éßÅ\u0301明日-_.+#1½ﬁ\"*()😀🏽\u200d\ufe0f♀⌚🇩İıสวัส\n")), 1, 24, -1)
	place := int64(0)
	rapid.Check(t, func(r *rapid.T) {
		said, wanted := text.Draw(r, "text"), words.Read(text.Draw(r, "query"))
		if len(wanted) == 0 {
			return
		}
		place++
		body := mustText(said)
		var n int
		err := db.Write(t.Context(), func(tx *store.Tx) error {
			v := &conversation{key: place}
			if err := insertFound(tx, v, &found{place: place, kind: event.KindText, body: body}); err != nil {
				return err
			}
			return tx.QueryRow(`SELECT count(*) FROM chat_search WHERE chat_search MATCH ?`,
				fmt.Sprintf("words : (%s) AND marks : c%d", wanted.Expression(), place)).Scan(&n)
		})
		if err != nil {
			r.Fatal(err)
		}
		if spans, ok := wanted.Find(said); ok != (n == 1) && (ok || !wanted.Signed()) || ok && len(spans) == 0 {
			r.Fatalf("%q in %q: the index has it %v times, the terms find %v at %v", wanted.Expression(), said, n, ok, spans)
		}
	})
}

func mustText(text string) []byte {
	body, err := wire.Marshal(event.Text{Text: text})
	if err != nil {
		panic(err)
	}
	return body
}

// oldAgent runs on a copy of the database of version 1, frozen in testdata.
func oldAgent(t *testing.T, s *site) *agent {
	t.Helper()
	a := s.agent(t, "Anna")
	for _, name := range []string{"identity.pem", "lanyard.db"} {
		b, err := os.ReadFile(filepath.Join("testdata", "version1", name))
		if err == nil {
			err = os.WriteFile(filepath.Join(a.dir, name), b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	id, err := identity.Open(a.dir)
	if err != nil {
		t.Fatal(err)
	}
	a.id = id
	a.run(t)
	return a
}

func TestDatabaseOfVersion1IsIndexedInTheBackground(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		a := oldAgent(t, s)
		if got := a.search(t, Search{Text: "plan"}); !slices.Equal(got, []string{"Bring the plans"}) {
			t.Errorf("found %q", got)
		}
		all, err := a.Everything(t.Context())
		if err != nil || len(all) != 1 {
			t.Fatalf("conversations with %v %v", all, err)
		}
		found, err := a.Verify(t.Context(), all[0])
		if err != nil || len(found.Alterations) > 0 || found.Events == 0 {
			t.Errorf("verified: %+v %v", found, err)
		}
	})
}

// TestIndexingGoesOn: a program that ends at any moment goes on where it was, and finds each message once.
func TestIndexingGoesOn(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		var texts []string
		for i := range 1000 {
			texts = append(texts, fmt.Sprintf("number%d", i))
		}
		anna.send(t, ben, texts...)
		for range 3 {
			todo := anna.index.next()
			if todo == nil {
				t.Fatal("all is indexed before it was asked for")
			}
			if err := anna.index.indexOne(t.Context(), todo); err != nil {
				t.Fatal(err)
			}
			anna.stop()
			anna.run(t)
		}
		if got := anna.search(t, Search{Text: "number", Limit: 5000}); len(got) != 1000 {
			t.Errorf("found %d of 1000", len(got))
		}
	})
}

func TestHistorySearchUsesTheIndex(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		sent := anna.send(t, ben, "Lunch?", "no", "after lunch", "id=x7f3a", "lunches", "👍")
		ask := func(q Query) []string {
			var texts []string
			for _, m := range anna.history(t, ben, q).Messages {
				texts = append(texts, m.Text)
			}
			return texts
		}
		for _, c := range []struct {
			what string
			ask  Query
			want []string
		}{
			{"words", Query{Search: "lunch"}, []string{"Lunch?", "after lunch", "lunches"}},
			{"a page", Query{Search: "lunch", Limit: 2}, []string{"after lunch", "lunches"}},
			{"the page before", Query{Search: "lunch", Limit: 2, Before: sent[2].ID}, []string{"Lunch?"}},
			{"forwards", Query{Search: "lunch", Limit: 1, After: sent[0].ID}, []string{"after lunch"}},
			{"around", Query{Search: "lunch", Limit: 4, Around: sent[2].ID}, []string{"Lunch?", "after lunch", "lunches"}},
			{"letters within a word, when no word begins so", Query{Search: "7f3"}, []string{"id=x7f3a"}},
			{"signs", Query{Search: "👍"}, []string{"👍"}},
			{"nothing", Query{Search: "nowhere"}, nil},
		} {
			if got := ask(c.ask); !slices.Equal(got, c.want) {
				t.Errorf("%s: %q, not %q", c.what, got, c.want)
			}
		}
	})
}
