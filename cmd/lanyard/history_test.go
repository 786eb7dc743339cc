package main

import (
	"slices"
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

func messagesOf(ids ...string) []api.Message {
	messages := make([]api.Message, 0, len(ids))
	for _, id := range ids {
		messages = append(messages, api.Message{ID: id})
	}
	return messages
}
