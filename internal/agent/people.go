package agent

import (
	"cmp"
	"errors"
	"slices"

	"lanyard/internal/api"
	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/peer"
	"lanyard/sync/share"
)

// people finds the person that was typed or clicked.
type people struct{ roster *peer.Roster }

// one returns the person that a whole ID, a whole name or an ID prefix means.
func (p *people) one(q string) (identity.PersonID, error) {
	if id, err := identity.ParsePersonID(q); err == nil && p.known(id) {
		return id, nil
	}
	rows, err := p.roster.Resolve(q)
	if err != nil {
		return identity.PersonID{}, peopleError(err)
	}
	if rows[0].Self {
		return identity.PersonID{}, told(api.CodeUsage, "%s is yourself; choose somebody else", name.Quote(q))
	}
	return rows[0].Person, nil
}

// writer returns who wrote something: anybody who one finds, our own person, and by their whole ID also who is not on the list any more.
func (p *people) writer(q string) (identity.PersonID, error) {
	if id, err := identity.ParsePersonID(q); err == nil {
		return id, nil
	}
	rows, err := p.roster.ResolveOrSelf(q)
	if err != nil {
		return identity.PersonID{}, peopleError(err)
	}
	return rows[0].Person, nil
}

// trust is what our person thinks of another.
func (p *people) trust(of identity.PersonID) string {
	for _, id := range p.roster.Machines(of) {
		if row, known := p.roster.Get(id); known {
			return row.Trust.String()
		}
	}
	return peer.Seen.String()
}

// known tells people on the list; our own person is none of them.
func (p *people) known(id identity.PersonID) bool {
	return slices.ContainsFunc(p.roster.Peers(), func(row peer.Peer) bool { return row.Person == id && !row.Self })
}

// all finds several people, each once.
func (p *people) all(qs []string) ([]identity.PersonID, error) {
	var ids []identity.PersonID
	for _, q := range qs {
		id, err := p.one(q)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// member finds a member of a share, who need not be on the list.
func (p *people) member(s share.Status, q string) (identity.PersonID, error) {
	var hits []share.Member
	for _, m := range s.Members {
		if m.ID.String() == q || name.Same(m.Name, q) {
			hits = append(hits, m)
		}
	}
	switch len(hits) {
	case 0:
		return p.one(q)
	case 1:
		return hits[0].ID, nil
	}
	e := told(api.CodeAmbiguous, "several members are called %s; give one of their IDs", name.Quote(q))
	for _, m := range hits {
		e.Candidates = append(e.Candidates, api.Candidate{ID: m.ID.String(), Name: m.Name})
	}
	return identity.PersonID{}, e
}

// called is a person's name as the list has it, else their short ID.
func (p *people) called(id identity.PersonID) string {
	return cmp.Or(p.roster.Called(id), id.Short())
}

// self is our own person.
func (p *people) self() identity.PersonID { return p.roster.Self().Person }

// author names a person, with what tells them from who is called alike.
func (p *people) author(id identity.PersonID) api.Author {
	return api.Author{ID: id.String(), Name: p.called(id), Apart: p.roster.Apart(id)}
}

// hearsay names somebody as they call themselves, by what others say.
func (p *people) hearsay(id identity.PersonID, display string) api.Author {
	if p.roster.Called(id) != "" {
		return p.author(id)
	}
	return api.Author{ID: id.String(), Name: display, Apart: p.roster.ApartBy(id, display)}
}

// authors names several persons; none is nil.
func (p *people) authors(all []identity.PersonID) []api.Author {
	var named []api.Author
	for _, id := range all {
		named = append(named, p.author(id))
	}
	return named
}

// recipient names to whom a file goes; in a room that is nobody in particular, with an empty ID.
func (p *people) recipient(id identity.PersonID) api.Author {
	if id == (identity.PersonID{}) {
		return api.Author{Name: "everybody in the room"}
	}
	return p.author(id)
}

// peopleError gives errors of the roster their codes.
func peopleError(err error) error {
	var unknown *peer.UnknownError
	var several *peer.AmbiguousError
	var add *peer.AddError
	switch {
	case errors.As(err, &unknown):
		return told(api.CodeUnknown, "%v", err)
	case errors.As(err, &several):
		e := told(api.CodeAmbiguous, "%v", err)
		for _, c := range several.Candidates {
			e.Candidates = append(e.Candidates, api.Candidate{ID: c.Person.String(), Name: c.Name, Machine: c.Machine})
		}
		return e
	case errors.Is(err, peer.ErrAddress), errors.Is(err, peer.ErrLongPresence):
		return told(api.CodeUsage, "%v", err)
	case errors.As(err, &add):
		return told(api.CodeOffline, "%v", err)
	}
	return diskErrorOr(err, api.CodeInternal)
}

// keepsRead reports whether a person said, since this agent runs, that they keep to themselves what they have read.
func (p *people) keepsRead(who identity.PersonID) bool {
	return who != p.roster.Self().Person && slices.ContainsFunc(p.roster.Machines(who), func(machine identity.PeerID) bool {
		row, known := p.roster.Get(machine)
		return known && row.Discretion.Read
	})
}
