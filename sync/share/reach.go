package share

import (
	"slices"

	"lanyard/internal/identity"
	"lanyard/sync/index"
	"lanyard/sync/portable"
)

// reach knows which machines of which members have said to have what.
type reach struct {
	members []reachMember
	person  func(index.Writer) Person
	self    identity.PersonID
	applied map[machine]index.Applied // what machines last told
	roots   map[machine]portable.Root // and of their roots, those that do not hold everything
}

// reachMember is somebody who takes part.
type reachMember struct {
	Person
	self     bool
	machines []machine
}

func (e *Engine) reachOf(f folder) reach {
	r := reach{self: e.cfg.Identity.Person(), person: func(by index.Writer) Person {
		return Person{ID: e.personOf(f.id(), by.Peer), Name: by.Name}
	}}
	for _, entry := range f.members.list.Members {
		if !f.members.takesPart(entry.Person) {
			continue
		}
		r.members = append(r.members, reachMember{
			Person: Person{ID: entry.Person, Name: e.nameOf(f.members, entry.Person)}, self: entry.Person == r.self, machines: e.cfg.Roster.Machines(entry.Person),
		})
	}
	return r
}

// tell says who has a file on a disk. Of a folder that only its files make nobody says anything.
func (r reach) tell(f *File, view index.View, hs []head) {
	if view.Head.Dot.Number == 0 {
		return
	}
	same := slices.DeleteFunc(slices.Clone(hs), func(h head) bool { return !h.Equal(view.Head) })
	for _, m := range r.members {
		if r.declines(m, view.Path, f.State) {
			continue
		}
		f.Of++
		if m.self && f.State == FileHere || !m.self && r.has(m, same) {
			f.Reached++
		} else {
			f.Lacking = append(f.Lacking, m.Person)
		}
	}
}

// declines reports whether a member does not take a path on any machine, by choice: then it is not missing there.
func (r reach) declines(m reachMember, p index.Path, here FileState) bool {
	if m.self {
		return here == FileNotHere
	}
	return len(m.machines) > 0 && !slices.ContainsFunc(m.machines, func(at machine) bool { return r.applied[at].Takes(p) })
}

// has reports whether a machine of a member wrote one of the versions or has it on disk.
func (r reach) has(m reachMember, versions []head) bool {
	return slices.ContainsFunc(m.machines, func(at machine) bool {
		return slices.ContainsFunc(versions, func(h head) bool { return r.applied[at].Of(at)(h.Path, h.Dot) })
	})
}

// refuse says to whom a file or folder cannot come, by what their machines told of their roots.
func (r reach) refuse(f *File) {
	for _, m := range r.members {
		if m.self {
			continue
		}
		for _, at := range m.machines {
			v := r.roots[at].Judge(f.Path, f.Size)
			if !v.Why.Refused() {
				continue
			}
			i := slices.IndexFunc(f.Refused, func(one Refusal) bool { return one.Why == v.Text })
			if i < 0 {
				i, f.Refused = len(f.Refused), append(f.Refused, Refusal{Why: v.Text, Remedy: v.Why.Remedy()})
			}
			if one := &f.Refused[i]; !slices.Contains(one.Whom, m.Person) {
				one.Whom = append(one.Whom, m.Person)
			}
		}
	}
}
