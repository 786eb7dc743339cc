package peer

import (
	"slices"

	"lanyard/internal/identity"
	"lanyard/internal/name"
)

// bearer is a machine, and the name that its person bears there.
type bearer struct {
	person identity.PersonID
	listed bool   // on the list, and not blocked: who looks like them is told apart, and so are they
	key    string // what the name looks like
	told   string // what it looks like with the machine beside it, "" if that is not known
	host   string // the machine, likewise
}

// bearers tells who bears a name that looks like a key, two of them at most: whether there is another is all that is asked.
type bearers map[string][]identity.PersonID

func (b bearers) add(key string, who identity.PersonID) {
	if key != "" && len(b[key]) < 2 && !slices.Contains(b[key], who) {
		b[key] = append(b[key], who)
	}
}

// another reports whether somebody else bears such a name.
func (b bearers) another(key string, than identity.PersonID) bool {
	all := b[key]
	return len(all) > 1 || len(all) == 1 && all[0] != than
}

// alike returns those whose name is, or looks like, that of somebody else, or that with the machine beside it. Both are told apart, neither is preferred. Who is not listed, since they are
// blocked or were never met, marks nobody who is: an impostor would otherwise mark the true one for ever.
func alike(all []bearer) map[identity.PersonID]bool {
	listed, anybody, told, toldOfAny := bearers{}, bearers{}, bearers{}, bearers{}
	for _, b := range all {
		anybody.add(b.key, b.person)
		toldOfAny.add(b.told, b.person)
		if b.listed {
			listed.add(b.key, b.person)
			told.add(b.told, b.person)
		}
	}
	marked := map[identity.PersonID]bool{}
	for _, b := range all {
		names, beside := anybody, toldOfAny
		if b.listed {
			names, beside = listed, told
		}
		if names.another(b.key, b.person) || beside.another(b.key, b.person) || b.told != "" && names.another(b.told, b.person) {
			marked[b.person] = true
		}
	}
	return marked
}

// toldApart returns what tells people apart whose names do not: their machine, and where that does not do it either, the beginning of their ID. Nobody else is in it.
func toldApart(all []bearer) map[identity.PersonID]string {
	marked := alike(all)
	hosts, machines := map[identity.PersonID]string{}, bearers{}
	for _, b := range all {
		if marked[b.person] {
			hosts[b.person] = firstHost(hosts[b.person], b.host)
			machines.add(name.Skeleton(b.host), b.person)
		}
	}
	by := map[identity.PersonID]string{}
	for who, host := range hosts {
		switch key := name.Skeleton(host); {
		case key == "":
			by[who] = who.Short()
		case machines.another(key, who):
			by[who] = host + ", " + who.Short()
		default:
			by[who] = host
		}
	}
	return by
}

// firstHost is the one of several machines of a person that is shown beside their name, whatever their order.
func firstHost(a, b string) string {
	if a == "" || b != "" && b < a {
		return b
	}
	return a
}

// tellApartLocked works out what tells people apart. It returns the machines whose row changed, ours too.
func (r *Roster) tellApartLocked() []identity.PeerID {
	before, own := r.apart, r.config.Identity.Person()
	r.apart = toldApart(r.bearersLocked())
	var changed []identity.PeerID
	for _, m := range r.machines {
		if m.met && before[m.person] != r.apart[m.person] {
			changed = append(changed, m.id)
		}
	}
	if before[own] != r.apart[own] {
		changed = append(changed, r.self)
	}
	return changed
}

// bearersLocked returns everybody of whom a name is known, ourselves too.
func (r *Roster) bearersLocked() []bearer {
	own := r.config.Identity.Person()
	if key := [2]string{r.profile.Name, r.profile.Machine}; r.ownLooks.of != key {
		r.ownLooks = looksOf(key[0], key[1])
	}
	all := []bearer{{person: own, listed: true, key: r.ownLooks.key, told: r.ownLooks.told, host: r.profile.Machine}}
	for _, m := range r.machines {
		if m.person != own && m.name != "" {
			looks := m.looksLike()
			all = append(all, bearer{person: m.person, listed: m.met && r.people[m.person].trust != Blocked, key: looks.key, told: looks.told, host: m.host})
		}
	}
	return all
}

// Apart returns what tells a person, ours included, from somebody else who has their name or one that looks like it; "" where nobody has.
func (r *Roster) Apart(of identity.PersonID) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.apart[of]
}

// ApartBy is Apart for somebody who is not known here, by what others say they call themselves: nothing but their ID tells them from somebody who is.
func (r *Roster) ApartBy(of identity.PersonID, display string) string {
	key := name.Skeleton(display)
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, b := range r.bearersLocked() {
		if b.person != of && (b.key == key || b.told == key) {
			return of.Short()
		}
	}
	return ""
}

// looks are the keys of a name, alone and with a machine beside it, and what they were computed of.
type looks struct {
	of        [2]string
	key, told string
}

func looksOf(display, host string) looks {
	l := looks{of: [2]string{display, host}, key: name.Skeleton(display)}
	if host != "" {
		l.told = name.Skeleton(display + host)
	}
	return l
}

// looksLike is looksOf the machine, computed once for each name.
func (m *machine) looksLike() looks {
	if m.looks.of != [2]string{m.name, m.host} {
		m.looks = looksOf(m.name, m.host)
	}
	return m.looks
}
