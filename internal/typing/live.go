package typing

import (
	"slices"
	"time"

	"lanyard/internal/identity"
	"lanyard/internal/peer"
	"lanyard/internal/wire"
)

// lives reports whether live text is on with somebody, for us: it is off with all while our person keeps writing to themselves, or is invisible.
func (t *Typing) lives(person identity.PersonID) bool {
	return t.config.Roster.MarksOf(person).Live && !t.config.Roster.Discretion().Typing && !t.invisible()
}

// Live returns whether we and they switched live text on. Theirs is known while they are seen to be here.
func (t *Typing) Live(person identity.PersonID) (ours, theirs bool) {
	ours = t.lives(person)
	t.mu.Lock()
	var wishing []identity.PeerID
	for l, h := range t.links {
		if h.wishes && l.Person() == person {
			wishing = append(wishing, l.Peer())
		}
	}
	t.mu.Unlock()
	return ours, slices.ContainsFunc(wishing, t.seen)
}

// Switched tells a person whether live text is on with them for us: their mark Live changed, or what has it off with all.
func (t *Typing) Switched(person identity.PersonID) {
	t.telling.Lock()
	defer t.telling.Unlock()
	on := t.lives(person)
	t.mu.Lock()
	delete(t.waiting, person)
	if !on {
		t.clearLocked(person)
	}
	t.mu.Unlock()
	body := liveBody{}
	if on {
		body.On = 1
	}
	t.say(person, capabilityLive, wire.KindLive, body, everywhere)
}

// Heed has it count at once that our person keeps writing to themselves, or is invisible, or no more: the roster's Discretion or our presence changed.
func (t *Typing) Heed() {
	if t.config.Roster.Discretion().Typing {
		t.Quiet()
	}
	told := map[identity.PersonID]bool{}
	for _, row := range t.config.Roster.Peers() {
		if row.Marks.Live && !told[row.Person] {
			told[row.Person] = true
			t.Switched(row.Person)
			t.changes.Add(Change{Person: row.Person, Switched: true})
		}
	}
}

// writeLive keeps what we write to one person until it may be sent.
func (t *Typing) writeLive(with []identity.PersonID, text string) {
	if len(with) != 1 {
		return
	}
	ours, theirs := t.Live(with[0])
	if !ours || !theirs {
		return
	}
	if !showable(text) {
		text = "" // too long to be shown: they see the message when it is sent
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.waiting[with[0]]
	if l == nil {
		if text == "" {
			return
		}
		l = &letters{}
		t.waiting[with[0]] = l
	}
	if now := time.Now(); l.text == l.sent && !l.next.After(now) {
		l.next = now.Add(Letters)
	}
	l.text = text
	t.changes.Stir()
}

// sendLetters sends the live text that is due.
func (t *Typing) sendLetters(now time.Time) {
	t.telling.Lock()
	defer t.telling.Unlock()
	for person, text := range t.dueLetters(now) {
		if t.lives(person) { // else it was told that it is off
			t.say(person, capabilityLive, wire.KindLive, liveBody{On: 1, Text: text}, t.seen)
		}
	}
}

// dueLetters takes what is to be sent now.
func (t *Typing) dueLetters(now time.Time) map[identity.PersonID]string {
	t.mu.Lock()
	defer t.mu.Unlock()
	ready := map[identity.PersonID]string{}
	for person, l := range t.waiting {
		if l.text == l.sent || l.next.After(now) {
			continue
		}
		ready[person], l.sent, l.next = l.text, l.text, now.Add(Letters)
		if l.text == "" {
			delete(t.waiting, person)
		}
	}
	return ready
}

// takeLive hears somebody's switch and text.
func (t *Typing) takeLive(l *peer.Link, body []byte) {
	if !t.admit(l, time.Now(), func(h *hearing) *bucket { return &h.live }) {
		return
	}
	on, text, err := readLive(body)
	if err != nil {
		return
	}
	ours := t.lives(l.Person()) && t.seen(l.Peer())
	t.mu.Lock()
	defer t.mu.Unlock()
	if h := t.links[l]; h != nil && h.wishes != on {
		h.wishes = on
		t.wishLocked(l.Person(), on)
	}
	switch {
	case !on || !ours || text == "":
		t.clearLocked(l.Person())
	case text != t.texts[l.Person()]:
		t.texts[l.Person()] = text
		t.changes.Add(Change{Person: l.Person(), Live: true, Text: text})
	}
}

// wishLocked tells that a person switched live text on or off with us.
func (t *Typing) wishLocked(person identity.PersonID, on bool) {
	if !on {
		delete(t.waiting, person)
	}
	t.changes.Add(Change{Person: person, Switched: true})
}

func (t *Typing) clearLocked(person identity.PersonID) {
	if _, shown := t.texts[person]; !shown {
		return
	}
	delete(t.texts, person)
	t.changes.Add(Change{Person: person, Live: true})
}

// linkUp tells our switch.
func (t *Typing) linkUp(l *peer.Link) {
	t.telling.Lock()
	defer t.telling.Unlock()
	if !l.Offers(capabilityLive) || !t.lives(l.Person()) {
		return
	}
	if frame, err := wire.Marshal(liveBody{On: 1}); err == nil {
		send(l, wire.KindLive, frame)
	}
}

// linkDown ends what a link told, and forgets links that ended before they were in use.
func (t *Typing) linkDown(l *peer.Link) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.goneLocked(l.Person())
	for other, h := range t.links {
		if other != l && other.Context().Err() == nil {
			continue
		}
		delete(t.links, other)
		if h.wishes {
			t.wishLocked(other.Person(), false)
		}
	}
}
