package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/internal/api"
)

// TestHistoryGathersAllPages: also of a search of which pages are not full, or empty, and of a search since a time, which begins with the newest page.
func TestHistoryGathersAllPages(t *testing.T) {
	for _, c := range []struct {
		what  string
		q     api.Query
		pages map[string]api.Page // by where each was asked for
		want  []string
	}{
		{"a search", api.Query{Search: "->"}, map[string]api.Page{
			"":         {Messages: messagesOf("9", "10"), More: true, Next: "8"},
			"before 8": {More: true, Next: "5"},
			"before 5": {Messages: messagesOf("4"), More: true, Next: "2"},
			"before 2": {Messages: messagesOf("1")}}, []string{"1", "4", "9", "10"}},
		{"a search since a time", api.Query{Search: "->", Since: time.Unix(1, 0)}, map[string]api.Page{
			"":         {Messages: messagesOf("9", "10"), More: true, Next: "8"},
			"before 8": {Messages: messagesOf("4")}}, []string{"4", "9", "10"}},
		{"no search", api.Query{}, map[string]api.Page{
			"":         {Messages: messagesOf("3", "4"), More: true},
			"before 3": {Messages: messagesOf("1", "2")}}, []string{"1", "2", "3", "4"}},
		{"since a time", api.Query{Since: time.Unix(1, 0)}, map[string]api.Page{
			"":        {Messages: messagesOf("1", "2"), More: true},
			"after 2": {Messages: messagesOf("3")}}, []string{"1", "2", "3"}},
	} {
		messages, err := history(func(q api.Query) (api.Page, error) {
			where := ""
			if q.Before != "" {
				where = "before " + q.Before
			}
			if q.After != "" {
				where += "after " + q.After
			}
			page, ok := c.pages[where]
			if !ok {
				t.Fatalf("%s: asked for a page %q", c.what, where)
			}
			return page, nil
		}, c.q)
		got := make([]string, 0, len(messages))
		for _, m := range messages {
			got = append(got, m.ID)
		}
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, %v; want %q", c.what, got, err, c.want)
		}
	}
}

// TestSearchTellsHowFarBackItCame: at most once a second, and only while it looks at each message.
func TestSearchTellsHowFarBackItCame(t *testing.T) {
	var out, errs strings.Builder
	begin := time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)
	told := searchTold{warn: newCall("", nil, flags{}, strings.NewReader(""), &out, &errs).warn, from: begin}
	february, january := begin.AddDate(0, -1, 0), begin.AddDate(0, -2, 0)
	for _, page := range []struct {
		after time.Duration
		back  *time.Time
		says  string
	}{
		{999 * time.Millisecond, &february, ""},
		{time.Second, nil, ""}, // the words are in the index
		{time.Second, &february, "Searched back to 14 Feb 09:00 so far.\n"},
		{1999 * time.Millisecond, &january, ""},
		{2 * time.Second, &january, "Searched back to 14 Jan 09:00 so far.\n"},
	} {
		errs.Reset()
		told.tell(page.back, begin.Add(page.after))
		if errs.String() != page.says {
			t.Errorf("after %v it said %q, not %q", page.after, errs.String(), page.says)
		}
	}
	if out.Len() > 0 {
		t.Errorf("the answer holds %q", out.String())
	}
}

func messagesOf(ids ...string) []api.Message {
	messages := make([]api.Message, 0, len(ids))
	for _, id := range ids {
		messages = append(messages, api.Message{ID: id})
	}
	return messages
}
