package share_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/internal/identity"
	"lanyard/sync/ignore"
	"lanyard/sync/index"
	"lanyard/sync/share"
)

// TestRulesTravel: what the rules leave out when a folder is shared never leaves the machine, and who joins leaves out the same.
func TestRulesTravel(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	id, roots := anna.share(map[string]string{ignore.File: "*.log\nbuild/\n", "plan": "1", "a.log": "anna's", "build/out": "anna's", "docs/b.LOG": "anna's"}, ben)
	shared := map[string]string{ignore.File: "*.log\nbuild/\n", "plan": "1", "docs/": ""}
	become(t, shared, roots[1])
	write(t, roots[1], "c.log", "ben's")
	write(t, roots[1], "build/own", "ben's")
	write(t, roots[1], "build.txt", "2")
	shared["build.txt"] = "2"
	become(t, with(shared, "a.log", "anna's", "build/", "", "build/out", "anna's", "docs/b.LOG", "anna's"), roots[0])
	become(t, with(shared, "c.log", "ben's", "build/", "", "build/own", "ben's"), roots[1])
	if st, err := ben.engine.Get(id); err != nil || st.Files != 3 || len(st.Problems) > 0 {
		t.Errorf("Ben's share has %d files and %v (%v)", st.Files, st.Problems, err)
	}
}

// with is a copy with some more paths and contents.
func with(of map[string]string, more ...string) map[string]string {
	out := map[string]string{}
	for p, c := range of {
		out[p] = c
	}
	for i := 0; i < len(more); i += 2 {
		out[more[i]] = more[i+1]
	}
	return out
}

// TestRulesLater: what was shared and is left out by a later rule stays where it is, whatever happens to it elsewhere, and is found again without it.
func TestRulesLater(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	id, roots := anna.share(map[string]string{"a.log": "1", "b.log": "1", "c.log": "1", "d.log": "1", "plan": "1"}, ben)
	o.agree(id, roots...)
	write(t, roots[0], ignore.File, "*.log\n")
	o.agree(id, roots...)
	for _, d := range o.desks {
		eventually(t, d.name+" has the rules", func() bool { st, err := d.engine.Get(id); return err == nil && st.Files == 2 }, d.state(id))
	}
	check(t, os.Remove(filepath.Join(roots[0], "a.log")))
	write(t, roots[0], "b.log", "Anna's")
	write(t, roots[1], "c.log", "Ben's")
	write(t, roots[1], "e.log", "Ben's")
	write(t, roots[0], "plan", "2") // has come when all before it would have
	there := map[string]string{ignore.File: "*.log\n", "plan": "2", "d.log": "1"}
	become(t, with(there, "b.log", "Anna's", "c.log", "1"), roots[0])
	become(t, with(there, "a.log", "1", "b.log", "1", "c.log", "Ben's", "e.log", "Ben's"), roots[1])
	ben.restart()
	write(t, roots[0], "plan", "3")
	there["plan"] = "3"
	become(t, with(there, "a.log", "1", "b.log", "1", "c.log", "Ben's", "e.log", "Ben's"), roots[1])

	write(t, roots[1], ignore.File, "*.tmp\n")
	o.agree(id, roots...)
	all := contents(t, roots[0])
	for p, c := range map[string]string{"a.log": "1", "d.log": "1", "e.log": "Ben's"} {
		if all[p] != c {
			t.Errorf("%s is %q", p, all[p])
		}
	}
	for _, c := range []string{"Anna's", "Ben's"} { // nobody's work is lost
		found := 0
		for p, have := range all {
			if (strings.HasPrefix(p, "b") || strings.HasPrefix(p, "c")) && have == c {
				found++
			}
		}
		if found != 1 {
			t.Errorf("%q is there %d times:\n%s", c, found, listing(all))
		}
	}
}

// TestRulesUnreadable: what cannot be rules leaves those before it in force, is told, and no more once it is mended.
func TestRulesUnreadable(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	id, roots := anna.share(map[string]string{ignore.File: "*.log\n", "plan": "1"}, ben)
	o.agree(id, roots...)
	told := func(d *desk) bool {
		st, err := d.engine.Get(id)
		return err == nil && len(st.Problems) == 1 && strings.Contains(st.Problems[0].Text, "line 2")
	}
	write(t, roots[0], ignore.File, "*.tmp\n[a\n")
	for i, d := range o.desks {
		eventually(t, d.name+" is told", func() bool { return told(d) }, d.state(id))
		write(t, roots[i], "x.log", d.name)
	}
	write(t, roots[0], "plan", "2")
	become(t, map[string]string{ignore.File: "*.tmp\n[a\n", "plan": "2", "x.log": "Ben"}, roots[1])
	ben.restart()
	eventually(t, "Ben is told again", func() bool { return told(ben) }, ben.state(id))
	write(t, roots[1], ignore.File, "x.*\n")
	for _, d := range o.desks {
		eventually(t, d.name+" is told no more", func() bool { st, err := d.engine.Get(id); return err == nil && len(st.Problems) == 0 }, d.state(id))
	}
	become(t, map[string]string{ignore.File: "x.*\n", "plan": "2", "x.log": "Anna"}, roots[0])
}

