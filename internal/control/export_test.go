package control

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"lanyard/internal/api"
)

// shelf holds one conversation of so many messages; failing at one of them.
type shelf struct {
	Conversations
	Records
	texts   []string
	fails   int
	changes bool // of a room, by people and to names of these texts
	hook    string
}

func (s *shelf) Exported(context.Context, string) ([]api.Conversation, error) {
	return []api.Conversation{{ID: "c1", Name: `<Ben> "&'`}}, nil
}

func (s *shelf) Page(_ context.Context, _ string, q api.Query) (api.Page, error) {
	from := 0
	if q.After != "" {
		if _, err := fmt.Sscanf(q.After, "id%d", &from); err != nil {
			return api.Page{}, err
		}
		from++
	}
	var p api.Page
	for i := from; i < len(s.texts) && len(p.Messages) < q.Limit; i++ {
		if s.fails > 0 && i >= s.fails {
			return api.Page{}, errors.New("the disk is gone")
		}
		if s.changes {
			who := api.Author{ID: "p", Name: s.texts[i]}
			p.Messages = append(p.Messages, api.Message{ID: fmt.Sprint("id", i), Kind: "change", Author: who, Time: time.Unix(int64(i), 0),
				Change: &api.MemberChange{What: []string{"invited", "renamed", "entrusted"}[i%3], Who: who, Name: s.texts[i]}})
			continue
		}
		p.Messages = append(p.Messages, api.Message{ID: fmt.Sprint("id", i), Kind: "text", Text: s.texts[i], Author: api.Author{Name: "\u202eAnna"}, Hook: s.hook,
			Time: time.Unix(int64(i), 0), States: []api.State{{State: "read"}}})
	}
	p.More = from+len(p.Messages) < len(s.texts)
	return p, nil
}

func exportOf(t *testing.T, s *shelf, format string) (string, error) {
	t.Helper()
	_, client := serve(t, Config{Conversations: s, Records: s})
	out, err := client.Export(t.Context(), format, "")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	b, err := io.ReadAll(out)
	return string(b), err
}

var lying = []string{"plain", "<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\u200b=1", "＝1", "a\r\nb,\"c\"",
	"evil\u202egpj.exe", "nul\x00\x1b[31m", "</p></article></section><style>*{}</style>", "100%", "a=b", "**<img src=x onerror=alert(1)>**", "[x](javascript:alert(1)) ![y](https://evil.example/z.png\" onerror=alert(1))"}

func TestExportHTMLIsHarmless(t *testing.T) {
	page, err := exportOf(t, &shelf{texts: lying}, "html")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	allowed := " html head meta title style body h1 h2 h3 p section article header bdi time strong a "
	var said []string
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && !strings.Contains(allowed, " "+n.Data+" ") {
			t.Errorf("the page has an element %s", n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "src" || a.Key == "style" {
				t.Errorf("the page has an attribute %s", a.Key)
			}
		}
		if n.Type == html.ElementNode && n.Data == "bdi" && n.Parent.Data == "p" {
			said = append(said, n.FirstChild.Data)
		}
	}
	if len(said) != len(lying) || said[1] != lying[1] || said[12] != "evil\ufffdgpj.exe" {
		t.Errorf("the texts are %q", said)
	}
	if strings.ContainsAny(page, "\u202e\x00\x1b") {
		t.Error("the page has characters that make others look different")
	}
}

// TestExportOfChangesIsHarmless: names of people and rooms stand in sentences, and can neither become markup nor a formula there.
func TestExportOfChangesIsHarmless(t *testing.T) {
	s := &shelf{texts: lying, changes: true}
	page, err := exportOf(t, s, "html")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && strings.Contains(" script img style ", " "+n.Data+" ") && n.Parent.Data != "head" {
			t.Errorf("a name became an element %s", n.Data)
		}
		if n.Type == html.ElementNode && n.Data == "p" && len(n.Attr) > 0 && n.Attr[0].Val == "change" {
			lines++
		}
	}
	if lines != len(lying) || strings.ContainsAny(page, "\u202e\x00\x1b") {
		t.Errorf("%d lines in %s", lines, page)
	}
	table, err := exportOf(t, s, "csv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(table, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != len(lying)+1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i := range lying {
		if cell := rows[i+1][5]; harmless(cell) != cell || !strings.Contains(strings.TrimPrefix(cell, "'"), []string{"invited", "renamed the room to “", "remove members"}[i%3]) {
			t.Errorf("a line is %q", cell)
		}
	}
}

