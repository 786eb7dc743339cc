package agent

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"lanyard/internal/api"
)

// problems is what a person should know at the moment, by part. It is safe for concurrent use.
type problems struct {
	publish func(api.ProblemChange) // told about every change, in order; must not block
	tell    func(string)            // one line on the terminal that started the agent

	mu  sync.Mutex
	all map[string]api.Problem // by "part/ID"
}

// set replaces the problems of a part. Those that are new or worded anew are told, those that are solved are told as gone.
func (p *problems) set(part string, now []api.Problem) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all == nil {
		p.all = map[string]api.Problem{}
	}
	fresh := map[string]api.Problem{}
	for _, problem := range now {
		problem.ID = part + "/" + problem.ID
		fresh[problem.ID] = problem
	}
	for id, old := range p.all {
		if _, still := fresh[id]; !still && strings.HasPrefix(id, part+"/") {
			delete(p.all, id)
			p.publish(api.ProblemChange{Problem: old, Gone: true})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(fresh)) {
		old := p.all[id]
		if old == fresh[id] {
			continue
		}
		p.all[id] = fresh[id]
		p.publish(api.ProblemChange{Problem: fresh[id]})
		if oneLine(old) != oneLine(fresh[id]) { // the terminal does not show how bad it is
			p.tell(oneLine(fresh[id]))
		}
	}
}

// list returns all problems, the worst first.
func (p *problems) list() []api.Problem {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make([]api.Problem, 0, len(p.all))
	for _, id := range slices.Sorted(maps.Keys(p.all)) {
		all = append(all, p.all[id])
	}
	slices.SortStableFunc(all, func(a, b api.Problem) int { return severity(b.Severity) - severity(a.Severity) })
	return all
}

func severity(word string) int { return slices.Index([]string{"note", "warning", "error"}, word) }

func oneLine(p api.Problem) string {
	if p.Remedy == "" {
		return p.Text
	}
	return p.Text + " " + p.Remedy
}

// databaseProblems tells why the database does not get smaller; nothing else is wrong with it.
func databaseProblems(stays error) []api.Problem {
	if stays == nil {
		return nil
	}
	return []api.Problem{{ID: "large", Severity: "note", Text: fmt.Sprintf("Room on the disk that deleted messages took stays with Lanyard (%v).", stays), Remedy: "Each start tries again to change that; nothing is lost."}}
}
