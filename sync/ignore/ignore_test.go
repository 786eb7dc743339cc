package ignore_test

import (
	"strings"
	"testing"

	"lanyard/sync/ignore"
)

// TestRules is the specification by cases; those of git's documentation are among them.
func TestRules(t *testing.T) {
	for _, c := range []struct{ about, rules, out, in string }{
		{"a name in any folder", "*.log", "a.log b/c.log b.log/ b.log/c", "a.log.txt log a.log~"},
		{"a slash at the beginning ties it to the root", "/foo", "foo foo/ foo/a", "a/foo"},
		{"a slash in the middle does, too", "doc/frotz", "doc/frotz doc/frotz/a", "a/doc/frotz frotz"},
		{"a slash at the end names folders", "frotz/", "frotz/ frotz/a a/frotz/ a/frotz/b", "frotz a/frotz"},
		{"a slash in the middle and at the end", "doc/frotz/", "doc/frotz/ doc/frotz/a", "a/doc/frotz/ doc/frotz"},
		{"a star stops at a slash", "foo/*", "foo/a.json foo/bar/ foo/bar/hello.c", "foo/ foo a/foo/b"},
		{"a question mark stands for one character", "a?c", "abc aäc a.c", "ac abbc a/c"},
		{"ranges", "[a-c]x[!0-9]", "axy BXY cx-", "dxy ax1 ax"},
		{"what brackets hold may be brackets", `[]]x[[]y[\]-]`, "]x[y- ]x[y]", "[x]y-"},
		{"classes by name", "[[:digit:][:space:]]x", "1x", "ax xx"},
		{"two stars at the beginning", "**/foo/bar", "foo/bar a/foo/bar a/b/foo/bar/c", "foo/a/bar bar"},
		{"two stars at the end", "abc/**", "abc/a abc/b/ abc/b/c", "abc abc/ a/abc/b"},
		{"two stars in the middle", "a/**/b", "a/b a/x/b a/x/y/b", "a/xb ab x/a/b"},
		{"two stars within a name are one", "a**b", "ab axxb", "a/b"},
		{"two stars alone", "**", "a a/b a/", ""},
		{"folders, by two stars", "**/", "a/ a/b a/b/", "a"},
		{"a line takes back", "*.log\n!keep.log", "a.log a/b.log", "keep.log a/keep.log"},
		{"the last line decides", "!keep.log\n*.log", "keep.log", ""},
		{"what is in a folder that is left out stays out", "build/\n!build/keep", "build/keep build/", "keep"},
		{"what is in a folder that is taken back is judged by itself", "*.log\n!keep", "keep/a.log", "keep keep/ keep/a"},
		{"all but one folder", "/*\n!/foo\n/foo/*\n!/foo/bar", "a foo/a b/foo/bar", "foo/ foo/bar foo/bar/a"},
		{"comments, empty lines, spaces at the end", "# *.txt\n\n  \na.txt   \n", "a.txt", "b.txt #"},
		{"a backslash", "\\#a\n\\!b\nc\\ \n\\*d", "#a !b *d", "xd a b c"},
		{"lines as Windows ends them, behind a mark", "\uFEFF*.log\r\n*.tmp\r\n", "a.log a.tmp", "a"},
		{"capitals are small letters, in any form of Unicode", "*.TMP\nMüll/", "a.tmp A.Tmp MÜLL/ mu\u0308ll/x", "tmp"},
		{"the rules themselves are never left out", "*\n/.lanyardignore", "a .lanyardignores b/.lanyardignore", ".lanyardignore"},
	} {
		t.Run(c.about, func(t *testing.T) {
			r, err := ignore.Parse([]byte(c.rules))
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range []bool{true, false} {
				paths := c.in
				if want {
					paths = c.out
				}
				for p := range strings.FieldsSeq(paths) {
					p, folder := strings.CutSuffix(p, "/")
					if got := r.Ignored(p, folder); got != want {
						t.Errorf("%q (folder: %v) is left out: %v", p, folder, got)
					}
				}
			}
		})
	}
}

func TestWrongRules(t *testing.T) {
	for text, where := range map[string]string{
		"a\n[b": "line 2:", "/": "line 1:", "a//b": "line 1:", "!": "line 1:", "a\\": "line 1:", "[[:other:]]": "line 1:", "a[]": "line 1:", "[a-": "line 1:",
		"a\x00": "no text", "\xff": "no text", strings.Repeat("a\n", ignore.MaxSize/2) + "a": "larger",
	} {
		if _, err := ignore.Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), where) {
			t.Errorf("%.20q is refused with %v", text, err)
		}
	}
	if r, err := ignore.Parse([]byte(strings.Repeat("a\n", ignore.MaxSize/2))); err != nil || r.None() {
		t.Errorf("the most that there can be is refused: %v", err)
	}
}

func TestNoRules(t *testing.T) {
	var none *ignore.Rules
	empty, err := ignore.Parse([]byte("# nothing\n"))
	if err != nil || !empty.None() || !none.None() || none.Ignored("a", false) || none.Alone("a", true) || empty.Ignored("a/b", false) {
		t.Error("without rules something is left out")
	}
}
