package index

import (
	"fmt"
	"strings"
	"testing"
)

func rowOf(k Kind, c byte, seen string) *Row {
	r := &Row{Kind: k, Seen: ctx(seen)}
	if k == File {
		r.Content, r.Size = content(c), 10
	}
	return r
}

func onlyHere(k Kind, content byte, seen string) *Row {
	r := rowOf(k, content, seen)
	r.Local = true
	return r
}

func TestPlan(t *testing.T) {
	onWindows := func(p Path, _ int64) string {
		if strings.HasPrefix(string(p), "CON") {
			return "Windows keeps this name for itself; rename it"
		}
		return ""
	}
	cases := []struct {
		what     string
		heads    []Version
		children bool
		row      *Row
		copies   Copy // the same for all conflicts
		readOnly bool
		want     string
	}{
		{what: "nothing known, nothing there"},
		{what: "a file arrives", heads: []Version{file("a1", "", 'X', 0, 1)}, want: "place"},
		{what: "a file that is there already", heads: []Version{file("a1", "", 'X', 0, 1)}, row: rowOf(File, 'X', "a1")},
		{what: "the same bytes, put there by somebody else too", heads: []Version{file("a1", "", 'X', 0, 1), file("b1", "", 'X', 0, 1)},
			row: rowOf(File, 'X', "a1"), want: "adopt"},
		{what: "a newer content", heads: []Version{file("b1", "a1", 'Y', 'X', 2)}, row: rowOf(File, 'X', "a1"), want: "replace"},
		{what: "a deletion", heads: []Version{gone("b1", "a1", 2)}, row: rowOf(File, 'X', "a1"), want: "trash"},
		{what: "a deletion of what never was here", heads: []Version{gone("b1", "a1", 2)}, want: "adopt"},
		{what: "a deletion that is done", heads: []Version{gone("b1", "a1", 2)}, row: rowOf(Tombstone, 0, "a1 b1")},
		{what: "a file comes back where one was deleted", heads: []Version{file("b2", "a1 b1", 'Z', 0, 3)}, row: rowOf(Tombstone, 0, "a1 b1"), want: "place"},
		{what: "a directory arrives", heads: []Version{dir("a1", "", 1)}, want: "make-dir"},
		{what: "a directory becomes a file", heads: []Version{file("b1", "a1", 'Y', 0, 2)}, row: rowOf(Dir, 0, "a1"), want: "remove-dir place"},
		{what: "a file becomes a directory", heads: []Version{dir("b1", "a1", 2)}, row: rowOf(File, 'X', "a1"), want: "trash make-dir"},
		{what: "a deleted directory with live children stays", heads: []Version{gone("b1", "a1", 2)}, children: true, row: rowOf(Dir, 0, "a1 b1")},
		{what: "a deleted directory goes when its children have gone", heads: []Version{gone("b1", "a1", 2)}, row: rowOf(Dir, 0, "a1 b1"), want: "remove-dir"},
		{what: "a directory that only its children kept goes after them", row: rowOf(Dir, 0, ""), want: "remove-dir"},
		{what: "a file whose deletion everybody has forgotten", row: rowOf(File, 'X', "a1"), want: "trash"},
		{what: "a file that nobody has told of yet", row: rowOf(File, 'X', "")},
		{what: "the loser of a conflict lies here: it is copied aside before it is replaced",
			heads: []Version{file("a1", "", 'X', 0, 2), file("b1", "", 'Y', 0, 1)}, row: rowOf(File, 'Y', "b1"), want: "copy-aside replace"},
		{what: "the loser lies elsewhere", heads: []Version{file("a1", "", 'X', 0, 2), file("b1", "", 'Y', 0, 1)}, row: rowOf(File, 'X', "a1")},
		{what: "somebody has made the copy already", heads: []Version{file("a1", "", 'X', 0, 2), file("b1", "", 'Y', 0, 1)},
			row: rowOf(File, 'Y', "b1"), copies: Copy{Known: true}, want: "replace"},
		{what: "the copy lies safe here: the conflict ends", heads: []Version{file("a1", "", 'X', 0, 2), file("b1", "", 'Y', 0, 1)},
			row: rowOf(File, 'X', "a1"), copies: Copy{Known: true, Held: true}, want: "end-conflict"},
		{what: "who may not write does not end conflicts", heads: []Version{file("a1", "", 'X', 0, 2), file("b1", "", 'Y', 0, 1)},
			row: rowOf(File, 'X', "a1"), copies: Copy{Known: true, Held: true}, readOnly: true},
		{what: "who may not write makes no copy of a loser", heads: []Version{file("a1", "", 'X', 0, 2), file("b1", "", 'Y', 0, 1)},
			row: rowOf(File, 'Y', "b1"), readOnly: true, want: "replace"},
		{what: "a file on this machine only", row: onlyHere(File, 'L', ""), readOnly: true},
		{what: "a folder on this machine only", row: onlyHere(Dir, 0, ""), readOnly: true},
		{what: "a file on this machine only, where one was deleted", heads: []Version{gone("b1", "a1", 2)}, row: onlyHere(File, 'L', "a1 b1"), readOnly: true},
		{what: "a file on this machine only, where one arrives", heads: []Version{file("a1", "", 'X', 0, 1)}, row: onlyHere(File, 'L', ""), readOnly: true,
			want: "replace"},
		{what: "a change on this machine only", heads: []Version{file("a1", "", 'X', 0, 1)}, row: onlyHere(File, 'L', "a1"), readOnly: true, want: "replace"},
		{what: "a change on this machine only that was taken back", heads: []Version{file("a1", "", 'X', 0, 1)}, row: onlyHere(File, 'X', "a1"), readOnly: true,
			want: "adopt"},
		{what: "a folder on this machine only, which the share has now", heads: []Version{dir("a1", "", 1)}, row: onlyHere(Dir, 0, ""), readOnly: true, want: "adopt"},
		{what: "a file that loses against a directory", heads: []Version{dir("a1", "", 1), file("b1", "", 'Y', 0, 2)},
			row: rowOf(File, 'Y', "b1"), want: "copy-aside trash make-dir"},
		{what: "a deletion that overruled a collapse is written down",
			heads: []Version{collapse("b3", "a1 b1", 'X', 3), deletion("a2", "a1", 'X', 2)}, row: rowOf(Tombstone, 0, "a1 a2 b3"), want: "end-conflict"},
		{what: "a change beats a deletion and comes back", heads: []Version{gone("a2", "a1", 2), file("b1", "a1", 'Y', 'X', 2)},
			row: rowOf(Tombstone, 0, "a1 a2"), want: "place"},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			e := Entry{View: Look("Budget.xlsx", merged(t, c.heads...), c.children), Row: c.row}
			for range e.View.Conflicts {
				e.Copies = append(e.Copies, c.copies)
			}
			if got := words(Plan(nil, &e, Rules{Refuse: onWindows, Write: !c.readOnly})); got != c.want {
				t.Fatalf("the plan is %q, want %q", got, c.want)
			}
		})
	}
	t.Run("a new mode", func(t *testing.T) {
		v := file("a2", "a1", 'X', 'X', 2)
		v.Exec = true
		e := Entry{View: Look(v.Path, Heads{v}, false), Row: rowOf(File, 'X', "a1")}
		if got := words(Plan(nil, &e, Rules{})); got != "set-meta" {
			t.Fatal(got)
		}
	})
	t.Run("a name the disk cannot hold", func(t *testing.T) {
		v := file("a1", "", 'X', 0, 1)
		v.Path = "CON.txt"
		acts := Plan(nil, &Entry{View: Look(v.Path, Heads{v}, false)}, Rules{Refuse: onWindows})
		if words(acts) != "refuse" || acts[0].Reason != Refused || acts[0].Text == "" {
			t.Fatalf("%+v", acts)
		}
	})
}

