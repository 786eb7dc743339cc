package editing

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestDocuments: owner files of the programs that offices use name the document that they lie beside, and nothing else.
func TestDocuments(t *testing.T) {
	for _, c := range []struct {
		what  string
		names []string
		want  map[string]string
	}{
		{"a spreadsheet", []string{"Budget.xlsx", "~$Budget.xlsx", "Budget 2.xlsx"}, map[string]string{"Budget.xlsx": "~$Budget.xlsx"}},
		{"a long text loses two letters", []string{"Proposal.docx", "~$oposal.docx"}, map[string]string{"Proposal.docx": "~$oposal.docx"}},
		{"one of seven loses one", []string{"Minutes.docx", "~$inutes.docx"}, map[string]string{"Minutes.docx": "~$inutes.docx"}},
		{"a short one loses none", []string{"Plan.docx", "~$Plan.docx"}, map[string]string{"Plan.docx": "~$Plan.docx"}},
		{"letters of other alphabets", []string{"Übersicht.docx", "~$ersicht.docx"}, map[string]string{"Übersicht.docx": "~$ersicht.docx"}},
		{"LibreOffice", []string{"Notes.odt", ".~lock.Notes.odt#"}, map[string]string{"Notes.odt": ".~lock.Notes.odt#"}},
		{"two that fit", []string{"Proposal.docx", "Arposal.docx", "Exoposal.docx", "~$oposal.docx"}, map[string]string{}},
		{"the whole name before a part", []string{"oposal.docx", "Proposal.docx", "~$oposal.docx"}, map[string]string{"oposal.docx": "~$oposal.docx"}},
		{"no document", []string{"~$Budget.xlsx", ".~lock.Notes.odt#"}, map[string]string{}},
		{"no owner", []string{"Budget.xlsx", "~Budget.xlsx", "$Budget.xlsx", ".~lock.#", "~$", "lock.Notes.odt#"}, map[string]string{}},
		{"an owner file of an owner file", []string{"~$~$Budget.xlsx", "~$Budget.xlsx"}, map[string]string{"~$Budget.xlsx": "~$~$Budget.xlsx"}},
	} {
		if got := Documents(c.names); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %v, not %v", c.what, got, c.want)
		}
	}
}

// TestDocumentsLieThere: whatever lies in a folder, only what lies there is named, by an owner file that lies there.
func TestDocumentsLieThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOf(rapid.StringMatching(`(~\$|\.~lock\.)?[a-cä.]{0,9}(\.docx)?#?`)).Draw(t, "names")
		there := map[string]bool{}
		for _, n := range names {
			there[n] = true
		}
		for doc, owner := range Documents(names) {
			if !there[doc] || !there[owner] || !Owner(owner) {
				t.Fatalf("%q is owned by %q", doc, owner)
			}
		}
	})
}

// TestTable: what a machine says replaces what it said, and is forgotten when it is not said again.
func TestTable(t *testing.T) {
	var table Table[string]
	at := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	one, two := []Edit{{Path: "a", Since: at}}, []Edit{{Path: "a", Since: at}, {Path: "b", Since: at}}
	expect := func(what string, got, want any) {
		t.Helper()
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %v, not %v", what, got, want)
		}
	}
	expect("nothing is withdrawn", table.Hear("anna", nil, at), false)
	expect("first", table.Hear("anna", one, at), true)
	expect("again", table.Hear("anna", one, at.Add(Renew)), false)
	expect("more", table.Hear("anna", two, at.Add(2*Renew)), true)
	expect("somebody else", table.Hear("ben", one, at.Add(3*Renew)), true)
	next, changed := table.Expire(at.Add(2*Renew + Lasts - 1))
	expect("nobody has gone", fmt.Sprint(next, changed), fmt.Sprint(at.Add(2*Renew+Lasts), false))
	next, changed = table.Expire(at.Add(2*Renew + Lasts))
	expect("Anna has gone", fmt.Sprint(next, changed), fmt.Sprint(at.Add(3*Renew+Lasts), true))
	expect("Ben has not", table.All(), map[string][]Edit{"ben": one})
	expect("Ben has closed it", table.Hear("ben", nil, at), true)
	expect("nobody is left", len(table.All()), 0)
}
