package share

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"lanyard/internal/identity"
	"lanyard/sync/index"
)

// holder is a machine of another member, from which contents could come.
type holder struct {
	machine machine
	person  string
	here    bool // its exchange runs
	heard   bool // and it told what it has
	later   bool // it failed, and is asked again soon
	applied index.Applied
}

// lonelyAfter is how long a content must have had nobody to come from before that is told: links come and go.
const lonelyAfter = 2 * time.Second

// lonely finds the contents that nobody who is here can give, and holds their paths with the reason. What may still come is left alone.
func (w *worker) lonely(now time.Time) {
	if len(w.wants.busy) > 0 || len(w.wants.items) == 0 {
		return
	}
	members := w.s.members()
	holders := w.holders(members)
	for h, it := range w.wants.items {
		if it.asked || it.full || it.idle() || it.coming(holders) {
			it.since = time.Time{}
			continue
		}
		if it.since.IsZero() {
			it.since = now
		}
		for p, d := range it.paths() {
			if now.Sub(it.since) < lonelyAfter && w.wants.missing[p] != h {
				continue
			}
			w.wants.missing[p] = h
			w.held[p] = w.missingWhy(members, it, d, holders)
			if len(it.tried) > 0 && w.blocked[p].at.IsZero() {
				w.block(p) // they may have it again without a word
			}
		}
	}
}

// holders returns the machines of all others who take part.
func (w *worker) holders(members membership) []holder {
	var out []holder
	e := w.s.engine
	heard := map[machine]bool{}
	w.s.eachSession(func(x *session) {
		x.mu.Lock()
		defer x.mu.Unlock()
		heard[x.peer] = x.theirs != nil
	})
	for _, en := range members.list.Members {
		if !members.takesPart(en.Person) {
			continue
		}
		for _, m := range e.cfg.Roster.Machines(en.Person) {
			if m == e.cfg.Identity.PeerID() {
				continue
			}
			told, here := heard[m]
			_, later := w.wants.later[m]
			out = append(out, holder{machine: m, person: e.nameOf(members, en.Person), here: here, heard: told, later: later, applied: w.s.appliedAt(m)})
		}
	}
	return out
}

// coming reports whether somebody who is here may still give a content.
func (it *wanted) coming(holders []holder) bool {
	return slices.ContainsFunc(holders, func(h holder) bool {
		return h.here && (!h.heard || it.held(h.applied.Of(h.machine)) && (h.later || !slices.Contains(it.tried, h.machine)))
	})
}

// missingWhy says why a version's content does not come, and what to do.
func (w *worker) missingWhy(members membership, it *wanted, d index.Dot, holders []holder) refusal {
	var have, away []string
	for _, h := range holders {
		switch {
		case h.here:
		case it.held(h.applied.Of(h.machine)):
			have = append(have, h.person)
		default:
			away = append(away, h.person)
		}
	}
	have, away = distinct(have), distinct(away)
	author, _ := members.personOf(d.Log.Peer)
	return refusal{reason: index.Missing}.say(have, away, w.s.engine.nameOf(members, author), w.standing(members, author, d))
}

// standing is what an author is to the share, seen from this machine.
func (w *worker) standing(members membership, author identity.PersonID, d index.Dot) standingOfAuthor {
	switch {
	case d.Log.Peer == w.s.engine.cfg.Identity.PeerID():
		return authorIsHere
	case !members.takesPart(author):
		return authorHasLeft
	}
	return authorTakesPart
}

type standingOfAuthor uint8

const (
	authorTakesPart standingOfAuthor = iota
	authorIsHere
	authorHasLeft
)

// say puts it into words: have are the absent people who have the content, away those of whom it is not known.
func (r refusal) say(have, away []string, author string, standing standingOfAuthor) refusal {
	if len(have) > 0 {
		verb := "has it, and is"
		if len(have) > 1 {
			verb = "have it, and are"
		}
		r.text = fmt.Sprintf("only %s %s not online", list(have), verb)
		r.remedy = "It comes when they are online."
		return r
	}
	whom := "anybody"
	if len(away) > 0 {
		whom = "anybody who is online"
	}
	switch standing {
	case authorIsHere:
		r.text, r.remedy = "it was deleted or changed on this machine before it reached "+whom, "Put it back, or save a file of that name."
	case authorHasLeft:
		r.text, r.remedy = fmt.Sprintf("%s left before it reached %s", author, whom), fmt.Sprintf("Ask %s for it, or save a file of that name.", author)
	default:
		r.text, r.remedy = fmt.Sprintf("%s deleted or changed it before it reached %s", author, whom), fmt.Sprintf("Ask %s to put it back, or save a file of that name.", author)
	}
	if len(away) > 0 {
		r.remedy += fmt.Sprintf(" It comes by itself should %s have it.", list(away))
	}
	return r
}

// maxNamed is how many people a sentence names.
const maxNamed = 3

// list joins names as in a sentence.
func list(names []string) string {
	if len(names) > maxNamed {
		return fmt.Sprintf("%s and %d others", strings.Join(names[:maxNamed-1], ", "), len(names)-maxNamed+1)
	}
	if len(names) == 1 {
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

func distinct(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}
