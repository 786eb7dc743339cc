package typing

import (
	"slices"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/wire"
)

// maxTold bounds in how many conversations we remember that we said something: nobody writes in more at once.
const maxTold = 256

// maxHeard bounds how many people writing are shown at once.
const maxHeard = 1024

// Write says whether somebody types in the composer of a conversation, and what stands in it: nothing when it was cleared or sent. The text goes only to
// whom live text is switched on with.
func (t *Typing) Write(in Conversation, writes bool, text string) {
	if t.invisible() {
		writes, text = false, ""
	}
	with, direct := t.config.With(in)
	if direct {
		t.writeLive(with, text)
	}
	if t.config.Roster.Discretion().Typing || !t.news(in, writes, time.Now()) {
		return
	}
	body := typingBody{Conversation: in[:]}
	if writes {
		body.Writes = 1
	}
	for _, person := range with {
		if !t.keepsTyping(person) {
			t.say(person, capabilityTyping, wire.KindTyping, body, everywhere)
		}
	}
}

// news decides whether something is to be said now, and notes that it is.
func (t *Typing) news(in Conversation, writes bool, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	last := t.told[in]
	if writes == last.writes && !writes || writes && now.Sub(last.at) < Again {
		return false
	}
	if !writes {
		last.writes = false // when we said so stays: the next "writes" keeps its distance
		t.told[in] = last
		return true
	}
	if _, known := t.told[in]; !known && len(t.told) >= maxTold {
		return false
	}
	t.told[in] = told{at: now, writes: true}
	return true
}

// keepsTyping reports whether a person wants to hear nothing of it.
func (t *Typing) keepsTyping(of identity.PersonID) bool {
	return slices.ContainsFunc(t.config.Roster.Machines(of), func(id identity.PeerID) bool {
		row, known := t.config.Roster.Get(id)
		return known && row.Discretion.Typing
	})
}

// takeTyping hears that somebody writes.
func (t *Typing) takeTyping(l *peer.Link, body []byte) {
	now := time.Now()
	if !t.admit(l, now, func(h *hearing) *bucket { return &h.typing }) || t.config.Roster.Discretion().Typing || !t.seen(l.Peer()) {
		return
	}
	in, writes, err := readTyping(body)
	if err != nil {
		return
	}
	if with, _ := t.config.With(in); !slices.Contains(with, l.Person()) {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	p := place{l.Person(), in}
	_, shown := t.heard[p]
	switch {
	case !writes:
		t.silenceLocked(p)
	case shown || len(t.heard) < maxHeard:
		t.heard[p] = now.Add(Shown)
		if !shown {
			t.changes.Add(Change{Person: p.person, Conversation: in, Writing: true})
		}
	}
}

// invisible reports whether our person is.
func (t *Typing) invisible() bool { return t.config.Roster.Self().Presence.Choice == peer.Invisible }

// seen reports whether somebody is here for our person to see. Who is invisible is not: they do not write, and nobody shows them what is not sent yet.
func (t *Typing) seen(id identity.PeerID) bool {
	row, known := t.config.Roster.Get(id)
	return known && row.Linked
}

// admit bounds the pace of a link.
func (t *Typing) admit(l *peer.Link, now time.Time, which func(*hearing) *bucket) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	h := t.links[l]
	if h == nil {
		h = newHearing(now)
		t.links[l] = h
	}
	return which(h).take(now)
}

// Ended says that a message of a person came: they no longer write it.
func (t *Typing) Ended(in Conversation, person identity.PersonID) {
	if !t.isSeen(place{person, in}) {
		return // as nearly always: whose conversation it is need not be looked up
	}
	_, direct := t.config.With(in)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.silenceLocked(place{person, in})
	if direct {
		t.clearLocked(person)
	}
}

// isSeen reports whether anything of somebody is shown that a message of theirs ends.
func (t *Typing) isSeen(p place) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, writes := t.heard[p]
	_, live := t.texts[p.person]
	return writes || live
}

// Gone says that a person can no longer be seen here.
func (t *Typing) Gone(person identity.PersonID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.goneLocked(person)
}

func (t *Typing) goneLocked(person identity.PersonID) {
	for p := range t.heard {
		if p.person == person {
			t.silenceLocked(p)
		}
	}
	t.clearLocked(person)
}

// Quiet forgets everybody who writes: our person no longer wants to see it.
func (t *Typing) Quiet() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for p := range t.heard {
		t.silenceLocked(p)
	}
}

func (t *Typing) silenceLocked(p place) {
	if _, shown := t.heard[p]; !shown {
		return
	}
	delete(t.heard, p)
	t.changes.Add(Change{Person: p.person, Conversation: p.in})
}
