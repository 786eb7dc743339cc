package chat

import (
	"time"

	"lanyard/chat/event"
	"lanyard/chat/frame"
	"lanyard/internal/identity"
)

// claim is on words that are missing, by all who bring them: several links may at once. They count to their author's share once, and not at all if they are not stored.
type claim struct {
	holders int               // who brought them and do not know yet what came of it
	author  identity.PersonID // whose share they count to
	counts  came
	counted bool
	stored  bool
}

// claim has words brought. Who claims them before they look whether these are missing learns, when they take them, that they were stored meanwhile.
func (f *flows) claim(all []event.ID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, id := range all {
		if f.claims[id] == nil {
			f.claims[id] = &claim{}
		}
		f.claims[id].holders++
	}
}

// unclaim ends that. The last one gives back what was taken for words that were not stored.
func (f *flows) unclaim(all []event.ID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, id := range all {
		one := f.claims[id]
		if one.holders--; one.holders > 0 {
			continue
		}
		delete(f.claims, id)
		if one.counted && !one.stored {
			f.of[one.author].giveBack(one.counts)
		}
	}
}

// takeClaimed counts words once to their author's share, as take does, and claims them once more for who has them stored.
func (f *flows) takeClaimed(id event.ID, who identity.PersonID, n came, most int64, now time.Time) (news bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	one := f.claims[id]
	if one.stored {
		return false, errRaced
	}
	if !one.counted {
		if one.counted, news = f.takeLocked(who, n, most, now); !one.counted {
			return news, errHeld
		}
		one.author, one.counts = who, n
	}
	one.holders++
	return news, nil
}

// storedClaims notes that words are stored: they count for good.
func (f *flows) storedClaims(all []event.ID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, id := range all {
		f.claims[id].stored = true
	}
}

// unsettledLocked is how much of somebody's counts that is not stored, but for these.
func (f *flows) unsettledLocked(who identity.PersonID, but map[event.ID]bool) (all came) {
	for id, one := range f.claims {
		if one.counted && !one.stored && one.author == who && !but[id] {
			all.fresh += one.counts.fresh
			all.held += one.counts.held
		}
	}
	return all
}

// takeFills returns the events whose words are taken: those that their author's share has room for. They are claimed until their page is settled.
func (c *Chat) takeFills(v *conversation, fills []*fill) (taken []*fill) {
	for _, one := range fills {
		who, now := c.config.Roster.PersonOf(one.event.Peer), time.Now()
		if who == c.config.Identity.Person() {
			v.room.flows.claim(idsOf(one))
			taken = append(taken, one)
			continue
		}
		news, err := v.room.flows.takeClaimed(one.event.ID, who, cameOf([]*event.Event{one.event}, now), c.flowMost(), now)
		if news {
			c.begin(func() { c.hold(v, who) })
		}
		if err != nil {
			c.dropped(err.Error())
			continue
		}
		taken = append(taken, one)
	}
	return taken
}

// settleFills ends the claims of this page's words, of which some are stored.
func (p *page) settleFills(stored []*fill) {
	if len(p.fills) == 0 {
		return
	}
	p.v.room.flows.storedClaims(idsOf(stored...))
	p.v.room.flows.unclaim(idsOf(p.fills...))
}

func idsOf(fills ...*fill) []event.ID {
	all := make([]event.ID, len(fills))
	for i, f := range fills {
		all[i] = f.event.ID
	}
	return all
}

func namedBy(words []frame.Word) []event.ID {
	all := make([]event.ID, len(words))
	for i, w := range words {
		all[i] = event.ID(w.ID)
	}
	return all
}
