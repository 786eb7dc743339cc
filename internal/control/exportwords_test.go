package control

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"lanyard/internal/api"
)

// changed holds a room in which everything was done to messages that can be, with one text everywhere.
type changed struct {
	Conversations
	Records
	Messages
	text string
	gone bool // between page and versions
}

func (s *changed) Exported(context.Context, string) ([]api.Conversation, error) {
	return []api.Conversation{{ID: "c1", Name: s.text, Room: &api.Room{}}}, nil
}

func (s *changed) Page(_ context.Context, _ string, q api.Query) (api.Page, error) {
	who, edited := api.Author{ID: "p", Name: s.text}, time.Unix(60, 0)
	return api.Page{Messages: []api.Message{
		{ID: "taken", Kind: "text", Author: who, Deleted: true, Pinned: true, Time: time.Unix(0, 0), States: []api.State{{Name: s.text, State: "read"}}},
		{ID: "edited", Kind: "text", Author: who, Text: s.text, Edits: 2, Edited: &edited, Pinned: true, Starred: true, From: s.text, Time: time.Unix(1, 0),
			ReplyTo: &api.Quote{ID: "other", Here: true, Author: who, Text: s.text}, Mentions: []api.Author{who}, Groups: []string{s.text},
			Reactions: []api.Reaction{{Emoji: "👍", Count: 3, By: []api.Author{who}}}, Reacted: 4,
			States: []api.State{{Name: s.text, State: "read"}, {Name: "Carla", State: "waiting"}}},
		{ID: "file", Kind: "file", Author: who, Text: s.text, File: &api.File{Size: 12, State: "declined"}, Time: time.Unix(2, 0), ReplyTo: &api.Quote{ID: "nowhere"}},
		{ID: "answers", Kind: "text", Author: who, Text: "to one that was deleted", Time: time.Unix(3, 0), ReplyTo: &api.Quote{ID: "taken", Here: true, Deleted: true, Author: who}},
	}}, nil
}

func (s *changed) Versions(_ context.Context, id string) ([]api.Version, error) {
	if s.gone {
		return nil, &api.Error{Code: api.CodeNotFound, Text: "there is no message " + id + " here"}
	}
	if id != "edited" {
		return nil, &api.Error{Code: api.CodeInternal, Text: "nobody asks for those of " + id}
	}
	return []api.Version{{Text: s.text + " first", Time: time.Unix(1, 0)}, {Text: s.text + " then", Time: time.Unix(30, 0)}, {Text: s.text, Time: time.Unix(60, 0)}}, nil
}

func (s *changed) export(t *testing.T, format string) string {
	t.Helper()
	_, client := serve(t, Config{Conversations: s, Records: s, Messages: s})
	out, err := client.Export(t.Context(), format, "")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	all, err := io.ReadAll(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}

// TestExportTellsWhatBecameOfMessages: a page tells what was deleted, edited (and what it said before), answered, pinned, reacted to, and with whom it got how far.
func TestExportTellsWhatBecameOfMessages(t *testing.T) {
	if page := (&changed{text: "**Ben**"}).export(t, "html"); strings.Count(page, "<strong>Ben</strong>") != 3 || !strings.Contains(page, "</bdi>: <bdi>Ben</bdi></a>") { // what it says, and said before; and, without marks, what it answers
		t.Errorf("the page shows marks: %s", page)
	}
	doc, err := html.Parse(strings.NewReader((&changed{text: "Ben"}).export(t, "html")))
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]string{}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == "article" {
			told[n.Attr[0].Val] = words(n)
		}
	}
	until := func(at int64) string { return time.Unix(at, 0).Local().Format("2006-01-02 15:04") }
	for id, all := range map[string][]string{
		"mtaken":   {"This message was deleted."},
		"medited":  {"passed on from Ben", "edited " + until(60), "pinned", "starred", "Ben read, Carla waiting", "Ben: Ben", "Until " + until(30) + " it said: Ben first", "Until " + until(60) + " it said: Ben then", "Mentions Ben, Ben", "👍 3 (Ben, 2 more), 4 with other emoji"},
		"mfile":    {"In reply to a message that is not here", "12 bytes, declined"},
		"manswers": {"Ben: a deleted message", "to one that was deleted"},
	} {
		for _, want := range all {
			if !strings.Contains(told[id], want) {
				t.Errorf("%s says %q and not %q", id, told[id], want)
			}
		}
	}
	if strings.Contains(told["mtaken"], "read") || len(told) != 4 {
		t.Errorf("%q", told)
	}
}