// TestRulesKeepFolder: a folder that others delete stays where something lies in it that the rules leave out, which is told.
func TestRulesKeepFolder(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	id, roots := anna.share(map[string]string{ignore.File: "*.log\n", "old/plan": "1", "plan": "1"}, ben)
	o.agree(id, roots...)
	write(t, roots[1], "old/ben.log", "Ben's")
	check(t, os.RemoveAll(filepath.Join(roots[0], "old")))
	eventually(t, "Ben is told why the folder stays", func() bool {
		st, err := ben.engine.Get(id)
		return err == nil && len(st.Problems) == 1 && strings.Contains(st.Problems[0].Text, "ben.log lies in it, which is not shared here")
	}, ben.state(id))
	rest := map[string]string{ignore.File: "*.log\n", "plan": "1"}
	become(t, rest, roots[0])
	become(t, with(rest, "old/", "", "old/ben.log", "Ben's"), roots[1])
	check(t, os.RemoveAll(filepath.Join(roots[1], "old")))
	o.agree(id, roots...)
	become(t, rest, roots...)
}

// TestRulesFolderGone: who deletes a folder does not get it back for the sake of what was once shared in it and is left out by now.
func TestRulesFolderGone(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	id, roots := anna.share(map[string]string{"old/a.log": "1", "old/plan": "1", "plan": "1"}, ben)
	o.agree(id, roots...)
	write(t, roots[0], ignore.File, "*.log\n")
	for _, d := range o.desks {
		eventually(t, d.name+" has the rules", func() bool { st, err := d.engine.Get(id); return err == nil && st.Files == 3 }, d.state(id))
	}
	check(t, os.RemoveAll(filepath.Join(roots[0], "old")))
	eventually(t, "Ben is told why the folder stays", func() bool {
		st, err := ben.engine.Get(id)
		return err == nil && len(st.Problems) == 1 && strings.Contains(st.Problems[0].Text, "a.log lies in it, which")
	}, ben.state(id))
	rest := map[string]string{ignore.File: "*.log\n", "plan": "1"}
	become(t, rest, roots[0])
	become(t, with(rest, "old/", "", "old/a.log", "1"), roots[1])
	anna.restart()
	write(t, roots[0], "plan", "2")
	become(t, with(rest, "plan", "2", "old/", "", "old/a.log", "1"), roots[1])
	become(t, with(rest, "plan", "2"), roots[0])
	check(t, os.Remove(filepath.Join(roots[1], ignore.File))) // then nothing is left out, and nothing was lost
	o.agree(id, roots...)
	become(t, map[string]string{"plan": "2", "old/": "", "old/a.log": "1"}, roots...)
}

// TestRulesOfReader: what somebody who may only read makes of the rules is not in force.
func TestRulesOfReader(t *testing.T) {
	t.Parallel()
	o, id, a, b := reader(t, map[string]string{ignore.File: "*.log\n", "plan": "1"})
	write(t, b, ignore.File, "*.txt\n")
	o.desks[1].keeps(id, b, map[string]string{ignore.File: "*.log\n", "plan": "1", ".lanyardignore*": "*.txt\n"})
	write(t, a, "x.txt", "1")
	write(t, a, "x.log", "1")
	become(t, map[string]string{ignore.File: "*.log\n", "plan": "1", "x.txt": "1", "x.log": "1"}, a)
	o.desks[1].keeps(id, b, map[string]string{ignore.File: "*.log\n", "plan": "1", "x.txt": "1", ".lanyardignore*": "*.txt\n"})
}

