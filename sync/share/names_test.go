package share_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lanyard/internal/name"
	"lanyard/sync/share"
)

// TestNamesTold: a name that cannot be shared is told while it lies there and no longer, and stops nothing else.
func TestNamesTold(t *testing.T) {
	t.Parallel()
	cases := []struct{ what, path, remedy string }{
		{"decomposed", "cafe\u0301.txt", "Rename it to \"caf\u00e9.txt\": it looks the same, and has to be typed anew."},
		{"decomposed, and too long in the other form", strings.Repeat("\u0958", 80), "Rename it."},
		{"a line break", "two\nlines.txt", "Rename it."},
		{"not UTF-8", "latin\xff.txt", "Rename it."},
		{"too long a name", strings.Repeat("x", 250), "Rename it."},
		{"a drive", "a:b.txt", "Rename it."},
		{"too many levels", strings.Repeat("d/", 70) + "deep.txt", "Move it to a folder further up."},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			o, id, a, b := pair(t, map[string]string{"a.txt": "one"})
			anna := o.desks[0]
			told := func(n int) func() bool {
				return func() bool {
					st, err := anna.engine.Get(id)
					return err == nil && len(st.Problems) == n && st.State != share.Syncing
				}
			}
			state := func() string { st, err := anna.engine.Get(id); return fmt.Sprintf("%+v %v", st, err) }
			write(t, a, c.path, "cannot be shared")
			eventually(t, "it is told", told(1), state)
			if st, err := anna.engine.Get(id); err == nil && len(st.Problems) == 1 {
				quoted := strings.TrimSuffix(name.Quote(st.Problems[0].Path), "\"")
				if text := st.Problems[0].Text; strings.Count(text, "not shared") != 1 || strings.Contains(text, "cannot be shared") || strings.Count(text, quoted) > 1 {
					t.Errorf("it is told twice in one sentence: %s", text)
				}
				if got := st.Problems[0].Remedy; got != c.remedy {
					t.Errorf("%s %s: want %s", st.Problems[0].Text, got, c.remedy)
				}
			}
			save(t, a, "a.txt", "two")
			eventually(t, "the rest goes on", func() bool { return contents(t, b)["a.txt"] == "two" }, state)
			top, _, _ := strings.Cut(c.path, "/")
			check(t, os.RemoveAll(filepath.Join(a, top)))
			eventually(t, "it is told no longer", told(0), state)
			o.agree(id, a, b)
		})
	}
}

// TestRootAway: a root or a marker that goes away is told at once, with one thing to do about it, and a root that is back at once is not deaf.
func TestRootAway(t *testing.T) {
	t.Parallel()
	o, id, a, b := pair(t, map[string]string{"a.txt": "one"})
	anna := o.desks[0]
	trouble := func() bool { st, err := anna.engine.Get(id); return err == nil && st.State == share.Trouble }
	state := func() string { st, err := anna.engine.Get(id); return fmt.Sprintf("%+v %v", st, err) }
	for i, away := range []struct{ path, told, remedy string }{
		{a, "The folder " + a + " is not there.", "Put it back where it was, or connect its disk."},
		{filepath.Join(a, ".lanyard"), a + " is not the folder that was shared.", "Put that one back there, or connect its disk."},
	} {
		check(t, os.Rename(away.path, a+" away"))
		eventually(t, "its absence is told", func() bool {
			st, err := anna.engine.Get(id)
			return err == nil && st.State == share.Trouble && slices.ContainsFunc(st.Problems, func(p share.Problem) bool { return p.Text == away.told && p.Remedy == away.remedy })
		}, state)
		check(t, os.Rename(a+" away", away.path))
		eventually(t, "it is found again", func() bool { return !trouble() }, state)
		save(t, a, "a.txt", fmt.Sprint("after ", i))
		become(t, map[string]string{"a.txt": fmt.Sprint("after ", i)}, b)
	}
	check(t, os.Rename(a, a+" away"))
	check(t, os.Rename(a+" away", a))
	for i := range 10 {
		save(t, a, "a.txt", fmt.Sprint("moved and back ", i))
		become(t, map[string]string{"a.txt": fmt.Sprint("moved and back ", i)}, b)
	}
	o.agree(id, a, b)
}