func TestExportCSVIsHarmless(t *testing.T) {
	table, err := exportOf(t, &shelf{texts: lying}, "csv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(table, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != len(lying)+1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, text := range lying {
		want := text
		if i >= 3 && i <= 10 {
			want = "'" + text
		}
		if got := rows[i+1][5]; got != strings.ReplaceAll(want, "\r\n", "\n") {
			t.Errorf("%q is %q", text, got)
		}
	}
}

// TestExportTellsThroughWhat: a text that came through a webhook says so in every format, as it does where it is shown; its name is no formula either.
func TestExportTellsThroughWhat(t *testing.T) {
	s := &shelf{texts: []string{"The build is green"}, hook: "=Build"}
	for format, want := range map[string]string{"html": "through <bdi>=Build</bdi>", "json": `"hook":"=Build"`, "csv": ",through,"} {
		if out, err := exportOf(t, s, format); err != nil || !strings.Contains(out, want) {
			t.Errorf("%s: %v in %s", format, err, out)
		}
	}
	table, err := exportOf(t, s, "csv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(table)).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][9] != "'=Build" {
		t.Errorf("%q, %v", rows, err)
	}
}

// TestExportDrawsTexts: bold is bold on the page, a size is told as people read it, and nothing is loaded from anywhere.
func TestExportDrawsTexts(t *testing.T) {
	page, err := exportOf(t, &shelf{texts: []string{"At **noon** <b>", "see\n- [the plan](https://wiki.example/plan)\n- `a < b`", "~~at ten~~", "by\r\nlines\rof others"}}, "html")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<p dir="auto"><bdi>At <strong>noon</strong> &lt;b&gt;</bdi></p>`, `<ul><li dir="auto"><a href="https://wiki.example/plan"`, "<code>a &lt; b</code>", "<s>at ten</s>", "by\nlines\nof others"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s: %s", want, page)
		}
	}
	if strings.Contains(page, "**") {
		t.Error("the page shows marks")
	}
	for n, want := range map[int64]string{0: "0 bytes", 1: "1 byte", 999: "999 bytes", 1000: "1 kB", 1500: "1.5 kB", 60_000_000: "60 MB", 4_812_331: "4.8 MB", 99_950_000: "100 MB", 999_499: "999 kB", 999_500: "1 MB", 999_600_000: "1 GB", 2_000_000_000_000_000: "2000 TB"} {
		if got := content(api.Message{Kind: "file", Text: "a", File: &api.File{Size: n}}); !strings.Contains(got, fmt.Sprintf(`<span title="%d bytes">%s</span>`, n, want)) {
			t.Errorf("%d bytes are told as %s", n, got)
		}
	}
}

func TestExportJSONIsWhole(t *testing.T) {
	var texts []string
	for i := range 2*maxPage + 5 {
		texts = append(texts, fmt.Sprint("text ", i))
	}
	out, err := exportOf(t, &shelf{texts: texts}, "json")
	if err != nil {
		t.Fatal(err)
	}
	var messages []api.Message
	if err := json.Unmarshal([]byte(out), &messages); err != nil || len(messages) != len(texts) {
		t.Fatalf("%d messages, %v", len(messages), err)
	}
	for i, m := range messages {
		if m.Text != texts[i] {
			t.Fatalf("message %d is %q", i, m.Text)
		}
	}
}

// TestExportThatFailsBreaksOff: who reads it can tell half a file from a whole one.
func TestExportThatFailsBreaksOff(t *testing.T) {
	for _, format := range []string{"html", "json", "csv"} {
		if out, err := exportOf(t, &shelf{texts: make([]string, 3*maxPage), fails: 2 * maxPage}, format); err == nil {
			t.Errorf("%s: %d bytes, and no error", format, len(out))
		}
	}
}

func TestExportOfNothing(t *testing.T) {
	for _, format := range []string{"html", "json", "csv"} {
		var b bytes.Buffer
		out := bufio.NewWriter(&b)
		s, _ := newSheet(format, out)
		s.begin(nil)
		s.end()
		if err := out.Flush(); err != nil || b.Len() == 0 {
			t.Errorf("%s: %q %v", format, b.String(), err)
		}
	}
}
