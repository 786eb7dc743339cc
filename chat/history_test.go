package chat

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"lanyard/chat/event"
)

func TestHistoryPages(t *testing.T) {
	inMemory(t, func(t *testing.T, s *site) {
		anna, ben := s.start(t, "Anna"), s.start(t, "Ben")
		anna.meet(t, ben)
		var whole []string
		var middle time.Time
		for i := range 25 {
			from, to := anna, ben
			if i%3 == 1 {
				from, to = ben, anna
			}
			text := fmt.Sprintf("Text %d by %s", i, from.name)
			if i == 12 {
				time.Sleep(time.Minute)
				middle = time.Now()
			}
			from.send(t, to, text)
			whole = append(whole, text)
			to.awaitTexts(t, from, whole...)
		}
		all := anna.history(t, ben, Query{}).Messages
		texts := func(p Page) (texts []string) {
			for _, m := range p.Messages {
				texts = append(texts, m.Text)
			}
			return texts
		}
		for _, c := range []struct {
			what string
			q    Query
			want []string
			more bool
		}{
			{"everything", Query{}, whole, false},
			{"the newest", Query{Limit: 10}, whole[15:], true},
			{"exactly everything", Query{Limit: 25}, whole, false},
			{"before", Query{Before: all[15].ID, Limit: 10}, whole[5:15], true},
			{"before, at the beginning", Query{Before: all[5].ID, Limit: 10}, whole[:5], false},
			{"before the first", Query{Before: all[0].ID, Limit: 10}, nil, false},
			{"after", Query{After: all[3].ID, Limit: 4}, whole[4:8], true},
			{"after, to the end", Query{After: all[20].ID, Limit: 10}, whole[21:], false},
			{"around", Query{Around: all[10].ID, Limit: 6}, whole[7:13], true},
			{"around the first", Query{Around: all[0].ID, Limit: 6}, whole[:6], false},
			{"since", Query{Since: middle}, whole[12:], false},
			{"since, the first of them", Query{Since: middle, Limit: 3}, whole[12:15], true},
			{"search in any case", Query{Search: "tEXT 1 BY"}, whole[1:2], false},
			{"search for nobody's words", Query{Search: "Text 99"}, nil, false},
			{"the newest found", Query{Search: "by ben", Limit: 2}, []string{whole[19], whole[22]}, true},
			{"found since", Query{Search: "by Ben", Since: middle}, []string{whole[13], whole[16], whole[19], whole[22]}, false},
		} {
			page := anna.history(t, ben, c.q)
			if !slices.Equal(texts(page), c.want) || page.More != c.more {
				t.Errorf("%s: %q, more %v; want %q, more %v", c.what, texts(page), page.More, c.want, c.more)
			}
		}
		if first := anna.history(t, ben, Query{Limit: 1}).FirstUnread; first != all[1].ID {
			t.Errorf("first unread: %s", first)
		}
		if _, err := anna.MarkRead(t.Context(), anna.Direct(ben.person()), all[10].ID); err != nil {
			t.Fatal(err)
		}
		if row, err := anna.Conversation(t.Context(), anna.Direct(ben.person())); err != nil || row.Unread != 4 || row.Last.Text != whole[24] {
			t.Errorf("after reading half: %+v %v", row, err)
		}
		if first := anna.history(t, ben, Query{Limit: 1}).FirstUnread; first != all[13].ID {
			t.Errorf("first unread after reading half: %s", first)
		}
		for _, q := range []Query{{Before: event.ID{1}}, {After: event.ID{1}}, {Around: event.ID{1}}} {
			if _, err := anna.History(t.Context(), anna.Direct(ben.person()), q); !errors.Is(err, event.ErrUnknown) {
				t.Errorf("a page at an unknown message: %v", err)
			}
		}
		if _, err := anna.MarkRead(t.Context(), anna.Direct(ben.person()), event.ID{1}); !errors.Is(err, event.ErrUnknown) {
			t.Errorf("reading up to an unknown message: %v", err)
		}
		rows, err := anna.Conversations(t.Context())
		if err != nil || len(rows) != 1 || rows[0].With != ben.person() {
			t.Errorf("conversations: %+v %v", rows, err)
		}
	})
}

func TestIDsInText(t *testing.T) {
	id := event.ID{1, 2, 3}
	if back, err := event.ParseID(id.String()); err != nil || back != id {
		t.Errorf("%s became %s: %v", id, back, err)
	}
	in := event.ConversationID{4, 5}
	if back, err := event.ParseConversationID(in.String()); err != nil || back != in {
		t.Errorf("%s became %s: %v", in, back, err)
	}
	for _, text := range []string{"", "ab", id.String()[1:] + "x", id.String() + "00"} {
		if _, err := event.ParseID(text); !errors.Is(err, event.ErrUnknown) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
