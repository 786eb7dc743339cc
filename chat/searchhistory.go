package chat

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"lanyard/chat/event"
	"lanyard/chat/words"
	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/internal/store"
)

const (
	// historyPatience is how long a page with a search waits for messages that are not indexed yet. Without them it looks at every message.
	historyPatience = time.Second

	// fewFound is up to how many matches of a conversation are sorted; among more of them, looking at one message after the other soon fills a page, unless signs are looked for too.
	fewFound = 2000
)

// matching decides how the messages of a search are found: few are all of them, in order; else matches tells of each message whether it is one.
func (q Query) matching(tx *store.Tx, v *conversation, branches map[int64]*branch) (matches func(eventRow) bool, few []eventRow, err error) {
	if q.Search == "" {
		return func(eventRow) bool { return true }, nil, nil
	}
	wanted, anywhere := words.Read(q.Search), name.Fold(q.Search)
	byWords := func(r eventRow) bool { return r.has(wanted) }
	byLetters := func(r eventRow) bool { return strings.Contains(name.Fold(r.searched()), anywhere) }
	switch {
	case len(wanted) == 0: // signs only
		return byLetters, nil, nil
	case q.indexed.Done < q.indexed.Total:
		return func(r eventRow) bool { return byWords(r) || byLetters(r) }, nil, nil
	}
	few, more, err := foundIn(tx, v, branches, wanted)
	switch {
	case err != nil || len(few) > 0 && !more:
		return nil, few, err
	case more:
		return byWords, nil, nil
	}
	return byLetters, nil, nil
}

// searched is what of an event is looked through.
func (r *eventRow) searched() string {
	m := Message{Kind: r.kind}
	m.fill(r.body)
	m.amend(&r.upshot, identity.PersonID{})
	return m.searched()
}

// has reports whether the words of an event are what is looked for.
func (r *eventRow) has(wanted words.Terms) bool {
	_, all := wanted.Find(r.searched())
	return all
}

// foundIn reads what the index finds in one conversation, in order, unless there is more than can be sorted.
func foundIn(tx *store.Tx, v *conversation, branches map[int64]*branch, wanted words.Terms) (few []eventRow, more bool, err error) {
	rows, err := tx.Query(`SELECT `+eventColumns+` FROM chat_search s CROSS JOIN chat_time t ON t.key = s.rowid CROSS JOIN chat_event e ON e.place = t.place `+withUpshot+`
		WHERE s.chat_search MATCH ? AND e.`+isShown+` LIMIT ?`,
		"words : ("+wanted.Expression()+") AND marks : ("+conversationMark(v)+")", fewFound+1)
	if err != nil {
		return nil, false, err
	}
	err = scanEvents(rows, branches, func(r eventRow) bool {
		if more = len(few) == fewFound; !more {
			few = append(few, r)
		}
		return !more
	})
	if err != nil || more {
		return nil, more, err
	}
	if wanted.Signed() {
		few = slices.DeleteFunc(few, func(r eventRow) bool { return !r.has(wanted) })
	}
	slices.SortFunc(few, func(a, b eventRow) int { return a.position().Compare(b.position()) })
	return few, false, nil
}

// pick returns the part of sorted rows that a page shows, oldest first, and how far it reaches.
func (q Query) pick(rows []eventRow, from *event.Position, forwards bool, limit int) (page []eventRow, far pageEnd) {
	if !q.Since.IsZero() {
		rows = slices.DeleteFunc(rows, func(r eventRow) bool { return r.time < q.Since.UnixMilli() })
	}
	if from != nil {
		at, _ := slices.BinarySearchFunc(rows, *from, func(r eventRow, p event.Position) int { return cmp.Or(r.position().Compare(p), -1) })
		if forwards {
			rows = rows[at:]
		} else {
			before := at
			if at > 0 && rows[at-1].position().Compare(*from) == 0 {
				before--
			}
			rows = rows[:before]
		}
	}
	if limit <= 0 || len(rows) <= limit {
		return rows, far
	}
	far.more = true
	if forwards {
		rows = rows[:limit]
		far.at(&rows[limit-1])
		return rows, far
	}
	rows = rows[len(rows)-limit:]
	far.at(&rows[0])
	return rows, far
}