// words are the words of an element.
func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// TestExportCSVTellsWhatBecameOfMessages: the same in the columns of a table.
func TestExportCSVTellsWhatBecameOfMessages(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix((&changed{text: "Ben"}).export(t, "csv"), "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 5 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, want := range []map[string]string{
		{"deleted": "yes", "text": "", "edited": "", "pinned": "yes"},
		{"deleted": "", "edited": time.Unix(60, 0).Format(time.RFC3339), "said before": "Ben first\nBen then", "reply to": "other", "reply to text": "Ben: Ben", "passed on from": "Ben",
			"mentions": "Ben, Ben", "reactions": "👍 3 (Ben, 2 more), 4 with other emoji", "pinned": "yes", "starred": "yes", "state": "Ben read, Carla waiting"},
		{"text": "Ben", "file bytes": "12", "file state": "declined", "reply to": "nowhere", "reply to text": "In reply to a message that is not here"},
		{"reply to": "taken", "reply to text": "Ben: a deleted message"},
	} {
		got := map[string]string{}
		for c, column := range rows[0] {
			got[column] = rows[i+1][c]
		}
		for column, cell := range want {
			have, is := got[column]
			if when, err := time.Parse(time.RFC3339, cell); err == nil {
				at, err := time.Parse(time.RFC3339, have)
				is = is && err == nil && at.Equal(when)
				have = cell
			}
			if !is || have != cell {
				t.Errorf("row %d: %s is %q, not %q", i+1, column, got[column], cell)
			}
		}
	}
}

// TestExportJSONTellsWhatWasSaidBefore: each wording of what was changed, and nothing of the kind of what was not.
func TestExportJSONTellsWhatWasSaidBefore(t *testing.T) {
	var all []entry
	if err := json.Unmarshal([]byte((&changed{text: "Ben"}).export(t, "json")), &all); err != nil || len(all) != 4 {
		t.Fatalf("%d entries, %v", len(all), err)
	}
	if v := all[1].Versions; len(v) != 3 || v[0].Text != "Ben first" || v[2].Text != "Ben" || all[0].Versions != nil || all[3].Versions != nil {
		t.Errorf("%+v", all)
	}
}

// TestExportOfWhatGoesMeanwhile: an edited message that goes by how long it is kept, or with its room, while its page is written ends nothing.
func TestExportOfWhatGoesMeanwhile(t *testing.T) {
	var all []entry
	if err := json.Unmarshal([]byte((&changed{text: "Ben", gone: true}).export(t, "json")), &all); err != nil || len(all) != 4 {
		t.Fatalf("%d entries, %v", len(all), err)
	}
	if all[1].Text != "Ben" || all[1].Versions != nil {
		t.Errorf("%+v", all[1])
	}
}

// TestExportOfWhatBecameIsHarmless: old words, quotes and names can neither become markup nor a formula.
func TestExportOfWhatBecameIsHarmless(t *testing.T) {
	for _, lie := range lying {
		s := &changed{text: lie}
		page := s.export(t, "html")
		doc, err := html.Parse(strings.NewReader(page))
		if err != nil {
			t.Fatal(err)
		}
		elements := map[string]int{}
		for n := range doc.Descendants() {
			if n.Type == html.ElementNode {
				elements[n.Data]++
			}
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "src" || a.Key == "style" || a.Key == "href" && !strings.HasPrefix(a.Val, "#") && a.Val != "https://evil.example/z.png" { // an address that is shown is a link
					t.Errorf("%q: the page has %s=%q", lie, a.Key, a.Val)
				}
			}
		}
		if elements["article"] != 4 || elements["style"] != 1 || elements["script"]+elements["img"] > 0 || strings.ContainsAny(page, "\u202e\x00\x1b") {
			t.Errorf("%q became %v", lie, elements)
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(s.export(t, "csv"), "\ufeff"))).ReadAll()
		if err != nil || len(rows) != 5 {
			t.Fatalf("%q: %d rows, %v", lie, len(rows), err)
		}
		for _, row := range rows {
			for _, cell := range row {
				if harmless(cell) != cell {
					t.Errorf("%q is a formula in %q", lie, cell)
				}
			}
		}
	}
}

// TestReachIsNotNought: nobody, or nobody who tells it, is not said to be none.
func TestReachIsNotNought(t *testing.T) {
	for read, want := range map[int]string{0: "with 4 of 5", 2: "with 4 of 5, read by 2"} {
		if got := stateOf(api.Message{Reach: &api.Reach{Of: 5, Delivered: 4, Read: read}}, true, asIs); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
