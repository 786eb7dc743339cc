package agent_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"lanyard/internal/api"
	"lanyard/internal/lantest"
)

// TestSearchFromWhom: whose words are looked for is said as everywhere: by a name if one person has it, our own too, else by an ID; and who was taken off the
// list is still named by the whole ID.
func TestSearchFromWhom(t *testing.T) {
	lan := lantest.New(1)
	anna, _ := onLAN(t, lan, "Anna", "10.0.0.1")
	ben, _ := onLAN(t, lan, "Ben", "10.0.0.2")
	sees(t, anna, "Ben", linked)
	sees(t, ben, "Anna", linked)
	send := func(p *person, to, text string) {
		if _, err := p.Send(t.Context(), to, text); err != nil {
			t.Fatal(err)
		}
	}
	send(anna, "Ben", "badge one")
	send(ben, "Anna", "badge two")
	found := func(from ...string) ([]string, error) {
		var texts []string
		hits, err := anna.Search(t.Context(), api.SearchQuery{Text: "badge", From: from})
		for _, h := range hits.Hits {
			texts = append(texts, h.Text)
		}
		return texts, err
	}
	await(t, "both are found", func(context.Context) ([]string, error) { return found() }, func(all []string) bool { return len(all) == 2 })
	me, err := anna.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	bens := sees(t, anna, "Ben", linked).Person
	for _, c := range []struct{ from, want string }{
		{"ben", "badge two"}, {"Anna", "badge one"}, {bens, "badge two"}, {bens[:9], "badge two"}, {me.Me.Person, "badge one"}, {me.Me.Person[:9], "badge one"},
	} {
		if got, err := found(c.from); err != nil || strings.Join(got, ",") != c.want {
			t.Errorf("from %s: %q, %v", c.from, got, err)
		}
	}
	if got, err := found("Ben", "Anna"); err != nil || len(got) != 2 {
		t.Errorf("from either: %q, %v", got, err)
	}
	var told *api.Error
	if _, err := found("Carl"); !errors.As(err, &told) || told.Code != api.CodeUnknown {
		t.Errorf("from somebody unknown: %v", err)
	}

	other, _ := onLAN(t, lan, "Carl", "10.0.0.3")
	sees(t, anna, "Carl", linked)
	if _, err := other.SetName(t.Context(), "ANNA"); err != nil {
		t.Fatal(err)
	}
	sees(t, anna, "ANNA", linked)
	if _, err := found("Anna"); !errors.As(err, &told) || told.Code != api.CodeAmbiguous || len(told.Candidates) != 2 {
		t.Errorf("from one of two of a name: %v", err)
	}
	if got, err := found(me.Me.Person); err != nil || len(got) != 1 {
		t.Errorf("by the ID: %q, %v", got, err)
	}

	ben.End()
	sees(t, anna, "Ben", func(p api.Peer) bool { return !p.Link })
	if err := anna.Forget(t.Context(), "Ben"); err != nil {
		t.Fatal(err)
	}
	if got, err := found(bens); err != nil || len(got) != 1 || got[0] != "badge two" {
		t.Errorf("from who is not on the list any more: %q, %v", got, err)
	}
	if _, err := found("Ben"); !errors.As(err, &told) || told.Code != api.CodeUnknown {
		t.Errorf("by the name of who is not on the list any more: %v", err)
	}
}