func words(acts []Action) string {
	names := map[Verb]string{
		Adopt: "adopt", CopyAside: "copy-aside", EndConflict: "end-conflict", Trash: "trash", RemoveDir: "remove-dir", MakeDir: "make-dir",
		Move: "move", Place: "place", Replace: "replace", SetMeta: "set-meta", Refuse: "refuse",
	}
	var out []string
	for _, a := range acts {
		out = append(out, names[a.Verb])
	}
	return strings.Join(out, " ")
}

// TestTwins: paths that differ in case alone are two paths.
func TestTwins(t *testing.T) {
	at := func(p Path, d string, k Kind, c byte, row *Row) Entry {
		v := version(d, "", k, 1)
		v.Path = p
		if k == File {
			v.Content = content(c)
		}
		return Entry{View: Look(p, Heads{v}, false), Row: row}
	}
	cases := []struct {
		what  string
		group []Entry
		want  string
	}{
		{"both are placed", []Entry{at("README", "a1", File, 'X', nil), at("readme", "b1", File, 'Y', nil)}, "place README, place readme"},
		{"a rename that changes case only is a move", []Entry{at("readme", "a2", Tombstone, 0, rowOf(File, 'X', "a1")), at("README", "a3", File, 'X', nil)},
			"move readme to README, adopt readme"},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			var acts []Action
			for i := range c.group {
				acts = Plan(acts, &c.group[i], Rules{})
			}
			acts = Moves(acts)
			var got []string
			for _, a := range acts {
				if a.Verb == Move {
					got = append(got, fmt.Sprintf("move %s to %s", a.From, a.Path))
					continue
				}
				got = append(got, words([]Action{a})+" "+string(a.Path))
			}
			if s := strings.Join(got, ", "); s != c.want {
				t.Fatalf("the plan is %q, want %q", s, c.want)
			}
		})
	}
}

