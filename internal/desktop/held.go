package desktop

import (
	"slices"
	"strconv"
	"strings"

	"lanyard/internal/api"
)

// Limits of what is held for a person who is busy or has quiet hours.
const (
	maxHeld  = 100 // conversations and shares, and as many urgent happenings; of the rest only the number is kept
	maxNames = 4   // that the one notification at the end names
)

// held is what a person was not told, oldest first, one entry for each conversation or share, and for what stands apart in it.
type held struct {
	entries []heldEntry
	urgent  []Happening // each is told by itself
	more    int         // happenings in further ones
	busy    bool        // some because the person was busy, and not by the hour alone
}

type heldEntry struct {
	last  Happening
	said  []Happening // the newest, with the last
	count int
}

func (e *held) add(h Happening, s Situation) {
	e.busy = e.busy || s.Presence == "busy"
	count := max(h.Count, 1)
	if h.Urgent && len(e.urgent) < maxHeld {
		e.urgent = append(e.urgent, h)
		return
	}
	at := slices.IndexFunc(e.entries, func(o heldEntry) bool { return o.last.same(h) })
	switch {
	case at >= 0:
		e.entries[at].count += count
		e.entries[at].last, e.entries[at].said = h, remember(e.entries[at].said, h)
	case len(e.entries) == maxHeld:
		e.more += count
	default:
		e.entries = append(e.entries, heldEntry{h, remember(nil, h), count})
	}
}

// Holds tells whether something waits for Release.
func (r *Rule) Holds() bool { return len(r.held.entries)+len(r.held.urgent) > 0 }

// Release returns the notifications for all that was held, when the person is no longer busy and quiet hours are over: one for each that is urgent, and one for the rest; none if
// nothing was held, or they saw it meanwhile, which unread tells of a conversation's messages, or it is over. Nothing is held afterwards. While one of both lasts it changes nothing.
func (r *Rule) Release(s Situation, unread func(conversation string) bool) []api.Notification {
	if s.holds() {
		return nil
	}
	all := r.held
	r.held = held{}
	if s.Off {
		return nil
	}
	var told []api.Notification
	for _, h := range all.urgent {
		told = append(told, notification(h, 1))
	}
	for i := range all.entries {
		e := &all.entries[i]
		e.last, e.count = asItIs(e.said, e.count)
	}
	all.entries = slices.DeleteFunc(all.entries, func(e heldEntry) bool { return e.count <= 0 || !e.last.stands(unread) })
	switch {
	case len(all.entries) == 0:
		return told
	case len(all.entries) == 1 && all.more == 0:
		return append(told, notification(all.entries[0].last, all.entries[0].count))
	}
	title := "While you were busy"
	if !all.busy {
		title = "In your quiet hours"
	}
	return append(told, api.Notification{Title: title, Body: all.summary(), Tag: "busy"})
}

// summary names who wrote or did something, each once, and how often.
func (e *held) summary() string {
	var parts, names []string
	count := map[string]int{}
	rest := e.more
	for _, one := range e.entries {
		name := title(one.last)
		if count[name] == 0 && len(names) == maxNames {
			rest += one.count
			continue
		}
		if count[name] += one.count; count[name] == one.count {
			names = append(names, name)
		}
	}
	for _, name := range names {
		part := name
		if count[name] > 1 {
			part += " (" + strconv.Itoa(count[name]) + ")"
		}
		parts = append(parts, part)
	}
	if rest > 0 {
		parts = append(parts, strconv.Itoa(rest)+" more")
	}
	return strings.Join(parts, ", ")
}
