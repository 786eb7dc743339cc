package control

import (
	"fmt"
	"strconv"
	"strings"

	"lanyard/internal/api"
)

// What exports say of a message in words. made is what becomes of each name and text of people: shown on a page, as it is in a table, where the whole cell is made harmless.

func asIs(said string) string { return said }

// stateOf is how far an own message got; in a room with whom.
func stateOf(m api.Message, room bool, made func(string) string) string {
	if m.Reach != nil {
		words := fmt.Sprintf("with %d of %d", m.Reach.Delivered, m.Reach.Of)
		if m.Reach.Read > 0 { // nobody, or nobody who tells it
			words += fmt.Sprintf(", read by %d", m.Reach.Read)
		}
		return words
	}
	if m.Refused {
		return "refused"
	}
	var parts []string
	for _, s := range m.States {
		state := made(s.State)
		if room || len(m.States) > 1 {
			state = made(s.Distinct()) + " " + s.State
		}
		parts = append(parts, state)
	}
	return strings.Join(parts, ", ")
}

// quotation is what a message answers.
func quotation(q *api.Quote, made func(string) string) string {
	switch {
	case !q.Here:
		return "In reply to a message that is not here"
	case q.Deleted:
		return made(q.Author.Distinct()) + ": a deleted message"
	}
	return made(q.Author.Distinct()) + ": " + made(q.Text)
}

// mentioned tells who and which groups a message mentions.
func mentioned(m api.Message, made func(string) string) string {
	var all []string
	for _, who := range m.Mentions {
		all = append(all, made(who.Distinct()))
	}
	for _, group := range m.Groups {
		all = append(all, made(group))
	}
	return strings.Join(all, ", ")
}

// reactions tells each emoji and whose it is.
func reactions(m api.Message, made func(string) string) string {
	var all []string
	for _, r := range m.Reactions {
		var by []string
		for _, who := range r.By {
			by = append(by, made(who.Distinct()))
		}
		if more := r.Count - len(by); more > 0 {
			by = append(by, strconv.Itoa(more)+" more")
		}
		all = append(all, made(r.Emoji)+" "+strconv.Itoa(r.Count)+" ("+strings.Join(by, ", ")+")")
	}
	if m.Reacted > 0 {
		all = append(all, strconv.Itoa(m.Reacted)+" with other emoji")
	}
	return strings.Join(all, ", ")
}
