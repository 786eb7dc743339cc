package portable_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lanyard/internal/name"
	"lanyard/sync/portable"
)

var (
	windows = portable.Root{Windows: true, CaseBlind: true, Path: 40}
	fat     = portable.Root{Windows: true, CaseBlind: true, File: 1<<32 - 1}
	private = portable.Root{Element: 143} // a home folder with encrypted names
	mac     = portable.Root{CaseBlind: true}
)

func TestJudge(t *testing.T) {
	t.Parallel()
	cases := []struct {
		what string
		root portable.Root
		path string
		size int64
		want portable.Why
	}{
		{"an ordinary file", windows, "Plans/Budget 2026.xlsx", 1 << 40, portable.Fits},
		{"a colon", windows, "notes 14:30.txt", 0, portable.Name},
		{"a question mark in a folder's name", windows, "who?/list.txt", 0, portable.Name},
		{"a dot at the end", windows, "etc.", 0, portable.Name},
		{"a space at the end of a folder's name", windows, "Plans /a.txt", 0, portable.Name},
		{"a name for a device", windows, "src/aux.h", 0, portable.Name},
		{"a name that only begins so", windows, "src/auxiliary.h", 0, portable.Fits},
		{"a long path", windows, "a folder/another one/and a long name.docx", 0, portable.Deep},
		{"the longest that is no long path", windows, strings.Repeat("x", 40), 0, portable.Fits},
		{"characters beyond 16 bits count twice", windows, strings.Repeat("\U0001f600", 21), 0, portable.Deep},
		{"a colon on a stick", fat, "a:b", 0, portable.Name},
		{"the largest file on a stick", fat, "film.mkv", 1<<32 - 1, portable.Fits},
		{"one byte more", fat, "film.mkv", 1 << 32, portable.Large},
		{"a long name where names are encrypted", private, strings.Repeat("x", 144), 0, portable.Long},
		{"the longest one there", private, "dir/" + strings.Repeat("x", 143), 0, portable.Fits},
		{"a colon there", private, "a:b", 0, portable.Fits},
		{"a colon on a Mac", mac, "a:b", 0, portable.Fits},
		{"anything where nothing was told", portable.Root{}, "aux/a:b. ", 1 << 60, portable.Fits},
	}
	for _, c := range cases {
		v := c.root.Judge(c.path, c.size)
		if v.Why != c.want {
			t.Errorf("%s: %d (%s), want %d", c.what, v.Why, v.Text, c.want)
		}
		if (v.Text == "") != (v.Why == portable.Fits) || (v.Why.Remedy() == "") != (v.Why == portable.Fits) {
			t.Errorf("%s: %q, %q", c.what, v.Text, v.Why.Remedy())
		}
	}
	if got := fat.Judge("film.mkv", 1<<33).Text; got != "the disk stores no file of more than 4 GiB" {
		t.Error(got)
	}
}

func drawRoot(t *rapid.T) portable.Root {
	return portable.Root{
		Windows: rapid.Bool().Draw(t, "windows"), CaseBlind: rapid.Bool().Draw(t, "blind"), Element: rapid.IntRange(0, 20).Draw(t, "element"),
		File: rapid.Int64Range(0, 10).Draw(t, "file"), Path: rapid.IntRange(0, 20).Draw(t, "path"),
	}
}

func drawPath(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(rapid.StringOfN(rapid.RuneFrom([]rune("aAbB:?. ä\U0001f600")), 1, 12, -1), 1, 3).Draw(t, "path"), "/")
}

// TestJudgeKeeps: what a root refuses, one that holds less refuses, too; what lies in a folder that is refused by its name is refused; and what is refused by
// Windows' rules is just what package name says.
func TestJudgeKeeps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r, p, size := drawRoot(t), drawPath(t), rapid.Int64Range(0, 12).Draw(t, "size")
		v := r.Judge(p, size)
		if less := (portable.Root{Windows: r.Windows, Element: r.Element, File: r.File, Path: r.Path, CaseBlind: true}); less.Judge(p, size).Why != v.Why {
			t.Fatalf("%q is judged by what other files there are", p)
		}
		stricter := r
		stricter.Windows = true
		if v.Why.Refused() && !stricter.Judge(p, size).Why.Refused() {
			t.Fatalf("%q is refused by %+v and not where Windows' rules count, too", p, r)
		}
		if v.Why == portable.Name || v.Why == portable.Long {
			if !r.Judge(p+"/below", 0).Why.Refused() {
				t.Fatalf("%q is refused, and what lies in it is not", p)
			}
		}
		if (v.Why == portable.Name) != (r.Windows && name.CheckPortable(p) != nil) {
			t.Fatalf("%q: %v, and package name says %v", p, v, name.CheckPortable(p))
		}
		if r.Any() && v != (portable.Verdict{}) {
			t.Fatalf("a root that holds everything refuses %q", p)
		}
	})
}

// TestTwins: after any notes, a place in which two paths stand is known as one where twins have met; and where no two ever stood together nobody has met.
func TestTwins(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		twins := portable.NewTwins()
		there, ever := map[string]map[string]bool{}, map[string]bool{}
		for range rapid.IntRange(0, 60).Draw(t, "steps") {
			p := rapid.SampledFrom([]string{"a", "A", "ä", "Ä", "d/a", "d/A", "D/a", "ß", "ss", "b"}).Draw(t, "path")
			stands, place := rapid.Bool().Draw(t, "stands"), portable.Place(p)
			if there[place] == nil {
				there[place] = map[string]bool{}
			}
			if delete(there[place], p); stands {
				there[place][p] = true
			}
			ever[place] = ever[place] || len(there[place]) > 1
			if met := twins.Note(p, stands); met != ever[place] {
				t.Fatalf("%q, stands %v: met is %v, and together there were %v", p, stands, met, ever[place])
			}
		}
	})
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, r := range []portable.Root{{Element: -1}, {File: -1}, {Path: -1}, {Path: 1 << 40}, {Element: 1 << 40}} {
		if r.Check() == nil {
			t.Errorf("%+v is taken", r)
		}
	}
	if err := windows.Check(); err != nil {
		t.Error(err)
	}
}
