package agent_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/internal/agent"
	"lanyard/internal/api"
)

// TestWordsAreAskedFor: who is asked to compare words is notified and sees it in the status; that they differ is a problem on both sides, told to readers of events, until
// it is taken back.
func TestWordsAreAskedFor(t *testing.T) {
	anna, ben := join(t, "Anna", agent.Options{}), join(t, "Ben", agent.Options{})
	meet(t, anna, ben)
	notes, _ := ben.seat(t)
	events, err := ben.Events(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer events.Close()
	benID := sees(t, anna, "Ben", linked).Person
	if _, err := anna.CompareWords(t.Context(), benID); err != nil {
		t.Fatal(err)
	}
	select {
	case n := <-notes:
		if !strings.Contains(n.Title+n.Body, "Anna") || !strings.Contains(n.Body, "compare four words") || n.Conversation == "" {
			t.Errorf("notified of %+v", n)
		}
	case <-time.After(hang):
		t.Fatal("Ben is not notified")
	}
	for _, p := range []*person{anna, ben} {
		await(t, p.Options.Name+"'s status tells it", p.Status, func(s api.Status) bool {
			return len(s.Words) == 1 && s.Words[0].Mine == (p == anna) && len(s.Words[0].Words) == 4
		})
	}
	if _, err := anna.AnswerWords(t.Context(), benID, false); err != nil {
		t.Fatal(err)
	}
	differs := func(s api.Status) bool {
		return len(s.Words) == 0 && slices.ContainsFunc(s.Problems, func(q api.Problem) bool {
			return strings.HasPrefix(q.ID, "links/words-differ-") && q.Person == s.Peers[0].Person && q.Severity == "warning" && q.Remedy != ""
		})
	}
	for _, p := range []*person{anna, ben} {
		await(t, p.Options.Name+" has the problem", p.Status, differs)
	}
	for theirs, told := false, false; !theirs || !told; {
		e, err := events.Next()
		if err != nil {
			t.Fatal(err)
		}
		var w api.Words
		var q api.ProblemChange
		switch e.Type {
		case api.EventWords:
			err = e.Into(&w)
		case api.EventProblem:
			err = e.Into(&q)
		}
		if err != nil {
			t.Fatal(err)
		}
		theirs, told = theirs || w.Ended == "different" && w.Theirs, told || strings.HasPrefix(q.ID, "links/words-differ-")
	}
	for told := false; !told; { // though something else rang just before
		select {
		case n := <-notes:
			told = n.Title == "Anna" && strings.Contains(n.Body, "the words differ")
		case <-time.After(hang):
			t.Fatal("Ben is not notified that the words differ")
		}
	}
	if _, err := anna.Doubt(t.Context(), benID); err != nil {
		t.Fatal(err)
	}
	await(t, "nothing of it is left with Anna", anna.Status, func(s api.Status) bool { return !differs(s) && s.Peers[0].Trust == "seen" })
	sees(t, ben, "Anna", func(r api.Peer) bool { return r.Trust == "differs" && !r.Differed.IsZero() })
}
