package peer

import (
	"slices"

	"lanyard/internal/identity"
	"lanyard/internal/name"
)

// maxShort is how long the key of a short ID is at most.
const maxShort = 16

// bearer is a machine, and the name that its person bears there.
type bearer struct {
	person identity.PersonID
	listed bool     // on the list, and not blocked: who looks like them is told apart, and so are they
	key    string   // what the name looks like
	told   []string // what it looks like with what can tell them apart beside it
	id     string   // what the person's short ID looks like
	host   string   // the machine, "" if it is not known
}

func bearing(l looks, listed bool) bearer {
	return bearer{person: l.of.who, listed: listed, key: l.key, told: l.told, id: l.id, host: l.of.host}
}

// bearers tells who bears a name that looks like a key, two of them at most: whether there is another is all that is asked.
type bearers map[string][]identity.PersonID

func (b bearers) add(key string, who identity.PersonID) {
	if key != "" && len(b[key]) < 2 && !slices.Contains(b[key], who) {
		b[key] = append(b[key], who)
	}
}

func (b bearers) addAll(keys []string, who identity.PersonID) {
	for _, key := range keys {
		b.add(key, who)
	}
}

// another reports whether somebody else bears such a name.
func (b bearers) another(key string, than identity.PersonID) bool {
	all := b[key]
	return len(all) > 1 || len(all) == 1 && all[0] != than
}

// alike returns those whose name is, or looks like, that of somebody else, or that with what tells them apart beside it. Both are told apart, neither is preferred. Who is not listed, since they are
// blocked or were never met, marks nobody who is: an impostor would otherwise mark the true one for ever.
func alike(all []bearer) map[identity.PersonID]bool {
	listed, anybody, told, toldOfAny := bearers{}, bearers{}, bearers{}, bearers{}
	for _, b := range all {
		anybody.add(b.key, b.person)
		toldOfAny.addAll(b.told, b.person)
		if b.listed {
			listed.add(b.key, b.person)
			told.addAll(b.told, b.person)
		}
	}
	marked := map[identity.PersonID]bool{}
	for _, b := range all {
		names, beside := anybody, toldOfAny
		if b.listed {
			names, beside = listed, told
		}
		spoken := slices.ContainsFunc(b.told, func(key string) bool { return names.another(key, b.person) })
		if spoken || names.another(b.key, b.person) || beside.another(b.key, b.person) {
			marked[b.person] = true
		}
	}
	return marked
}

// toldApart returns what tells people apart whose names do not: their machine, and where that does not do it either, the beginning of their ID and then the machine. Nobody else is in it. A
// machine is called what somebody likes: one in whose name is anybody's ID stands behind the own.
func toldApart(all []bearer) map[identity.PersonID]string {
	marked := alike(all)
	if len(marked) == 0 {
		return nil
	}
	hosts, ids := map[identity.PersonID]string{}, map[string]bool{}
	for _, b := range all {
		ids[b.id] = true
		if marked[b.person] {
			hosts[b.person] = firstHost(hosts[b.person], b.host)
		}
	}
	machines := machinesBeside(all, marked)
	by := map[identity.PersonID]string{}
	for who, host := range hosts {
		switch key := name.Skeleton(host); {
		case key == "":
			by[who] = who.Short()
		case machines.another(key, who) || holds(key, ids):
			by[who] = who.Short() + ", " + host
		default:
			by[who] = host
		}
	}
	return by
}

// machinesBeside returns who has which machine of those who are told apart, and of those from whom: who is blocked is told from somebody who is not told from them.
func machinesBeside(all []bearer, marked map[identity.PersonID]bool) bearers {
	looked := map[string]bool{}
	for _, b := range all {
		if marked[b.person] {
			looked[b.key] = true
		}
	}
	isLooked := func(key string) bool { return looked[key] }
	machines := bearers{}
	for _, b := range all {
		if marked[b.person] || looked[b.key] || slices.ContainsFunc(b.told, isLooked) {
			machines.add(name.Skeleton(b.host), b.person)
		}
	}
	return machines
}

// holds reports whether one of some keys of IDs is part of a key.
func holds(key string, ids map[string]bool) bool {
	for from := range key {
		for to := from + 1; to <= len(key) && to-from <= maxShort; to++ {
			if ids[key[from:to]] {
				return true
			}
		}
	}
	return false
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
	if now := (bears{r.profile.Name, r.profile.Machine, own}); r.ownLooks.of != now {
		r.ownLooks = looksOf(now)
	}
	all := []bearer{bearing(r.ownLooks, true)}
	for _, m := range r.machines {
		if m.person != own && m.name != "" {
			all = append(all, bearing(m.looksLike(), m.met && r.people[m.person].trust != Blocked))
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
		if b.person != of && (b.key == key || slices.Contains(b.told, key)) {
			return of.Short()
		}
	}
	return ""
}

// looks are the keys of a name, alone and with a machine beside it, and of the ID, and what they were computed of.
type looks struct {
	of   bears
	key  string
	told []string
	id   string
}

// bears is what a person is called at a machine, and what that is called.
type bears struct {
	display, host string
	who           identity.PersonID
}

func looksOf(b bears) looks {
	l := looks{of: b, key: name.Skeleton(b.display), told: []string{name.Skeleton(b.display + b.who.Short())}, id: name.Skeleton(b.who.Short())}
	if b.host != "" {
		l.told = append(l.told, name.Skeleton(b.display+b.host), name.Skeleton(b.display+b.who.Short()+b.host))
	}
	return l
}

// looksLike is looksOf the machine, computed once for each name.
func (m *machine) looksLike() looks {
	if now := (bears{m.name, m.host, m.person}); m.looks.of != now {
		m.looks = looksOf(now)
	}
	return m.looks
}
