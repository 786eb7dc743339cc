package chat

import (
	"runtime"
	"slices"

	"lanyard/chat/event"
)

// settle makes the outcome of a stored page true in memory, and tells everybody.
func (p *page) settle() {
	p.keep()
	p.settleFills(p.made.filled)
	if len(p.wrote) > 0 {
		p.chat.push(p.v, p.own, p.runs)
		runtime.Gosched() // what sends goes first: telling it here takes a processor for longer
	}
	if len(p.arrivals) > 0 {
		p.chat.tellTips(p.v, p.arrivals)
	}
	if p.made.state != nil || p.v.office != nil && len(p.arrivals)+len(p.made.reading) > 0 {
		p.chat.acknowledge(p.v, p.concerned())
	}
	if p.made.state != nil || len(p.wrote) > 0 {
		p.chat.mail.stir(p.v)
	}
	if len(p.wrote)+len(p.arrivals) > 0 {
		p.chat.keepPerson(p.v)
		p.chat.index.stir()
	}
	p.chat.files.posted(p) // first, so that whoever hears of an offer can answer it
	if p.made.offers != nil {
		p.chat.files.refuse(p.v, p.made.offers)
	}
	p.tell()
	for i, d := range p.drafts {
		d.done <- p.outcomes[i]
	}
	for i, m := range p.marks {
		m.done <- p.made.marks[i]
	}
	p.chat.arrived(p.v, p.arrivals)
	if p.lost {
		p.chat.compareAgain(p.v)
	}
	p.chat.shifted(p.v, &p.made.shift)
	if p.v.room != nil {
		p.v.room.stored.ring()
	}
	if len(p.made.filled) > 0 || p.made.tells {
		p.chat.filled(p.v)
	}
	if slices.ContainsFunc(p.made.filled, func(f *fill) bool { return f.branch.log.Peer == p.chat.self() }) {
		p.chat.begin(func() { p.chat.recover(p.chat.life, p.v) }) // what is written again is, now that it has words
	}
	if len(p.made.mute) > 0 || p.regains() {
		for _, s := range p.chat.sessionsOf(p.v) {
			s.lookForWords(false)
		}
	}
	p.chat.rejudged(p.v, &p.made.judged)
}

// keep moves what is known to be durable.
func (p *page) keep() {
	v := p.v
	v.mu.Lock()
	defer v.mu.Unlock()
	v.stored = v.stored || !p.storesNothing() || p.made.state != nil
	for _, a := range p.arrivals {
		a.branch.stored = true
		a.branch.keepLocked(event.PointOf(a.events[len(a.events)-1]), fewRecent)
	}
	if len(p.wrote) > 0 {
		p.keepOwnLocked()
	}
	p.takeShiftLocked()
	for b, mark := range p.made.reading {
		v.reading[b] = mark
	}
	if p.made.state != nil {
		// A newer one may have been seen meanwhile: then ahead stays.
		v.pen.ahead = v.pen.ahead && v.pen.counter >= p.made.told.Counter
		v.pen.counter = max(v.pen.counter, p.made.told.Counter)
		v.pen.state, v.pen.told = *p.made.state, p.made.told
	}
	v.summary.reissues += p.made.reissues
	if len(p.made.touched) > 0 {
		v.summary.waiting = p.made.waiting
	}
	if p.made.replaced {
		v.summary.refused = p.made.refused
	}
	p.countLocked()
}

func (p *page) keepOwnLocked() {
	v := p.v
	if !p.own.stored {
		p.own.stored = true
		v.branches[p.own.log] = append(v.branches[p.own.log], p.own)
		if v.pen.branch == nil {
			v.pen.branch = p.own
		}
	}
	p.own.resetLocked() // what came of it while it was stored, from a copy of this profile, does not continue it now: it is dropped, asked for and taken as another history
	v.lostLocked(p.own)
	p.own.growLocked(p.wrote)
	v.grewLocked(p.own, p.wrote)
	p.own.keepLocked(p.own.tip, maxRecent)
	v.lamport = max(v.lamport, p.own.tip.Lamport)
}

// countLocked brings what is unread up to date.
func (p *page) countLocked() {
	if p.made.recount {
		p.v.summary.unread = p.made.unread
		return
	}
	for _, a := range p.arrivals {
		if a.branch.log.Peer == p.chat.self() {
			continue
		}
		for _, e := range a.events {
			if e.Kind.Speaks() && !p.made.hidden[e] && !p.made.swapped[e] && !p.v.readLocked(a.branch, e.Number) {
				p.v.summary.unread.count++
				if by, is := p.made.mentions[e]; is {
					p.v.summary.unread.mentions(by)
				}
			}
		}
	}
}

// tell gives subscribers what is new: messages that they do not know, and the conversation's row.
func (p *page) tell() {
	for _, a := range p.arrivals {
		for _, e := range a.events {
			p.tellOne(a.branch, e, false, a.told)
		}
	}
	for _, f := range p.made.filled {
		p.tellOne(f.branch, f.event, isOldFill(f.event), f.back)
	}
	for _, e := range p.wrote {
		p.tellOne(p.own, e, false, false)
	}
	for _, a := range p.arrivals {
		p.v.layGhosts(a)
	}
	p.setLast()
	p.tellAmended()
	if len(p.arrivals)+len(p.wrote)+len(p.made.reading)+len(p.made.filled) > 0 {
		p.chat.news.conversation(p.v)
	}
}

// tellOne tells of one event, unless it is told already; stale makes no notice.
func (p *page) tellOne(b *branch, e *event.Event, stale, told bool) {
	if p.made.hidden[e] || !e.Kind.Speaks() {
		return
	}
	m := p.messageOf(b, e)
	m.Stale = m.Stale || stale
	p.v.newest(m, e.Position())
	if !told && !m.Deleted && !p.made.swapped[e] && !p.made.again[e] && !p.v.layGhost(e.ID) && !p.v.haunts(e.Again) {
		p.chat.news.message(m)
	}
	if p.made.anew[e] { // who shows the old one as refused shows it as said again
		old := *m
		old.ID = event.ID(e.Again)
		p.chat.news.change(Change{Amended: &old})
	}
}

// giveUp undoes in memory what could not be stored.
func (p *page) giveUp(err error) {
	p.v.tallies.clear()
	for _, a := range p.arrivals {
		p.v.forget(a)
		p.chat.giveShareBack(p.v, a.events)
	}
	p.settleFills(nil)
	p.chat.compareAgain(p.v)
	for _, d := range p.drafts {
		d.done <- outcome{err: err}
	}
	for _, m := range p.marks {
		m.done <- err
	}
}
