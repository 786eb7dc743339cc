package markdown

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// drawn is markup as the vectors write it: elements by name, with where links lead and where numbers begin.
func drawn(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := range n.ChildNodes() {
		b.WriteString(drawn(c))
	}
	if n.Type != html.ElementNode || n.Data == "body" {
		return b.String()
	}
	tag := n.Data
	for _, a := range n.Attr {
		if a.Key == "href" || a.Key == "start" && a.Val != "0" && a.Val != "1" {
			tag += " " + a.Val
		}
	}
	return "<" + tag + ">" + b.String() + "</" + n.Data + ">"
}

func said(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

func parsed(t *testing.T, text string) *html.Node {
	t.Helper()
	markup, _ := HTML(text)
	body := &html.Node{Type: html.ElementNode, DataAtom: atom.Body, Data: "body"}
	nodes, err := html.ParseFragment(strings.NewReader(markup), body)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes {
		body.AppendChild(n)
	}
	return body
}

// TestVectors: the window's test reads the same file.
func TestVectors(t *testing.T) {
	raw, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []struct{ What, Text, Want string }
	if err := json.Unmarshal(raw, &all); err != nil || len(all) < 40 {
		t.Fatalf("%d vectors, %v", len(all), err)
	}
	for _, one := range all {
		if got := drawn(parsed(t, one.Text)); got != one.Want {
			t.Errorf("%s: %q is drawn as\n%q, not as\n%q", one.What, one.Text, got, one.Want)
		}
	}
}

// TestLinkToMessage: it leads to its place on the same page.
func TestLinkToMessage(t *testing.T) {
	id := strings.Repeat("0f", 32)
	if got := drawn(parsed(t, "see lanyard://message/"+strings.ToUpper(id)+".")); got != "see <a #m"+id+">Linked message</a>." {
		t.Error(got)
	}
}

// TestNarrowHosts: what browsers would read as another host than it looks is no link.
func TestNarrowHosts(t *testing.T) {
	for _, lie := range []string{`https://bank.example\@evil.example/`, "https://%65vil.example/", "https://0x7f.1/", "https://2130706433/", "https://bank.example@evil.example/", "https://a.example:123456/", "https://[x]/", "https:///x", "https://?x"} {
		for _, text := range []string{lie, "[words](" + lie + ")"} {
			if got := drawn(parsed(t, text)); strings.Contains(got, "<a") {
				t.Errorf("%q is drawn as %q", text, got)
			}
		}
	}
	for _, address := range []string{"http://build_server:8080/x?y#z", "https://10.0.0.5/", "https://[fe80::1]:443/", "HTTP://A.example/"} {
		if got := drawn(parsed(t, address)); got != "<a "+address+">"+address+"</a>" {
			t.Errorf("%q is drawn as %q", address, got)
		}
	}
}

// FuzzHTML: whatever is written, nothing comes of it but these elements and attributes, and no letter of a text without any sign is lost.
func FuzzHTML(f *testing.F) {
	for _, text := range []string{"**a *b* `c` [d](https://e.example/f) ~~g~~", "```\n<script>\n```\n> \"'&<\n- x\n1. y", "\xff\x00\u202e", "C:\\a\\*b `" + "`", "[<b>](https://a.example/\"onclick=alert)"} {
		f.Add(text)
	}
	allowed := map[string]string{"p": "dir", "pre": "dir", "code": "", "blockquote": "dir", "ul": "", "ol": "start", "li": "dir", "strong": "", "em": "", "s": "", "a": "href target rel", "span": ""}
	f.Fuzz(func(t *testing.T, text string) {
		for n := range parsed(t, text).Descendants() {
			if n.Type == html.TextNode {
				continue
			}
			attributes, ok := allowed[n.Data]
			if n.Type != html.ElementNode || !ok {
				t.Fatalf("%q becomes %v %s", text, n.Type, n.Data)
			}
			for _, a := range n.Attr {
				if !slices.Contains(strings.Fields(attributes), a.Key) || a.Key == "href" && !strings.HasPrefix(a.Val, "#m") && !safe(a.Val) {
					t.Fatalf("%q gives %s the attribute %s=%q", text, n.Data, a.Key, a.Val)
				}
			}
		}
		if !strings.ContainsAny(text, "*_~`[]\\>-•.)\r\x00") && utf8.ValidString(text) && !strings.Contains(strings.ToLower(text), messageAddress) {
			if got := said(parsed(t, text)); got != text {
				t.Fatalf("%q says %q", text, got)
			}
		}
	})
}

// TestHostileTextsEnd: what begins and never ends costs no more than a long text.
func TestHostileTextsEnd(t *testing.T) {
	for _, text := range []string{strings.Repeat("**a ", 8000), strings.Repeat("*_", 16000), strings.Repeat("[a](", 8000), strings.Repeat("> ", 16000), strings.Repeat("`", 32000), strings.Repeat("- a\n", 8000), strings.Repeat("```\n", 8000), strings.Repeat("a ```\n", 5000),
		strings.Repeat("```go\n", 5000), strings.Repeat("\\*", 16000), strings.Repeat("a.\\", 10000), strings.Repeat("~~a ", 8000), strings.Repeat("[a](http://x/(", 2000), strings.Repeat("http://", 4000), "http://a/" + strings.Repeat("(", 16000) + strings.Repeat(")", 16000)} {
		if markup, _ := HTML(text); len(markup) < len(text)/4 {
			t.Errorf("%.10q became %d bytes", text, len(markup))
		}
	}
}

func TestWithoutCode(t *testing.T) {
	for text, want := range map[string]string{
		"":                                "",
		"@Ben, **look**":                  "@Ben, **look**",
		"`@Sales` in code":                "\n in code",
		"not `closed @Ben":                "not `closed @Ben",
		"\\`@Ben\\` is no code":           "\\`@Ben\\` is no code",
		"```@Ben``` and `@Carla`":         "\n and \n",
		"so:\n```go\n@Ben()\n```\n@Carla": "so:\n@Carla",
		"> `@Ben`\n- `@Carla` @Dora":      "> \n\n- \n @Dora",
		"``\n@Ben\n``":                    "``\n@Ben\n``",
		"a`b\\`@Ben`":                     "a\n@Ben`",
	} {
		if got := WithoutCode(text); got != want {
			t.Errorf("%q: %q and not %q", text, got, want)
		}
	}
}

func TestGist(t *testing.T) {
	for text, want := range map[string]string{
		"**Done** at _last_, see `plan.md`":             "Done at last, see plan.md",
		"one\n\n- two\n- *three*\n```\nx\n```":          "one two, three x",
		"lanyard://message/" + strings.Repeat("0f", 32): "linked message",
		"": "",
	} {
		if got := Gist(text); got != want {
			t.Errorf("%q says %q, not %q", text, got, want)
		}
	}
}