func TestMoves(t *testing.T) {
	trash := func(p Path, c byte) Action {
		v := gone("b1", "a1", 2)
		v.Path = p
		return Action{Verb: Trash, Path: p, Want: v, Expect: Row{Kind: File, Content: content(c), Size: 10}}
	}
	place := func(p Path, c byte, from Path) Action {
		v := file("b2", "", c, 0, 3)
		v.Path = p
		if from != "" {
			v.From = &Origin{Path: from, Dot: dot("a1")}
		}
		return Action{Verb: Place, Path: p, Want: v}
	}
	cases := []struct {
		what string
		acts []Action
		want string
	}{
		{"one content leaves and arrives", []Action{trash("a", 'X'), place("b", 'X', "")}, "move b, adopt a"},
		{"another content arrives", []Action{trash("a", 'X'), place("b", 'Y', "")}, "trash a, place b"},
		{"the named origin is taken", []Action{trash("a", 'X'), trash("c", 'X'), place("b", 'X', "c")}, "trash a, move b, adopt c"},
		{"one source moves once", []Action{trash("a", 'X'), place("b", 'X', ""), place("c", 'X', "")}, "move b, adopt a, place c"},
		{"a file moves into the folder that takes its name", []Action{trash("a", 'X'), {Verb: MakeDir, Path: "a"}, place("a/b", 'X', "a")},
			"trash a, make-dir a, place a/b"},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			var got []string
			for _, a := range Moves(c.acts) {
				got = append(got, words([]Action{a})+" "+string(a.Path))
			}
			if s := strings.Join(got, ", "); s != c.want {
				t.Fatalf("moves are %q, want %q", s, c.want)
			}
		})
	}
}

func TestOrder(t *testing.T) {
	acts := []Action{
		{Verb: Place, Path: "b/c/d"}, {Verb: RemoveDir, Path: "x"}, {Verb: MakeDir, Path: "b/c"}, {Verb: RemoveDir, Path: "x/y"},
		{Verb: MakeDir, Path: "b"}, {Verb: Trash, Path: "x/y/z"}, {Verb: Move, Path: "b/m"},
	}
	Order(acts)
	var got []string
	for _, a := range acts {
		got = append(got, words([]Action{a})+" "+string(a.Path))
	}
	want := "trash x/y/z, make-dir b, make-dir b/c, move b/m, remove-dir x/y, remove-dir x, place b/c/d"
	if s := strings.Join(got, ", "); s != want {
		t.Fatalf("the order is %q, want %q", s, want)
	}
}
