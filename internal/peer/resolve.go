package peer

import (
	"fmt"
	"slices"
	"strings"

	"lanyard/internal/identity"
	"lanyard/internal/name"
)

// prefixLeast is how many characters of an ID stand for a person.
const prefixLeast = 8

// UnknownError says that nobody on the list fits what was typed.
type UnknownError struct{ Query string }

func (e *UnknownError) Error() string {
	return fmt.Sprintf("nobody on the list is called \"%s\": type the whole name, or the first %d or more characters of the ID", name.Brief(e.Query), prefixLeast)
}

// AmbiguousError says that several people fit; one row of each is in Candidates.
type AmbiguousError struct {
	Query      string
	Candidates []Peer
}

func (e *AmbiguousError) Error() string {
	var who []string
	for _, p := range e.Candidates {
		who = append(who, fmt.Sprintf("%s (%s, %s)", name.Quote(p.Name), name.Quote(p.Machine), p.Person))
	}
	return fmt.Sprintf("\"%s\" fits several people, say which by the ID: %s", name.Brief(e.Query), strings.Join(who, "; "))
}

// Resolve finds the person that was typed: by the whole name in any case, else by the first 8 or more characters of the person's ID or of one of
// their machines' (case, spaces and hyphens do not matter). It returns all rows of that one person, or *AmbiguousError, or *UnknownError.
func (r *Roster) Resolve(q string) ([]Peer, error) { return resolve(q, r.Peers()) }

// ResolveOrSelf is Resolve among the people on the list and our own.
func (r *Roster) ResolveOrSelf(q string) ([]Peer, error) {
	return resolve(q, append(r.Peers(), r.Self()))
}

func resolve(q string, rows []Peer) ([]Peer, error) {
	named := func(p Peer) bool { return name.Same(q, p.Name) }
	if !slices.ContainsFunc(rows, named) {
		named = func(p Peer) bool { return Begins(p.Person, q) || begins(p.ID.String(), q) }
	}
	var people []identity.PersonID
	var first []Peer
	for _, p := range rows {
		if named(p) && !slices.Contains(people, p.Person) {
			people = append(people, p.Person)
			first = append(first, p)
		}
	}
	switch len(people) {
	case 0:
		return nil, &UnknownError{q}
	case 1:
		return slices.DeleteFunc(slices.Clone(rows), func(p Peer) bool { return p.Person != people[0] }), nil
	}
	return nil, &AmbiguousError{q, first}
}

// Begins reports whether a text is the first 8 or more characters of a person's ID; case, spaces and hyphens do not matter.
func Begins(id identity.PersonID, q string) bool { return begins(id.String(), q) }

func begins(id, q string) bool {
	prefix := bare(q)
	return len(prefix) >= prefixLeast && strings.HasPrefix(bare(id), prefix)
}

// bare drops what does not count in an ID.
func bare(id string) string {
	return strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(id))
}