// TestRulesAtJoining: who joins with a folder in which something lies adds to the share only what its rules do not leave out.
func TestRulesAtJoining(t *testing.T) {
	t.Parallel()
	for _, own := range []string{"", "*.txt\n"} {
		o := newOffice(t, "Anna", "Ben")
		anna, ben := o.desks[0], o.desks[1]
		anna.meetAll()
		root, at := filepath.Join(t.TempDir(), "Plans"), filepath.Join(t.TempDir(), "Plans")
		write(t, root, ignore.File, "*.log\n")
		write(t, root, "plan", "1")
		write(t, at, "ben.txt", "Ben's")
		write(t, at, "a/ben.log", "Ben's")
		if own != "" {
			write(t, at, ignore.File, own)
		}
		st, err := anna.engine.Add(t.Context(), root, "", []identity.PersonID{person(ben)})
		check(t, err)
		eventually(t, "Ben is invited", func() bool { return len(ben.engine.Invitations()) > 0 }, func() string { return "" })
		_, err = ben.engine.Accept(t.Context(), st.ID, at)
		check(t, err)
		eventually(t, "Ben has joined", func() bool {
			now, err := ben.engine.Get(st.ID)
			return err == nil && now.OnlyHere.Files > 0 && contents(t, at)["plan"] == "1"
		}, ben.state(st.ID))
		if n, err := ben.engine.Publish(t.Context(), st.ID, nil); err != nil || n != 1 {
			t.Errorf("%d files of Ben's were added (%v)", n, err)
		}
		eventually(t, "Anna has what is Ben's", func() bool { return contents(t, root)["ben.txt"] == "Ben's" }, func() string { return listing(contents(t, root)) })
		if own == "" {
			o.agree(st.ID, root)
			become(t, map[string]string{ignore.File: "*.log\n", "plan": "1", "ben.txt": "Ben's", "a/": ""}, root)
		}
		if got := contents(t, at)[ignore.File]; got != "*.log\n" {
			t.Errorf("the rules are %q where Ben had %q", got, own)
		}
	}
}

// TestRulesTyped: rules can be read, tried and written without the file, by who may write, and not over somebody else's.
func TestRulesTyped(t *testing.T) {
	t.Parallel()
	o, id, a, b := reader(t, map[string]string{"a.log": "12", "docs/b.LOG": "345", "plan": "1"})
	anna, ben := o.desks[0].engine, o.desks[1].engine
	v, err := ben.PreviewRules(t.Context(), id, "*.log\n")
	if err != nil || v.Out.Files != 2 || v.Out.Bytes != 5 || strings.Join(v.Out.Paths, " ") != "a.log docs/b.LOG" || v.Back.Files != 0 {
		t.Errorf("the preview is %+v (%v)", v, err)
	}
	if err := ben.SetRules(t.Context(), id, "*.log\n", nil); err == nil || !strings.Contains(err.Error(), "may only read") {
		t.Errorf("a reader's rules: %v", err)
	}
	if err := anna.SetRules(t.Context(), id, "[a\n", nil); !errors.Is(err, share.ErrRules) {
		t.Errorf("rules that cannot be: %v", err)
	}
	none, first, second := "", "*.log\n", "*.txt\n"
	check(t, anna.SetRules(t.Context(), id, first, &none))
	if err := anna.SetRules(t.Context(), id, second, &none); !errors.Is(err, share.ErrRulesChanged) {
		t.Errorf("over rules that were not seen: %v", err)
	}
	o.agree(id, a, b)
	for _, d := range o.desks {
		if r, err := d.engine.Rules(t.Context(), id); err != nil || r != (share.RulesText{Text: first, Left: 2}) {
			t.Errorf("%s has %+v (%v)", d.name, r, err)
		}
		page, err := d.engine.Files(t.Context(), id, share.FileQuery{Under: "docs", Limit: 9})
		if err != nil || len(page.Files) != 1 || page.Files[0].State != share.FileIgnored || page.Files[0].Of != 0 {
			t.Errorf("%s lists %+v (%v)", d.name, page, err)
		}
	}
	if v, err = ben.PreviewRules(t.Context(), id, ""); err != nil || v.Back.Files != 2 || v.Out.Files != 0 {
		t.Errorf("the preview of no rules is %+v (%v)", v, err)
	}
	check(t, anna.SetRules(t.Context(), id, second, &first))
	check(t, anna.Pause(t.Context(), id))
	if r, err := anna.Rules(t.Context(), id); err != nil || r.Text != second {
		t.Errorf("while it is paused: %+v (%v)", r, err)
	}
	check(t, anna.Resume(t.Context(), id))
	o.agree(id, a, b)
	become(t, map[string]string{ignore.File: second, "a.log": "12", "docs/": "", "docs/b.LOG": "345", "plan": "1"}, a, b)
}

// TestRulesOfNewShare: nobody hears even the names of what the rules leave out that lie in a folder when it is shared.
func TestRulesOfNewShare(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "Anna", "Ben")
	anna, ben := o.desks[0], o.desks[1]
	id, roots := anna.share(map[string]string{ignore.File: "*.log\nbuild/\n", "plan": "1", "a.log": "anna's", "build/out": "anna's"}, ben)
	become(t, map[string]string{ignore.File: "*.log\nbuild/\n", "plan": "1"}, roots[1])
	for _, d := range o.desks {
		for _, p := range []index.Path{"a.log", "build", "build/out"} {
			if n := share.HeadsAt(d.engine, id, p); n != 0 {
				t.Errorf("%s has %d versions of %s", d.name, n, p)
			}
		}
	}
}
