package agent

import (
	"slices"
	"testing"

	"lanyard/discovery"
	"lanyard/internal/api"
)

// TestSilenceIsANoteToLinkedPeople: that nobody else is heard warns somebody who is alone; to somebody who reaches a colleague by address it
// is a note. A link that comes or goes changes that at once, and the terminal is not told the same sentence again.
func TestSilenceIsANoteToLinkedPeople(t *testing.T) {
	var lines []string
	var changes []api.ProblemChange
	linked := false
	s := &sightings{linked: func() bool { return linked },
		problems: &problems{publish: func(c api.ProblemChange) { changes = append(changes, c) }, tell: func(line string) { lines = append(lines, line) }}}
	s.seen = discovery.State{Problems: []discovery.Problem{
		{ID: discovery.ProblemSilence, Sentence: "Nobody.", Remedy: "Add them."},
		{ID: discovery.ProblemDeaf, Sentence: "Deaf.", Remedy: "Allow it."},
	}}
	for _, c := range []struct {
		linked bool
		want   []string // severities of deaf and silence
	}{{false, []string{"warning", "warning"}}, {true, []string{"warning", "note"}}, {false, []string{"warning", "warning"}}} {
		linked = c.linked
		s.tell()
		found := map[string]string{}
		for _, p := range s.problems.list() {
			found[p.ID] = p.Severity
		}
		got := []string{found["network/"+discovery.ProblemDeaf], found["network/"+discovery.ProblemSilence]}
		if !slices.Equal(got, c.want) {
			t.Errorf("linked %v: %v, want %v", c.linked, got, c.want)
		}
	}
	if want := []string{"Deaf. Allow it.", "Nobody. Add them."}; !slices.Equal(lines, want) {
		t.Errorf("the terminal was told %q, want %q", lines, want)
	}
	if len(changes) != 4 { // two at first, then the severity twice
		t.Errorf("told %+v", changes)
	}
}
