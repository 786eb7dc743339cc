package chat

import (
	"fmt"
	"slices"
	"strings"

	"lanyard/internal/identity"
	"lanyard/internal/vector"
)

// witnessed is something that machines signed to have and that is not here. Several that say the same are told once.
type witnessed struct {
	log      vector.Log
	from, to uint64 // events that are missing at the end; from is 0 where another one stands in the place of `to`
	by       []identity.PeerID
}

// witness notes what a machine signed to have. Of those that say where a log ends, who had most counts.
func (x *verifier) witness(w witnessed) {
	at := slices.IndexFunc(x.witnessed, func(o witnessed) bool {
		return o.log == w.log && (o.from > 0) == (w.from > 0) && (o.from > 0 || o.to == w.to)
	})
	switch {
	case at < 0:
		x.witnessed = append(x.witnessed, w)
	case w.to > x.witnessed[at].to:
		x.witnessed[at] = w
	case w.to == x.witnessed[at].to:
		x.witnessed[at].by = append(x.witnessed[at].by, w.by...)
	}
}

// tellWitnessed tells what was noted, once all are heard.
func (x *verifier) tellWitnessed() {
	for _, w := range x.witnessed {
		var names []string
		for _, peer := range w.by {
			names = append(names, x.chat.nameless(peer))
		}
		slices.Sort(names)
		who := strings.Join(names, " and ")
		if w.from == 0 {
			x.found(w.log, w.to, 0, "event %d is not the one that %s signed to have", w.to, who)
			continue
		}
		x.found(w.log, w.from, 0, "%s missing at the end: %s signed to have %s", theseAre(w.from, w.to), who, it(w.from, w.to))
	}
}

// these names events by their numbers.
func these(from, to uint64) string {
	if from == to {
		return fmt.Sprintf("event %d", from)
	}
	return fmt.Sprintf("events %d to %d", from, to)
}

func theseAre(from, to uint64) string {
	if from == to {
		return these(from, to) + " is"
	}
	return these(from, to) + " are"
}

func it(from, to uint64) string {
	if from == to {
		return "it"
	}
	return "them"
}

func itWas(from, to uint64) string {
	if from == to {
		return "it was"
	}
	return "they were"
}
