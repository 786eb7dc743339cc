// Package editing tells which documents people have open: from the owner files that office programs put beside a document while they edit it, and from what
// other machines say of theirs. It is a pure part of sync/share: no disk, clock or network; what is heard is advisory and never decides anything.
//
//	docs := editing.Documents(names)       // of one folder: document -> its owner file
//	table.Hear(machine, edits, now)        // what a machine says replaces what it said before
//	table.Expire(now)                      // who did not say it again for Lasts has gone
package editing

import (
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Edit is a document that somebody has open, since when by their clock.
type Edit struct {
	Path  string
	Since time.Time
}

// MaxEdits is how many documents one machine tells of; Renew is how often it tells, Lasts how long that counts. Stale is how old an owner file is that nobody
// takes for one any more: a program that was killed left it.
const (
	MaxEdits = 16
	Renew    = 25 * time.Second
	Lasts    = 60 * time.Second
	Stale    = 24 * time.Hour
)

// Owner reports whether a name is that of an owner file.
func Owner(name string) bool {
	_, _, ok := cut(name)
	return ok
}

// cut takes the marks of an owner file off its name. whole says that the rest is the document's whole name; else the first letters may be lacking.
func cut(name string) (rest string, whole, ok bool) {
	if inner, found := strings.CutPrefix(name, ".~lock."); found {
		inner, found = strings.CutSuffix(inner, "#")
		return inner, true, found && inner != ""
	}
	rest, ok = strings.CutPrefix(name, "~$")
	return rest, false, ok && rest != ""
}

// Documents finds the documents in a folder that owner files beside them name. One that fits several, or none, names none.
func Documents(names []string) map[string]string {
	there := make(map[string]bool, len(names))
	for _, n := range names {
		there[n] = true
	}
	docs := map[string]string{}
	for _, owner := range names {
		rest, whole, ok := cut(owner)
		switch {
		case !ok:
		case there[rest]:
			docs[rest] = owner
		case !whole:
			if fits := shortened(names, rest); len(fits) == 1 {
				docs[fits[0]] = owner
			}
		}
	}
	return docs
}

// shortened returns the names of which a word processor makes this rest: it leaves out the first letter of seven before the extension, and two of more.
func shortened(names []string, rest string) (fits []string) {
	for _, n := range names {
		head, found := strings.CutSuffix(n, rest)
		if !found || Owner(n) {
			continue
		}
		stem := utf8.RuneCountInString(n)
		if dot := strings.LastIndexByte(n, '.'); dot >= 0 {
			stem = utf8.RuneCountInString(n[:dot])
		}
		if left := utf8.RuneCountInString(head); left == 1 && stem == 7 || left == 2 && stem > 7 {
			fits = append(fits, n)
		}
	}
	return fits
}

// Table holds what other machines, told apart by a key, say that they edit.
type Table[K comparable] struct {
	heard map[K]heard
}

type heard struct {
	edits []Edit
	until time.Time
}

// Hear takes what a machine says; it returns whether that changes anything for people.
func (t *Table[K]) Hear(from K, edits []Edit, now time.Time) (changed bool) {
	changed = !slices.Equal(t.heard[from].edits, edits)
	if t.heard == nil {
		t.heard = map[K]heard{}
	}
	t.heard[from] = heard{edits: slices.Clone(edits), until: now.Add(Lasts)}
	if len(edits) == 0 {
		delete(t.heard, from)
	}
	return changed
}

// Expire forgets who has not said it again, and says when the next will be, zero if nobody is left.
func (t *Table[K]) Expire(now time.Time) (next time.Time, changed bool) {
	for k, h := range t.heard {
		switch {
		case !h.until.After(now):
			delete(t.heard, k)
			changed = true
		case next.IsZero() || h.until.Before(next):
			next = h.until
		}
	}
	return next, changed
}

// All returns what each machine edits.
func (t *Table[K]) All() map[K][]Edit {
	out := make(map[K][]Edit, len(t.heard))
	for k, h := range maps.All(t.heard) {
		out[k] = slices.Clone(h.edits)
	}
	return out
}
